import { SilhouetteError, type Problem } from '../../core/errors.js';
import { nodeText, type OnnxNode } from '../../formats/onnx/graph.js';
import type { ImportedNetwork } from '../../formats/onnx/import-network.js';
import type { LayerSource } from '../../formats/onnx/network-draft.js';
import type { OnnxModel } from '../../formats/onnx/model-file.js';
import { product } from '../../formats/onnx/tensor.js';
import { dimsText } from '../../formats/onnx/traced.js';
import { elements } from '../../network/layer.js';
import type { ActivationMap } from '../activation-map.js';
import { layerInput, type LayerMap } from '../layer-maps.js';
import type { ModelLayer } from '../layer-quality.js';
import type { RunTensor } from '../run-values.js';

/** A node of the graph that the array computes, and how its tensors become a layer's operands. */
export interface ArrayNode {
  readonly map: LayerMap;
  readonly node: OnnxNode;
  /** Names of the tensors that it reads and makes. */
  readonly input: string;
  readonly output: string;
  readonly weights: string;
  readonly bias: string | undefined;
  /** Weights and bias as the layer has them. */
  layer(weights: RunTensor, bias: RunTensor | undefined): ModelLayer;
  /** What the layer reads in the first image. */
  activations(tensor: RunTensor, batch: number, where: string): ActivationMap;
  /** One image of what the node makes, of dimensions `dims`, from the outputs of the layer. */
  made(outputs: Float64Array, dims: readonly number[]): Float64Array;
}

type Operands = Pick<ArrayNode, 'weights' | 'bias' | 'layer' | 'activations' | 'made'>;
type Maker = (map: LayerMap, source: LayerSource, path: string) => Operands;

const makers: Readonly<Record<string, Maker>> = {
  Conv: (map, { node }) => ({
    ...window(map, node),
    layer: (weights, bias) => ({ layer: map.layer, weights: weights.values, bias: bias?.values }),
  }),
  ConvTranspose: (map, { node }) => ({
    ...window(map, node),
    layer: (weights, bias) => ({ layer: map.layer, weights: turned(weights.values, map), bias: bias?.values }),
  }),
  Gemm: matrix,
  MatMul: matrix,
};

/**
 * The nodes of all layers on the array, a node behind all that it reads.
 * @throws SilhouetteError with all whose arithmetic is no floating point
 */
export function arrayNodes(
  { graph, source }: OnnxModel,
  { sources }: ImportedNetwork,
  maps: readonly LayerMap[],
): readonly ArrayNode[] {
  const problems: Problem[] = [];
  const places = new Map(graph.nodes.map((node, i) => [node, i]));
  const nodes = maps.flatMap((map): ArrayNode[] => {
    const from = sources.get(map.layer.name)!;
    const { node, input, output } = from;
    const make = node.domain === '' && Object.hasOwn(makers, node.op) ? makers[node.op] : undefined;
    if (make !== undefined) return [{ map, node, input, output, ...make(map, from, source) }];
    problems.push({
      where: `${source}: ${nodeText(node)}`,
      message: '--quality compares with floating point, and this node computes with integers',
      expected: Object.keys(makers).join(', '),
      received: node.domain === '' ? node.op : `${node.domain}.${node.op}`,
      hint: 'Measure the model as it was before it was quantised',
    });
    return [];
  });
  if (problems.length > 0) throw new SilhouetteError(problems);
  return nodes.sort((a, b) => places.get(a.node)! - places.get(b.node)!);
}

/** Names of optional inputs are empty where they are left out. */
function named(name: string | undefined): string | undefined {
  return name === '' ? undefined : name;
}

function window(map: LayerMap, node: OnnxNode): Omit<Operands, 'layer'> {
  return {
    weights: node.inputs[1]!,
    bias: named(node.inputs[2]),
    activations: (tensor, batch, where) => layerInput(map, new Map([[map.tensor, tensor]]), batch, where),
    made: (outputs) => outputs,
  };
}

/** Weights of a transposed convolution, [channels, filters / groups, rows, columns], as those of the convolution that it is: turned by 180°. */
function turned(values: Float32Array, { layer }: LayerMap): Float32Array {
  const { filters, groups, kernel, input } = layer;
  const [own, channels, taps] = [filters / groups, input.channels / groups, kernel[0] * kernel[1]];
  const result = new Float32Array(values.length);
  for (let filter = 0, to = 0; filter < filters; filter++) {
    const group = Math.floor(filter / own);
    for (let channel = 0; channel < channels; channel++) {
      const from = ((group * channels + channel) * own + (filter % own)) * taps;
      for (let tap = taps - 1; tap >= 0; tap--) result[to++] = values[from + tap]!;
    }
  }
  return result;
}

/** A matrix product as a convolution of 1×1 over tokens. */
function matrix(map: LayerMap, { node, input }: LayerSource, path: string): Operands {
  const { layer } = map;
  const { channels } = layer.input;
  const tokens = layer.input.height;
  const isGemm = node.op === 'Gemm';
  const flag = (name: string): boolean => isGemm && node.attributes.integer(name) === 1;
  const scale = (name: string): number => (isGemm ? (node.attributes.float(name) ?? 1) : 1);
  const right = node.inputs[0] === input;
  const [flowTurned, weightsTurned] = right ? [flag('transA'), flag('transB')] : [flag('transB'), flag('transA')];
  /** Tokens that lie side by side behind the axis of channels. */
  const run = (dims: readonly number[], channelsFirst: boolean): number =>
    channelsFirst && dims.length > 1 ? dims.at(-1)! : 1;
  return {
    weights: node.inputs[right ? 1 : 0]!,
    bias: isGemm ? named(node.inputs[2]) : undefined,
    layer({ values }, bias) {
      const alpha = scale('alpha');
      const weights = new Float32Array(values.length);
      // [channels, filters] in a product from the right, unless it is turned.
      const filtersLast = right !== weightsTurned;
      for (let filter = 0, i = 0; filter < layer.filters; filter++)
        for (let c = 0; c < channels; c++, i++)
          weights[i] = alpha * values[filtersLast ? c * layer.filters + filter : i]!;
      return { layer, weights, bias: bias && perFilter(bias) };
    },
    activations({ dims, values }, batch, where) {
      const length = values.length / batch;
      const channelsFirst = right === flowTurned;
      if (length !== channels * tokens || (channelsFirst && batch > 1 && dims.length < 3))
        throw new SilhouetteError({
          where,
          message: 'the images of its batch cannot be told apart',
          expected: 'a batch of 1',
          received: dimsText(dims),
        });
      const side = run(dims, channelsFirst);
      const own = new Float32Array(length);
      for (let token = 0, from = 0; token < tokens; token += side)
        for (let c = 0; c < channels; c++) for (let t = 0; t < side; t++) own[c * tokens + token + t] = values[from++]!;
      return { where, channels, height: tokens, width: 1, values: own };
    },
    made(outputs, dims) {
      const side = run(dims, !right);
      const own = new Float64Array(outputs.length);
      for (let token = 0, to = 0; token < tokens; token += side)
        for (let filter = 0; filter < layer.filters; filter++)
          for (let t = 0; t < side; t++) own[to++] = outputs[filter * tokens + token + t]!;
      return own;
    },
  };

  /** C, which is broadcast to [tokens, filters], or [filters, tokens] where the weights stand on the left. */
  function perFilter({ dims, values }: RunTensor): Float32Array {
    const beta = scale('beta');
    const [rows, cols] = [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
    const [own, others] = right ? [cols, rows] : [rows, cols];
    if (others !== 1 && !(elements(layer.output) === layer.filters && product(dims) === layer.filters))
      throw new SilhouetteError({
        where: `${path}: ${nodeText(node)}`,
        message: 'its C differs between tokens',
        expected: 'one number per filter',
        received: dimsText(dims),
      });
    return Float32Array.from({ length: layer.filters }, (_, f) => beta * values[own === 1 ? 0 : f]!);
  }
}
