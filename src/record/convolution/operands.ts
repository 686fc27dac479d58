import { ceilDiv } from '../../core/numbers.js';
import { elements, weightCount, type ArrayLayer } from '../../network/layer.js';

/** The weights of a convolution: one set or more, of which an activation meets one. */
export interface ConvolutionWeights {
  readonly layer: ArrayLayer;
  /** Each [filters, channels / groups, kernel rows, kernel columns]. */
  readonly weights: readonly Float64Array[];
  /** All operands are integers of at most these magnitudes, which may let two filters share a multiplication. */
  readonly integers?: { readonly activation: number; readonly weight: number };
}

/** What weights meet. */
export interface ConvolutionInput {
  /** Row-major [channels, height, width]. */
  readonly activations: Float64Array;
  /** [channels, height, width]: which set of weights an activation meets; undefined where there is one set alone. */
  readonly sets: Uint8Array | undefined;
}

/** Windows that are computed side by side. */
export const PANEL_WINDOWS = 4;

/** Where the operands of a layer stand when there are zeros around its input, so that a tap is a constant step away from its window. */
export interface Geometry {
  /** Elements of a padded row, and of a padded channel. */
  readonly row: number;
  readonly plane: number;
  /** Output pixels. */
  readonly windows: number;
  /** Steps from a window's first element to its operands, [channels / groups, kernel rows, kernel columns]. */
  readonly steps: Int32Array;
  /** First element of every window, in raster order, up to a multiple of {@link PANEL_WINDOWS}: the last is repeated. */
  readonly starts: Int32Array;
}

export function geometryOf({ input, output, kernel, stride, dilation, padding, groups }: ArrayLayer): Geometry {
  const [top, left, bottom, right] = padding;
  const row = input.width + left + right;
  const plane = row * (input.height + top + bottom);
  const [rows, cols] = kernel;
  const windows = output.height * output.width;
  return {
    row,
    plane,
    windows,
    steps: Int32Array.from({ length: (input.channels / groups) * rows * cols }, (_, k) => {
      const [r, s] = [Math.floor(k / cols) % rows, k % cols];
      return Math.floor(k / (rows * cols)) * plane + r * dilation[0] * row + s * dilation[1];
    }),
    starts: Int32Array.from({ length: ceilDiv(windows, PANEL_WINDOWS) * PANEL_WINDOWS }, (_, i) => {
      const window = Math.min(i, windows - 1);
      return Math.floor(window / output.width) * stride[0] * row + (window % output.width) * stride[1];
    }),
  };
}

/**
 * The input with zeros around it, each array [channels, padded height, padded width].
 * @throws RangeError where an array does not have the layer's size
 */
export function padInput(
  { layer, weights }: ConvolutionWeights,
  { row, plane }: Geometry,
  { activations, sets }: ConvolutionInput,
): ConvolutionInput {
  const { channels, height, width } = layer.input;
  const fits =
    activations.length === elements(layer.input) &&
    weights.every(({ length }) => length === weightCount(layer)) &&
    (sets === undefined ? weights.length === 1 : sets.length === activations.length);
  if (!fits) throw new RangeError(`operands of ${layer.name} do not have its size`);
  const [top, left] = layer.padding;
  if (plane === height * width) return { activations, sets };
  const place = <T extends Float64Array | Uint8Array>(values: T, padded: T): T => {
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) {
        const from = (c * height + y) * width;
        padded.set(values.subarray(from, from + width), c * plane + (y + top) * row + left);
      }
    return padded;
  };
  return {
    activations: place(activations, new Float64Array(channels * plane)),
    sets: sets && place(sets, new Uint8Array(channels * plane)),
  };
}
