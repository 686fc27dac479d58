import { ceilDiv } from '../../core/numbers.js';
import { elements, weightCount, type ArrayLayer } from '../../network/layer.js';

/**
 * A convolution whose weights depend on the activation that they meet: activation (c, y, x) meets those of set `sets[c, y, x]`. Products
 * and sums are those of doubles: exact for integers up to 2⁵³.
 */
export interface ConvolutionOperands {
  readonly layer: ArrayLayer;
  /** Row-major [channels, height, width]. */
  readonly activations: Float64Array;
  /** One set of weights or more, each [filters, channels / groups, kernel rows, kernel columns]. */
  readonly weights: readonly Float64Array[];
  /** [channels, height, width]: an index into `weights`; undefined where there is one set alone. */
  readonly sets: Uint8Array | undefined;
  /** All operands are integers of at most these magnitudes, which may let two filters share a multiplication. */
  readonly integers?: { readonly activation: number; readonly weight: number };
}

/** The operands of a layer with zeros around its input, so that a tap is a constant step away from its window. */
export interface PaddedInput {
  /** Elements of a padded row, and of a padded channel. */
  readonly row: number;
  readonly plane: number;
  /** Row-major [channels, padded height, padded width]. */
  readonly activations: Float64Array;
  readonly sets: Uint8Array | undefined;
}

/** @throws RangeError where an array does not have the layer's size */
export function padInput({ layer, activations, weights, sets }: ConvolutionOperands): PaddedInput {
  const { channels, height, width } = layer.input;
  const fits =
    activations.length === elements(layer.input) &&
    weights.every(({ length }) => length === weightCount(layer)) &&
    (sets === undefined ? weights.length === 1 : sets.length === activations.length);
  if (!fits) throw new RangeError(`operands of ${layer.name} do not have its size`);
  const [top, left, bottom, right] = layer.padding;
  const row = width + left + right;
  const plane = row * (height + top + bottom);
  if (row === width && plane === row * height) return { row, plane, activations, sets };
  const place = <T extends Float64Array | Uint8Array>(values: T, padded: T): T => {
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) {
        const from = (c * height + y) * width;
        padded.set(values.subarray(from, from + width), c * plane + (y + top) * row + left);
      }
    return padded;
  };
  return {
    row,
    plane,
    activations: place(activations, new Float64Array(channels * plane)),
    sets: sets && place(sets, new Uint8Array(channels * plane)),
  };
}

/** Steps from a window's first element to its operands, [channels / groups, kernel rows, kernel columns]. */
export function tapSteps({ input, groups, kernel, dilation }: ArrayLayer, { row, plane }: PaddedInput): Int32Array {
  const [rows, cols] = kernel;
  return Int32Array.from({ length: (input.channels / groups) * rows * cols }, (_, k) => {
    const [r, s] = [Math.floor(k / cols) % rows, k % cols];
    return Math.floor(k / (rows * cols)) * plane + r * dilation[0] * row + s * dilation[1];
  });
}

/** First element of every window, in raster order, up to a multiple of `multiple`: the last is repeated. */
export function windowStarts({ output, stride }: ArrayLayer, { row }: PaddedInput, multiple: number): Int32Array {
  const area = output.height * output.width;
  return Int32Array.from({ length: ceilDiv(area, multiple) * multiple }, (_, i) => {
    const window = Math.min(i, area - 1);
    return Math.floor(window / output.width) * stride[0] * row + (window % output.width) * stride[1];
  });
}
