import type { ImportedNetwork } from '../formats/onnx/import-network.js';
import type { LayerSource } from '../formats/onnx/network-draft.js';
import type { OnnxModel } from '../formats/onnx/model-file.js';
import { SilhouetteError } from '../core/errors.js';
import { dimsText } from '../formats/onnx/traced.js';
import { isArrayLayer, type ArrayLayer, type Network, type Shape } from '../network/layer.js';
import { maskedLayers } from '../network/masked.js';
import type { ActivationMap } from './activation-map.js';
import { mapOf } from './model-images.js';
import type { RunTensor } from './run-values.js';

/** How the map that a layer reads follows from a tensor of the model. */
export interface LayerMap {
  readonly layer: ArrayLayer;
  readonly tensor: string;
  /** Shape of the tensor: smaller than the layer's input where zeros are inserted. */
  readonly shape: Shape;
  /** Rows and columns of the layer's input for one of the tensor: above 1 behind a transposed convolution's zero insertion. */
  readonly spread: readonly [number, number];
  /** The tensor holds tokens, channels last: a matrix product of them is a convolution of 1×1 over tokens. */
  readonly tokens: boolean;
  /** What a quantised tensor of integers holds for 0: a number, or the name of the tensor that says so. */
  readonly zero: number | string;
}

/** Maps of all layers on the array, in network order, and of those that have masks. */
export function layerMaps({ graph }: OnnxModel, { network, sources }: ImportedNetwork) {
  const maps = network.layers.filter(isArrayLayer).map((layer): LayerMap => {
    const from = sources.get(layer.name)!;
    const inserted = network.layers.find(({ name }) => name === layer.from[0] && sources.get(name)?.node === from.node);
    return {
      layer,
      tensor: from.input,
      shape: inserted === undefined || !('inputs' in inserted) ? layer.input : inserted.inputs[0]!,
      spread: inserted === undefined ? [1, 1] : stridesOf(from),
      tokens: isOfTokens(layer, from),
      zero: zeroPoint(from, graph),
    };
  });
  const masked = new Set<ArrayLayer>(maskedLayers(network));
  return { maps, masked: maps.filter(({ layer }) => masked.has(layer)) };
}

function stridesOf({ node }: LayerSource): readonly [number, number] {
  const [down = 1, right = 1] = node.attributes.integers('strides') ?? [];
  return [down, right];
}

const products: ReadonlySet<string> = new Set(['MatMul', 'MatMulInteger', 'QLinearMatMul', 'Gemm']);

function isOfTokens({ input }: ArrayLayer, { node, input: tensor }: LayerSource): boolean {
  const fromTheLeft = node.inputs[0] === tensor && node.attributes.integer('transA') !== 1;
  return products.has(node.op) && input.height > 1 && fromTheLeft;
}

/** One image of a tensor [batch, …, channels] as a map of tokens, all in one column. */
function tokenMap({ dims, values }: RunTensor, shape: Shape, batch: number, where: string): ActivationMap {
  const { channels, height: tokens } = shape;
  if (dims.at(-1) !== channels || values.length !== batch * channels * tokens)
    throw new SilhouetteError({
      where,
      message: 'the model makes tokens of another shape than the network says',
      expected: `${String(tokens)} tokens of ${String(channels)} channels`,
      received: dimsText(dims),
    });
  const turned = new Float32Array(channels * tokens);
  for (let token = 0, from = 0; token < tokens; token++)
    for (let c = 0; c < channels; c++) turned[c * tokens + token] = values[from++]!;
  return { where, channels, height: tokens, width: 1, values: turned };
}

/** Position of the input's zero point among the inputs of operators that compute with integers. */
const zeroPoints: Readonly<Record<string, number>> = { QLinearConv: 2, ConvInteger: 2 };

function zeroPoint({ node }: LayerSource, { constants }: OnnxModel['graph']): number | string {
  const position = Object.hasOwn(zeroPoints, node.op) ? zeroPoints[node.op] : undefined;
  const name = position === undefined ? '' : (node.inputs[position] ?? '');
  const tensor = constants.get(name);
  // Where activations are quantised at run time, so is their zero point found.
  return name === '' ? 0 : tensor?.count === 1 ? Number(tensor.values()[0]) : name;
}

/** The tensors of the model that a layer's map is made from. */
export function mapTensors({ tensor, zero }: LayerMap): string[] {
  return typeof zero === 'string' ? [tensor, zero] : [tensor];
}

/**
 * The map that a layer reads in one image.
 * @throws SilhouetteError where the tensor has another shape than the network says
 */
export function layerInput(
  { tensor, shape, spread, tokens, zero, layer }: LayerMap,
  tensors: ReadonlyMap<string, RunTensor>,
  batch: number,
  where: string,
): ActivationMap {
  const map = (tokens ? tokenMap : mapOf)(tensors.get(tensor)!, shape, batch, where);
  const origin = typeof zero === 'number' ? zero : tensors.get(zero)!.values[0]!;
  const shifted = origin === 0 ? map : { ...map, values: map.values.map((x) => x - origin) };
  const [down, right] = spread;
  if (down === 1 && right === 1) return shifted;
  const { height, width } = layer.input;
  const values = new Float32Array(map.channels * height * width);
  let from = 0;
  for (let c = 0; c < map.channels; c++)
    for (let y = 0; y < map.height; y++)
      for (let x = 0; x < map.width; x++) values[(c * height + y * down) * width + x * right] = shifted.values[from++]!;
  return { ...shifted, height, width, values };
}

/** Maps that need not be made twice: layers of one key read the same numbers. */
export function mapKey({ tensor, spread, tokens, zero, layer }: LayerMap): string {
  return [tensor, ...spread, tokens, zero, layer.input.height, layer.input.width].join(' ');
}

/** What a layer makes, as those that read it do. */
export interface LayerOutput {
  /** Name of the layer. */
  readonly layer: string;
  readonly tensor: string;
  readonly shape: Shape;
}

/**
 * The tensor that holds a layer's output: what the next layer reads, which is behind batch norm and activation; the layer's own output where
 * none reads it as it is.
 */
export function layerOutput({ network, sources }: ImportedNetwork, name: string): LayerOutput {
  const layer = network.layers.find((one) => one.name === name)!;
  const shape = layer.output;
  const reader = network.layers.find((one) => {
    const first = 'inputs' in one ? one.inputs[0]! : one.input;
    const same = first.channels === shape.channels && first.height === shape.height && first.width === shape.width;
    return one.from[0] === name && same && sources.has(one.name);
  });
  const tensor = reader === undefined ? sources.get(name)!.output : sources.get(reader.name)!.input;
  return { layer: name, tensor, shape };
}

/** The last layer of a part of the network: `layer3` for those of `layer3/0/conv1` … `layer3/5/Add`, as PyTorch names modules. */
export function lastBelow({ layers }: Network, part: string): string | undefined {
  return layers.findLast(({ name }) => name.startsWith(`${part}/`) || name.startsWith(`${part}.`))?.name;
}
