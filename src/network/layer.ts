import type { Precision } from '../core/precision.js';

/** Height and width in pixels, channels as count. Activations are addressed [channel, y, x]. */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * `conv2d`, `depthwise` and `linear` run on the array; the others on the vector unit, with 0 MACs. `auxiliary` is the
 * silhouette branch that a region scheme adds: a 1×1 convolution to one channel.
 */
export type ArrayKind = 'conv2d' | 'depthwise' | 'linear' | 'auxiliary';
export type VectorKind = 'pool' | 'add' | 'concat' | 'multiply' | 'resize';
export type LayerKind = ArrayKind | VectorKind;

interface LayerBase {
  /** Unique within the network. */
  readonly name: string;
  /** Names of the layers whose outputs are this layer's inputs, in order; `input` is the network's input. */
  readonly from: readonly string[];
  readonly output: Shape;
  /** Trainable parameters, biases and batch-norm scale and shift included. */
  readonly parameters: number;
  /** What the network itself states: the bits of a quantised model, or of a network file. */
  readonly precision?: Precision;
}

/** A convolution, or a linear layer as the 1×1 convolution of a 1×1 map that it is. */
export interface ArrayLayer extends LayerBase {
  readonly kind: ArrayKind;
  /** Where a slice or another shape lies between, not the shape of what `from` names. */
  readonly input: Shape;
  /** Filters in all groups together: the output channels. */
  readonly filters: number;
  /** Kernel height r and width s. */
  readonly kernel: readonly [number, number];
  /** Vertical and horizontal. */
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Zero padding in pixels: top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  /** Channels and filters split into this many independent convolutions; channels for `depthwise`. */
  readonly groups: number;
}

/** A layer that moves or combines elements without MACs. */
export interface VectorLayer extends LayerBase {
  readonly kind: VectorKind;
  /** One shape per entry of `from`. `multiply` may broadcast a [C, 1, 1] second input, and networks from ONNX any but the first. */
  readonly inputs: readonly Shape[];
  /** Window of a `pool`, absent where every input element is touched once. */
  readonly kernel?: readonly [number, number];
}

export type Layer = ArrayLayer | VectorLayer;

/** A graph of layers in execution order: a layer stands behind everything it reads. */
export interface Network {
  readonly name: string;
  /** One line for `silhouette networks`. */
  readonly description: string;
  readonly input: Shape;
  readonly layers: readonly Layer[];
  /** Set where layers are independent shapes (a SCALE-Sim topology): `from` is empty and shapes need not chain. */
  readonly independent?: true;
  /** What a file holds beside layers, and how it was read, a line each; results list it among their assumptions. */
  readonly notes?: readonly string[];
}

export function isArrayLayer(layer: Layer): layer is ArrayLayer {
  return 'groups' in layer;
}

/** Elements of a shape. */
export function elements(shape: Shape): number {
  return shape.channels * shape.height * shape.width;
}

/** Multiply-accumulates of one image: output pixels × filters × kernel window × channels per group; padding taps count. */
export function macs(layer: Layer): number {
  if (!isArrayLayer(layer)) return 0;
  const perOutput = layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
  return elements(layer.output) * perOutput;
}

/** Weights that the array reads for one image: filters × kernel window × channels per group, without bias. */
export function weightCount(layer: ArrayLayer): number {
  return layer.filters * layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
}

export function networkMacs(network: Network): number {
  return network.layers.reduce((total, layer) => total + macs(layer), 0);
}

export function networkParameters(network: Network): number {
  return network.layers.reduce((total, layer) => total + layer.parameters, 0);
}
