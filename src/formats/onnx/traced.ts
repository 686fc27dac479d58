import { SilhouetteError } from '../../core/errors.js';
import type { Shape } from '../../network/layer.js';
import { quantizedBits } from './dtype.js';
import { product, type OnnxTensor } from './tensor.js';

/** A tensor that stems from the model alone: weights, and what shapes are computed from. */
export interface Constant {
  readonly is: 'constant';
  readonly dims: readonly number[];
  /** Division truncates. */
  readonly integer: boolean;
  /** Bits of its elements where they are quantised. */
  readonly bits: number | undefined;
  /** The elements in C order; undefined where there are many, or where they are not in the file. */
  readonly values: () => readonly number[] | undefined;
}

/** A tensor that depends on the image. */
export interface Flow {
  readonly is: 'flow';
  readonly dims: readonly number[];
  /** The layer whose output it is, or is made from by operators that are no layers; `input` is the network's input. */
  readonly layer: string;
  /** One image of it as a map. */
  readonly view: Shape;
  /** Equal where tensors are functions of the same one, element by element: an activation has the root of what it works on. */
  readonly root: number;
  /** Nothing lies between it and its layer: a batch norm that reads it is part of that layer. */
  readonly direct: boolean;
  /** Bits that its elements were last quantised to. */
  readonly bits: number | undefined;
  /** Axes are [images, height, width, channels]: it was turned round. */
  readonly channelsLast?: boolean | undefined;
  /** Where it is a map with a border: what is inside, the name of that tensor, and the border (top, left, bottom, right). */
  readonly border?: undefined | { readonly inside: Flow; readonly tensor: string; readonly sides: readonly number[] };
}

/** A tensor of unknown shape, with the reason; without one where the reason has been reported. */
export interface Open {
  readonly is: 'open';
  readonly why: string | undefined;
}

export type Traced = Constant | Flow | Open;

/** A function of a tensor, element by element. */
export function functionOf(flow: Flow): Flow {
  return { ...flow, direct: false, bits: undefined, border: undefined };
}

/** Elements of a tensor that are computed with: shapes and sizes have few. */
export const mostFolded = 4096;

export function constantOf(
  dims: readonly number[],
  values: readonly number[] | undefined,
  { integer = true, bits }: { readonly integer?: boolean; readonly bits?: number | undefined } = {},
): Constant {
  return { is: 'constant', dims, integer, bits, values: () => values };
}

/** What a file carries; elements are read when asked for, and only of small tensors. */
export function carried(tensor: OnnxTensor): Constant {
  let known: readonly number[] | undefined;
  const { dims, dtype, count } = tensor;
  const values = (): readonly number[] | undefined => {
    if (known !== undefined || count > mostFolded) return known;
    try {
      known = Array.from(tensor.values() as ArrayLike<number | bigint>, Number);
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
    }
    return known;
  };
  return { is: 'constant', dims, integer: dtype.kind === 'integer', bits: quantizedBits(dtype), values };
}

/** One image of a tensor [images, channels, height, width]; without width, or height, those are 1. */
export function viewOf(dims: readonly number[], images: number): Shape {
  const [, channels = 1, height = 1, ...rest] = dims;
  const whole = { channels, height, width: product(rest) };
  const each = product(dims) / images;
  if (channels * height * whole.width === each) return whole;
  // The first axis counts something else as well: tokens of all images, say.
  return { channels: Number.isInteger(each) ? each : product(dims), height: 1, width: 1 };
}

/** One image of a tensor [images, height, width, channels]. */
export function turnedView(dims: readonly number[], images: number): Shape {
  return viewOf([dims[0]!, dims[3]!, dims[1]!, dims[2]!], images);
}

/** `[1, 64, 56, 56]` */
export function dimsText(dims: readonly (number | string)[]): string {
  return `[${dims.map((dim) => (dim === '' ? '?' : String(dim))).join(', ')}]`;
}

export function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The dimensions of an element-wise operation, as numpy broadcasts; undefined where they do not go together. */
export function broadcastDims(all: readonly (readonly number[])[]): readonly number[] | undefined {
  const rank = Math.max(...all.map((dims) => dims.length));
  const out = Array.from({ length: rank }, () => 1);
  for (const dims of all)
    for (const [i, dim] of dims.entries()) {
      const at = rank - dims.length + i;
      if (dim === out[at] || dim === 1) continue;
      if (out[at] !== 1) return undefined;
      out[at] = dim;
    }
  return out;
}
