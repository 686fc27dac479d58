import type { GraphNode, Model } from './model.js';
import { layerNames } from './names.js';

/** What `src/network/spec.ts` of the main package reads; only the fields that this network needs. */
export interface LayerSpec {
  readonly name: string;
  readonly kind: 'conv2d' | 'depthwise' | 'pool' | 'add' | 'multiply' | 'resize';
  readonly from: readonly string[];
  readonly filters?: number;
  readonly kernel?: readonly [number, number];
  readonly stride?: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly padding?: readonly [number, number, number, number];
  readonly bias?: boolean;
  readonly global?: boolean;
  readonly size?: readonly [number, number];
}

/** Channels, height, width. */
export type Chw = readonly [number, number, number];

export interface GraphLayer {
  readonly spec: LayerSpec;
  /** Node of the model file that does the work. */
  readonly node: string;
  /** Node whose output the layer reads first. */
  readonly reads: string;
  readonly input: Chw;
  readonly output: Chw;
  /** Names of constants in the model file: [height, width, in, out] weights, bias. */
  readonly weights?: string;
  bias?: string;
  /** A convolution over its input with zeros between the pixels: a transposed convolution of the model. */
  readonly zeroInserted?: true;
}

export interface Graph {
  readonly layers: readonly GraphLayer[];
  /** Layer to which a node's output belongs; biases and activations belong to the layer they follow. */
  readonly owner: ReadonlyMap<string, string>;
  readonly input: Chw;
}

/** TensorFlow's SAME padding along one axis: the odd pixel goes behind. */
function same(input: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(input / stride) - 1) * stride + kernel - input, 0);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

const integers = (node: GraphNode, key: string): number[] => (node.attr?.[key]?.list?.i ?? []).map(Number);

function isSame(node: GraphNode): boolean {
  const padding = Buffer.from(node.attr?.['padding']?.s ?? '', 'base64').toString();
  if (padding !== 'SAME' && padding !== 'VALID') throw new Error(`${node.name}: padding ${padding}`);
  return padding === 'SAME';
}

/** Every layer of the model file that computes or moves data, with the shapes inferred from the input's along the graph. */
export function readGraph(model: Model, input: Chw): Graph {
  const layers: GraphLayer[] = [];
  const byName = new Map<string, GraphLayer>();
  const owner = new Map<string, string>();
  const shape = (name: string): Chw => (name === 'input' ? input : byName.get(name)!.output);
  const ownerOf = (node: string): string => {
    const name = owner.get(node);
    if (name === undefined) throw new Error(`${node} is read before it is written`);
    return name;
  };
  const append = (
    node: GraphNode,
    reads: string,
    layer: Omit<GraphLayer, 'node' | 'reads' | 'spec'>,
    spec: Omit<LayerSpec, 'name'>,
  ): void => {
    const name = layerNames.get(node.name);
    if (name === undefined) throw new Error(`${node.op} ${node.name}: no name in names.ts`);
    const added = { node: node.name, reads, ...layer, spec: { name, ...spec } };
    layers.push(added);
    byName.set(name, added);
    owner.set(node.name, name);
  };

  const convolution = (node: GraphNode, reads: string, weights: string): void => {
    const from = ownerOf(reads);
    const [channels, height, width] = shape(from);
    const [r, s, weightChannels, last] = model.constants.get(weights)!.shape as [number, number, number, number];
    const [, down, across] = integers(node, 'strides') as [number, number, number];
    if (weightChannels !== channels || integers(node, 'dilations').some((d) => d !== 1)) {
      throw new Error(`${node.name}: not a plain convolution`);
    }
    const depthwise = node.op === 'DepthwiseConv2dNative';
    if (depthwise && last !== 1) throw new Error(`${node.name}: channel multiplier ${String(last)}`);
    const [top, bottom] = isSame(node) ? same(height, r, down) : [0, 0];
    const [left, right] = isSame(node) ? same(width, s, across) : [0, 0];
    const filters = depthwise ? channels : last;
    const output: Chw = [
      filters,
      Math.floor((height + top + bottom - r) / down) + 1,
      Math.floor((width + left + right - s) / across) + 1,
    ];
    append(
      node,
      reads,
      { input: [channels, height, width], output, weights },
      {
        kind: depthwise ? 'depthwise' : 'conv2d',
        from: [from],
        ...(depthwise ? {} : { filters }),
        kernel: [r, s],
        ...(down === 1 && across === 1 ? {} : { stride: [down, across] }),
        ...(top + left + bottom + right === 0 ? {} : { padding: [top, left, bottom, right] }),
      },
    );
  };

  /** Kernel = stride = 2: as a convolution of the zero-inserted map, behind the `resize` that inserts the zeros. */
  const transposed = (node: GraphNode, reads: string, weights: string): void => {
    const from = ownerOf(reads);
    const [channels, height, width] = shape(from);
    const [r, s, filters, weightChannels] = model.constants.get(weights)!.shape as [number, number, number, number];
    if ([r, s, ...integers(node, 'strides')].join() !== '2,2,1,2,2,1' || weightChannels !== channels) {
      throw new Error(`${node.name}: only 2×2 transposed convolutions of stride 2 are understood`);
    }
    const wide: Chw = [channels, 2 * height, 2 * width];
    const name = `${layerNames.get(node.name)!}-zero-insert`;
    const inserted: GraphLayer = {
      node: node.name,
      reads,
      input: shape(from),
      output: wide,
      spec: { name, kind: 'resize', from: [from], size: [2 * height, 2 * width] },
    };
    layers.push(inserted);
    byName.set(name, inserted);
    const output: Chw = [filters, 2 * height, 2 * width];
    append(
      node,
      reads,
      { input: wide, output, weights, zeroInserted: true },
      {
        kind: 'conv2d',
        from: [name],
        filters,
        kernel: [2, 2],
        padding: [1, 1, 0, 0],
      },
    );
  };

  const sum = (node: GraphNode, inputs: readonly string[]): void => {
    const constant = inputs.find((name) => model.constants.has(name));
    if (constant === undefined) {
      const from = inputs.map(ownerOf);
      append(node, inputs[0]!, { input: shape(from[0]!), output: shape(from[0]!) }, { kind: 'add', from });
      return;
    }
    const name = ownerOf(inputs.find((input) => input !== constant)!);
    owner.set(node.name, name);
    if (model.constants.get(constant)!.shape.length === 0) return; // the 3 of hard-swish
    // The model file adds the bias of the last convolution before a residual sum behind that sum.
    const candidates = [name, ...byName.get(name)!.spec.from].map((candidate) => byName.get(candidate));
    const biased = candidates.find((layer) => layer?.weights !== undefined && layer.bias === undefined);
    if (biased === undefined) throw new Error(`${node.name}: no convolution for bias ${constant}`);
    biased.bias = constant;
  };

  const product = (node: GraphNode, inputs: readonly string[]): void => {
    const from = inputs.filter((name) => !model.constants.has(name)).map(ownerOf);
    if (from.length === 1 || from[0] === from[1])
      owner.set(node.name, from[0]!); // hard-swish
    else append(node, inputs[0]!, { input: shape(from[0]!), output: shape(from[0]!) }, { kind: 'multiply', from });
  };

  for (const node of model.nodes) {
    const inputs = node.input ?? [];
    switch (node.op) {
      case 'Const':
        break;
      case 'Placeholder':
        owner.set(node.name, 'input');
        break;
      case 'Conv2D':
      case 'DepthwiseConv2dNative':
        convolution(node, inputs[0]!, inputs[1]!);
        break;
      case 'Conv2DBackpropInput':
        transposed(node, inputs[2]!, inputs[1]!);
        break;
      case 'Add':
      case 'AddV2':
      case 'AddN':
        sum(node, inputs);
        break;
      case 'Mul':
        product(node, inputs);
        break;
      case 'Relu':
      case 'Relu6':
      case 'Sigmoid':
        owner.set(node.name, ownerOf(inputs[0]!));
        break;
      case 'AvgPool': {
        const from = ownerOf(inputs[0]!);
        const [channels, height, width] = shape(from);
        if (integers(node, 'ksize').join() !== [1, height, width, 1].join())
          throw new Error(`${node.name}: not global`);
        append(
          node,
          inputs[0]!,
          { input: shape(from), output: [channels, 1, 1] },
          { kind: 'pool', from: [from], global: true },
        );
        break;
      }
      case 'ResizeBilinear': {
        const from = ownerOf(inputs[0]!);
        const [height, width] = model.constants.get(inputs[1]!)!.data as unknown as [number, number];
        append(
          node,
          inputs[0]!,
          { input: shape(from), output: [shape(from)[0], height, width] },
          {
            kind: 'resize',
            from: [from],
            size: [height, width],
          },
        );
        break;
      }
      default:
        throw new Error(`${node.name}: operation ${node.op} is not understood`);
    }
  }
  return { layers, owner, input };
}

/** The layer as the main package's built-in states it. */
export function specOf({ spec, bias }: GraphLayer): LayerSpec {
  return bias === undefined ? spec : { ...spec, bias: true };
}
