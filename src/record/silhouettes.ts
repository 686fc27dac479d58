import { clamp } from '../core/numbers.js';
import { resizeNearest } from '../scheme/section.js';
import type { Silhouette } from '../trace/trace.js';
import { extentOf, type ActivationMap } from './activation-map.js';
import type { Squeeze } from './squeezes/squeeze.js';

/**
 * The silhouette of an image, at the resolution of the layer that it is made from: a policy can then be applied before or after it is
 * resized to other layers. What a squeeze does not bound itself is scaled so that the least pixel is 0 and the largest 1; a constant map is 0
 * throughout.
 * @throws SilhouetteError where an activation is not finite, naming channel and pixel, or the map does not suit the squeeze
 */
export function squeezeSilhouette(squeeze: Squeeze, map: ActivationMap, image: string): Silhouette {
  extentOf(map);
  const plane = squeeze.squeeze(map, image);
  return { height: map.height, width: map.width, values: Float32Array.from(squeeze.bounded ? plane : scaled(plane)) };
}

function scaled(plane: Float64Array): Float64Array {
  let [least, most] = [Infinity, -Infinity];
  for (const value of plane) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const span = most - least;
  return plane.map((value) => (span === 0 ? 0 : (value - least) / span));
}

/** A user's mask, row-major [height, width], 0 (black, not important) … 255 (white). */
export function greySilhouette(mask: {
  readonly height: number;
  readonly width: number;
  readonly values: Uint8Array | Uint8ClampedArray;
}): Silhouette {
  return { height: mask.height, width: mask.width, values: Float32Array.from(mask.values, (grey) => grey / 255) };
}

/**
 * `nearest`: row i takes source row ⌊i·H/h⌋, columns likewise, as schemes resize (PyTorch's `nearest`). `area`: the mean over the source
 * pixels that a pixel covers, each by the part of it that is covered: for masks that are as large as photographs.
 */
export type Resizing = 'nearest' | 'area';

/** A silhouette at another size. */
export function resizeSilhouette(source: Silhouette, height: number, width: number, how: Resizing): Silhouette {
  const target = new Float32Array(height * width);
  if (how === 'nearest') return { height, width, values: resizeNearest(source, height, width, target) };
  const [rows, columns] = [overlaps(source.height, height), overlaps(source.width, width)];
  const area = source.height * source.width;
  rows.forEach((rowParts, y) => {
    columns.forEach((columnParts, x) => {
      let sum = 0;
      for (const { index: row, part: down } of rowParts)
        for (const { index: column, part: across } of columnParts)
          sum += down * across * source.values[row * source.width + column]!;
      target[y * width + x] = clamp(sum / area, 0, 1);
    });
  });
  return { height, width, values: target };
}

interface Overlap {
  readonly index: number;
  readonly part: number;
}

/** What of a side of `from` pixels each of `to` pixels covers, in units of 1/to of a source pixel: integers that sum to `from`. */
function overlaps(from: number, to: number): Overlap[][] {
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * from, (i + 1) * from];
    const parts: Overlap[] = [];
    for (let index = Math.floor(start / to); index * to < end; index++)
      parts.push({ index, part: Math.min(end, (index + 1) * to) - Math.max(start, index * to) });
    return parts;
  });
}
