import type { RegionSums } from './trace.js';

/** Sums with the height and width of the map that they are of: regions at its edges are smaller. */
export interface SizedSums extends RegionSums {
  readonly height: number;
  readonly width: number;
}

/** Pixels of the region at a place of the grid. */
export function regionPixels(
  { regionHeight, regionWidth, height, width }: SizedSums,
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
export function eachRegion(map: SizedSums, look: (mean: RegionMean, cell: number) => void): void {
  const { channels, gridHeight, gridWidth, sums } = map;
  for (let c = 0, cell = 0; c < channels; c++)
    for (let y = 0; y < gridHeight; y++)
      for (let x = 0; x < gridWidth; x++, cell++) look({ sum: sums[cell]!, pixels: regionPixels(map, y, x) }, cell);
}

/** The largest mean of a layer's regions in this image, compared exactly: 2³² · 2²⁴ is more than a double holds, but regions of one size compare by their sums. */
export function largestMean(map: SizedSums): RegionMean {
  const bySize = new Map<number, number>();
  eachRegion(map, ({ sum, pixels }) => {
    if (sum >= (bySize.get(pixels) ?? 0)) bySize.set(pixels, sum);
  });
  let largest: RegionMean = { sum: 0, pixels: 1 };
  for (const [pixels, sum] of bySize)
    if (BigInt(sum) * BigInt(largest.pixels) > BigInt(largest.sum) * BigInt(pixels)) largest = { sum, pixels };
  return largest;
}
