import { ceilQuotient, decimalFraction, type Fraction } from '../core/fraction.js';
import { ceilDiv } from '../core/numbers.js';
import type { Shape } from '../network/layer.js';
import { eachRegion, largestMean, type RegionMean, type SizedSums } from './region-means.js';
import type { MaskArray, RegionMap, RegionSize, RegionSums } from './trace.js';

/**
 * When a region is sensitive: its mean reaches `mean`, on the scale of its 8-bit magnitudes (Table III of Song et al., ISCA 2020), or
 * `gate` times the largest mean among the regions of the layer in that image (as in an author's code). A region of zeros never is.
 */
export type Threshold =
  { readonly kind: 'absolute'; readonly mean: number } | { readonly kind: 'gate'; readonly gate: number };

/** Whether regions of this size are whole multiples of those that were summed, so that their sums are sums of sums. */
export function isMultiple(region: RegionSize, summed: RegionSize): boolean {
  return region.rows % summed.rows === 0 && region.cols % summed.cols === 0;
}

/** The grid of regions of another size over the same input; see {@link isMultiple}. */
export function regridded(array: MaskArray, region: RegionSize): MaskArray {
  return {
    ...array,
    region,
    gridHeight: ceilDiv(array.gridHeight, region.rows / array.region.rows),
    gridWidth: ceilDiv(array.gridWidth, region.cols / array.region.cols),
  };
}

function coarser(map: RegionSums, region: RegionSize): RegionSums {
  const [down, right] = [region.rows / map.regionHeight, region.cols / map.regionWidth];
  if (down === 1 && right === 1) return map;
  const gridHeight = ceilDiv(map.gridHeight, down);
  const gridWidth = ceilDiv(map.gridWidth, right);
  const sums = new Uint32Array(map.channels * gridHeight * gridWidth);
  for (let row = 0, from = 0; row < map.channels * map.gridHeight; row++) {
    const channel = Math.floor(row / map.gridHeight);
    const to = (channel * gridHeight + Math.floor((row % map.gridHeight) / down)) * gridWidth;
    for (let x = 0; x < map.gridWidth; x++, from++) sums[to + Math.floor(x / right)]! += map.sums[from]!;
  }
  return { ...map, gridHeight, gridWidth, regionHeight: region.rows, regionWidth: region.cols, sums };
}

/** The mean that regions of a map are held against. */
function thresholdOf(map: SizedSums, threshold: Threshold): Fraction {
  if (threshold.kind === 'absolute') return decimalFraction(threshold.mean);
  const { numerator, denominator } = decimalFraction(threshold.gate);
  const { sum, pixels } = largestMean(map);
  return { numerator: numerator * BigInt(sum), denominator: denominator * BigInt(pixels) };
}

/** The least sum at which a region of `pixels` pixels is sensitive. */
function leastSum({ numerator, denominator }: Fraction, pixels: number): number {
  return Math.max(1, Number(ceilQuotient(numerator * BigInt(pixels), denominator)));
}

/**
 * DRQ's mask of one layer's input in one image: level 1 = sensitive. The comparison is exact, with thresholds taken as the decimals that they
 * are written as: sum ≥ threshold · pixels in integers. A mean that equals the threshold is sensitive.
 */
export function maskOf(map: SizedSums, threshold: Threshold): RegionMap {
  const { channels, gridHeight, gridWidth, regionHeight, regionWidth } = map;
  const wanted = thresholdOf(map, threshold);
  // Interior, right edge, bottom edge, corner: four sizes at most.
  const leastBySize = new Map<number, number>();
  const levels = new Uint8Array(map.sums.length);
  eachRegion(map, ({ sum, pixels }: RegionMean, cell) => {
    let least = leastBySize.get(pixels);
    if (least === undefined) leastBySize.set(pixels, (least = leastSum(wanted, pixels)));
    if (sum >= least) levels[cell] = 1;
  });
  return { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels };
}

/** The same of regions of `region`, from sums over regions of which it is a multiple. */
export function cutSums(
  sums: RegionSums,
  region: RegionSize,
  { height, width }: Pick<Shape, 'height' | 'width'>,
  threshold: Threshold,
): RegionMap {
  return maskOf({ ...coarser(sums, region), height, width }, threshold);
}
