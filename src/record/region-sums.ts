import { ceilDiv } from '../core/numbers.js';
import type { RegionSize } from '../trace/trace.js';
import type { Magnitudes } from './magnitudes.js';

/**
 * Sums of 8-bit magnitudes, region by region: exact integers, of which any threshold makes masks later. Regions begin at the top
 * left; those at the bottom and right edge are as large as the map leaves them.
 */
export interface RegionSums {
  readonly channels: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly regionHeight: number;
  readonly regionWidth: number;
  /** Height and width of the map itself. */
  readonly height: number;
  readonly width: number;
  /** What a magnitude is at most: 255, or 127 where the map has negative values. */
  readonly levels: 255 | 127;
  /** Row-major [channels, gridHeight, gridWidth]; at most levels · regionHeight · regionWidth. */
  readonly sums: Uint32Array;
}

/** Sums the magnitudes of every region of every channel. A region has at most 2²⁴ pixels, so that sums have 32 bits. */
export function regionSums(map: Magnitudes, { rows, cols }: RegionSize): RegionSums {
  const { channels, height, width, values, levels } = map;
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
  return { channels, gridHeight, gridWidth, regionHeight: rows, regionWidth: cols, height, width, levels, sums };
}

/** Pixels of the region at a place of the grid. */
export function regionPixels(
  { regionHeight, regionWidth, height, width }: RegionSums,
  gridY: number,
  gridX: number,
): number {
  return Math.min(regionHeight, height - gridY * regionHeight) * Math.min(regionWidth, width - gridX * regionWidth);
}

/** A mean as the fraction that it is. */
export interface RegionMean {
  readonly sum: number;
  readonly pixels: number;
}

/** Calls with every region, in the order in which they are stored. */
export function eachRegion(map: RegionSums, look: (mean: RegionMean, cell: number) => void): void {
  const { channels, gridHeight, gridWidth, sums } = map;
  for (let c = 0, cell = 0; c < channels; c++)
    for (let y = 0; y < gridHeight; y++)
      for (let x = 0; x < gridWidth; x++, cell++) look({ sum: sums[cell]!, pixels: regionPixels(map, y, x) }, cell);
}

/** The largest mean of a layer's regions in this image, compared exactly: 2³² · 2²⁴ is more than a double holds, but regions of one size compare by their sums. */
export function largestMean(map: RegionSums): RegionMean {
  const bySize = new Map<number, number>();
  eachRegion(map, ({ sum, pixels }) => {
    if (sum >= (bySize.get(pixels) ?? 0)) bySize.set(pixels, sum);
  });
  let largest: RegionMean = { sum: 0, pixels: 1 };
  for (const [pixels, sum] of bySize)
    if (BigInt(sum) * BigInt(largest.pixels) > BigInt(largest.sum) * BigInt(pixels)) largest = { sum, pixels };
  return largest;
}
