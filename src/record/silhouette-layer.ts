import { SilhouetteError } from '../core/errors.js';
import type { ImportedNetwork } from '../formats/onnx/import-network.js';
import { nearest } from '../formats/nearest.js';
import { isArrayLayer } from '../network/layer.js';
import { lastBelow, layerOutput, type LayerOutput } from './layer-maps.js';

/**
 * The layer that `--silhouette …@NAME` means: the one of that name; else the last one below it (`layer3` in `layer3/0/conv1`, as PyTorch
 * names modules); else, of `layerN`, the Nth on the array, from 1.
 * @throws SilhouetteError that suggests the nearest
 */
export function silhouetteLayer(imported: ImportedNetwork, name: string, where: string): LayerOutput {
  const { network } = imported;
  const onArray = network.layers.filter(isArrayLayer);
  const found =
    network.layers.find((layer) => layer.name === name)?.name ??
    lastBelow(network, name) ??
    onArray[Number(/^layer([1-9]\d{0,5})$/.exec(name)?.[1]) - 1]?.name;
  if (found !== undefined) return layerOutput(imported, found);
  const names = network.layers.map((layer) => layer.name);
  const close = nearest(name, names);
  throw new SilhouetteError({
    where,
    message: 'the network has no such layer',
    expected: `one of its layers, a part of their names before a / or ., or layer1 to layer${String(onArray.length)}`,
    received: name,
    hint: `${close === undefined ? '' : `did you mean ${close}? `}Layers: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …; silhouette networks MODEL.onnx lists them' : ''}`,
  });
}
