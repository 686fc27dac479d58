import type { Chw, Graph, GraphLayer, LayerSpec } from './graph.js';
import { specOf } from './graph.js';
import type { GraphNode, Model, Values } from './model.js';

/** Output shape of a layer from its specification alone, by the rules of the main package. */
function inferred(spec: LayerSpec, inputs: readonly Chw[]): Chw {
  const [channels, height, width] = inputs[0]!;
  switch (spec.kind) {
    case 'pool':
      return [channels, 1, 1];
    case 'resize':
      return [channels, ...spec.size!];
    case 'add':
    case 'multiply': {
      const fits = ([c, h, w]: Chw): boolean =>
        c === channels && ((h === height && w === width) || (h === 1 && w === 1 && spec.kind === 'multiply'));
      if (!inputs.every(fits)) throw new Error(`${spec.name}: inputs ${inputs.join(' and ')}`);
      return [channels, height, width];
    }
    default: {
      const [r, s] = spec.kernel!;
      const [down, across] = spec.stride ?? [1, 1];
      const [top, left, bottom, right] = spec.padding ?? [0, 0, 0, 0];
      const filters = spec.kind === 'depthwise' ? channels : spec.filters!;
      return [
        filters,
        Math.floor((height + top + bottom - r) / down) + 1,
        Math.floor((width + left + right - s) / across) + 1,
      ];
    }
  }
}

/** Every shape that follows from the specifications is the shape of the running model's tensor, at every node of the layer. */
export function checkShapes(graph: Graph, values: ReadonlyMap<string, Values>): number {
  const shapes = new Map<string, Chw>([['input', graph.input]]);
  for (const layer of graph.layers) {
    const spec = specOf(layer);
    shapes.set(
      spec.name,
      inferred(
        spec,
        spec.from.map((name) => shapes.get(name)!),
      ),
    );
  }
  let checked = 0;
  for (const [node, name] of graph.owner) {
    if (name === 'input') continue;
    const [, height, width, channels] = values.get(node)!.shape;
    const [c, h, w] = shapes.get(name)!;
    if (c !== channels || h !== height || w !== width) {
      throw new Error(`${name}: inferred ${[c, h, w].join('×')}, ${node} has ${[channels, height, width].join('×')}`);
    }
    checked++;
  }
  return checked;
}

/**
 * Recomputes `samples` outputs of every convolution from its specification, the model's weights and the recorded input,
 * in double precision, and compares them with the running model. Proves kernels, strides, padding and the zero insertion.
 */
export function checkConvolutions(
  model: Model,
  graph: Graph,
  values: ReadonlyMap<string, Values>,
  inputOf: (layer: GraphLayer) => Values,
  samples: number,
): number {
  let worst = 0;
  for (const layer of graph.layers) {
    if (layer.weights === undefined) continue;
    const { kernel, stride = [1, 1], padding = [0, 0], kind, name } = layer.spec;
    const [filters, outHeight, outWidth] = layer.output;
    const [channels, height, width] = layer.input;
    const input = inputOf(layer).data;
    const weights = model.constants.get(layer.weights)!.data;
    const [rows, columns] = kernel!;
    const real = values.get(layer.node)!.data;
    const total = filters * outHeight * outWidth;
    for (let i = 0; i < samples; i++) {
      const at = Math.floor((total * i) / samples); // NHWC index: the first one is the padded corner
      const filter = at % filters;
      const x = Math.floor(at / filters) % outWidth;
      const y = Math.floor(at / (filters * outWidth));
      let value = 0;
      let scale = 0;
      for (let r = 0; r < rows; r++) {
        for (let s = 0; s < columns; s++) {
          const iy = y * stride[0] + r - padding[0];
          const ix = x * stride[1] + s - padding[1];
          if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue;
          for (let c = kind === 'depthwise' ? filter : 0; c < (kind === 'depthwise' ? filter + 1 : channels); c++) {
            const activation = input[(iy * width + ix) * channels + c]!;
            const weight = layer.zeroInserted
              ? weights[(((rows - 1 - r) * columns + columns - 1 - s) * filters + filter) * channels + c]!
              : weights[
                  (r * columns + s) * channels * (kind === 'depthwise' ? 1 : filters) +
                    (kind === 'depthwise' ? c : c * filters + filter)
                ]!;
            value += activation * weight;
            scale += Math.abs(activation * weight);
          }
        }
      }
      const error = Math.abs(value - real[at]!) / Math.max(scale, 1e-6);
      if (!(error < 1e-4))
        throw new Error(`${name}: output ${String(at)} is ${String(real[at])}, recomputed ${String(value)}`);
      worst = Math.max(worst, error);
    }
  }
  return worst;
}

export interface Totals {
  readonly weights: number;
  readonly biases: number;
  /** Constants of the model file that belong to no layer, by name. */
  readonly leftOut: readonly string[];
}

/** Parameters of the layers; every constant of the model file is one of them or is named in `leftOut`. */
export function countParameters(model: Model, graph: Graph): Totals {
  const used = new Set<string>();
  let weights = 0;
  let biases = 0;
  for (const { weights: weight, bias, output, spec, input } of graph.layers) {
    if (weight === undefined) continue;
    const expected = spec.kernel![0] * spec.kernel![1] * output[0] * (spec.kind === 'depthwise' ? 1 : input[0]);
    if (model.constants.get(weight)!.data.length !== expected) throw new Error(`${spec.name}: weights`);
    weights += expected;
    used.add(weight);
    if (bias === undefined) continue;
    if (model.constants.get(bias)!.data.length !== output[0]) throw new Error(`${spec.name}: bias`);
    biases += output[0];
    used.add(bias);
  }
  const constantNodes = model.nodes.filter((node: GraphNode) => node.op === 'Const').map((node) => node.name);
  if (constantNodes.length !== model.constants.size) throw new Error('constants without a node');
  return { weights, biases, leftOut: constantNodes.filter((name) => !used.has(name)) };
}
