import { ceilDiv } from '../core/numbers.js';
import type { SizedSums } from '../trace/region-means.js';
import type { RegionSize } from '../trace/trace.js';
import type { Magnitudes } from './magnitudes.js';

/**
 * Sums of 8-bit magnitudes, region by region: exact integers, of which any threshold makes masks later. Regions begin at the top
 * left; those at the bottom and right edge are as large as the map leaves them.
 */
export interface SummedRegions extends SizedSums {
  /** Row-major [channels, gridHeight, gridWidth]; at most 255 · regionHeight · regionWidth. */
  readonly sums: Uint32Array;
}

/** Sums the magnitudes of every region of every channel. A region has at most 2²⁴ pixels, so that sums have 32 bits. */
export function regionSums(map: Magnitudes, { rows, cols }: RegionSize): SummedRegions {
  const { channels, height, width, values } = map;
  if (Math.min(rows, height) * Math.min(cols, width) > 2 ** 24) throw new RangeError('a region is too large');
  const gridHeight = ceilDiv(height, rows);
  const gridWidth = ceilDiv(width, cols);
  const sums = new Uint32Array(channels * gridHeight * gridWidth);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const first = (c * gridHeight + Math.floor(y / rows)) * gridWidth;
      for (let cell = first, x = 0; x < width; cell++) {
        const end = Math.min(x + cols, width);
        let sum = 0;
        for (; x < end; x++) sum += values[i++]!;
        sums[cell]! += sum;
      }
    }
  }
  return { channels, gridHeight, gridWidth, regionHeight: rows, regionWidth: cols, height, width, sums };
}
