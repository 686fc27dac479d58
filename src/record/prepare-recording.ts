import { resolve } from 'node:path';
import type Sharp from 'sharp';
import { throwIfAny, type Problem } from '../core/errors.js';
import { alternatives } from '../formats/nearest.js';
import { importOnnx } from '../formats/onnx/import-network.js';
import { readOnnx, type OnnxModel } from '../formats/onnx/model-file.js';
import { checkWritable } from '../formats/whole-file.js';
import type { Network } from '../network/layer.js';
import type { BlockOrder } from './blocks.js';
import { checkPictures } from './check-pictures.js';
import { chooseImages, listImages, type ImageFile } from './image-list.js';
import { layerMaps, type LayerMap } from './layer-maps.js';
import { loadImageDecoder, loadRuntime } from './load-packages.js';
import { modelDigest } from './model-digest.js';
import { imageInput, type ImageInput } from './model-images.js';
import { openSilhouettes } from './open-silhouettes.js';
import { installedPackages, type RecordingPackages } from './packages.js';
import { readOptions, type ReadOptions } from './read-options.js';
import type { RecordOptions } from './record-options.js';
import type { PackageVersions } from './recording-identity.js';
import type { SilhouetteSource } from './silhouette-source.js';

/** Everything that is known before the model runs: options, model and images have been looked at. */
export interface PreparedRecording {
  readonly options: RecordOptions;
  readonly read: ReadOptions;
  readonly images: readonly ImageFile[];
  /** Files beside the images that are none. */
  readonly skipped: readonly string[];
  readonly model: OnnxModel;
  /** SHA-256 of the model. */
  readonly digest: string;
  readonly network: Network;
  readonly input: ImageInput;
  /** Layers on the array. */
  readonly maps: readonly LayerMap[];
  readonly order: BlockOrder;
  readonly source: SilhouetteSource | undefined;
  readonly packages: RecordingPackages;
  readonly versions: PackageVersions;
  readonly sharp: typeof Sharp;
}

/**
 * Reads and checks all that a recording is made from. `source` has to be closed.
 * @throws SilhouetteError with what is wrong
 */
export async function prepareRecording(options: RecordOptions): Promise<PreparedRecording> {
  const read = await readOptions(options);
  const { out, packages = installedPackages } = options;
  throwIfAny([...(await checkWritable([out])), ...overwritten(options)]);
  const list = await listImages(options.images);
  const images = chooseImages(list.images, options.count, options.seed);
  const model = await readOnnx(options.model);
  const imported = importOnnx(model, { inputSize: read.inputSize });
  const input = imageInput(model, read.inputSize);
  const { maps, masked } = layerMaps(model, imported);
  throwIfAny(layerProblems(options, read, masked, imported.network));
  const [runtime, sharp] = [await loadRuntime(packages), await loadImageDecoder(packages)];
  await checkPictures(sharp, images);
  const digest = await modelDigest(model);
  const source =
    read.silhouette === undefined
      ? undefined
      : await openSilhouettes(read.silhouette, { ...read, imported, batch: input.batch, images, packages });
  return {
    options,
    read,
    images,
    // The output and its parts may lie among the images.
    skipped: list.skipped.filter((name) => !resolve(options.images, name).startsWith(resolve(out))),
    model,
    digest,
    network: imported.network,
    input,
    maps,
    order: {
      sizes: read.sizes,
      masked: read.sizes.length > 0 ? masked : [],
      silhouette: source !== undefined,
      statistics: options.statistics ?? true,
    },
    source,
    packages,
    versions: { runtime: runtime.env.versions.node ?? 'unknown', images: sharp.versions.sharp },
    sharp,
  };
}

function overwritten({ out, model, images }: RecordOptions): Problem[] {
  return [model, images].some((path) => resolve(path) === resolve(out))
    ? [{ where: out, message: 'is an input, and would be overwritten' }]
    : [];
}

/** Layers that are named and have no masks, or masks that no layer has. */
function layerProblems(
  { thresholds, model }: RecordOptions,
  { sizes, layerRules }: ReadOptions,
  masked: readonly LayerMap[],
  network: Network,
): Problem[] {
  if (sizes.length > 0 && masked.length === 0)
    return [
      {
        where: model,
        message: 'has no layer with masks',
        expected: 'a convolution on a map larger than 1×1 behind the first layer',
        received: `${network.name} of ${String(network.layers.length)} layers`,
      },
    ];
  const names = masked.map(({ layer }) => layer.name);
  return [...layerRules.keys()]
    .filter((layer) => !names.includes(layer))
    .map((layer): Problem => {
      const exists = network.layers.some(({ name }) => name === layer);
      const hint = alternatives(layer, names);
      return {
        where: `${thresholds!} ${layer}`,
        message: exists ? 'the layer has no masks' : 'the network has no such layer',
        ...(hint !== undefined && { hint }),
      };
    });
}
