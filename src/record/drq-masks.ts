import { ceilQuotient, decimalFraction, type Fraction } from '../core/fraction.js';
import type { RegionMap } from '../trace/trace.js';
import { eachRegion, largestMean, type RegionMean, type RegionSums } from './region-sums.js';
import type { ThresholdRule } from './thresholds.js';

/** The mean that regions of a map are held against. */
function thresholdOf(map: RegionSums, rule: ThresholdRule): Fraction {
  if (rule.kind === 'absolute') {
    const { numerator, denominator } = decimalFraction(rule.mean);
    return { numerator: numerator * BigInt(map.levels), denominator: denominator * 255n };
  }
  const { numerator, denominator } = decimalFraction(rule.gate);
  const { sum, pixels } = largestMean(map);
  return { numerator: numerator * BigInt(sum), denominator: denominator * BigInt(pixels) };
}

/** The least sum at which a region of `pixels` pixels is sensitive. A region of zeros never is. */
function leastSum({ numerator, denominator }: Fraction, pixels: number): number {
  const least = Number(ceilQuotient(numerator * BigInt(pixels), denominator));
  return Math.max(1, least);
}

/**
 * DRQ's mask of one layer's input in one image: level 1 = sensitive, where the region's mean reaches the threshold. The
 * comparison is exact, with thresholds taken as the decimals that they are written as: sum ≥ threshold · pixels in integers. A mean that
 * equals the threshold is sensitive; a region of zeros is not, whatever the threshold. An absolute mean is on the scale 0–255: of maps with
 * negative values, whose magnitudes end at 127, it takes 127/255.
 */
export function drqMask(map: RegionSums, rule: ThresholdRule): RegionMap {
  const { channels, gridHeight, gridWidth, regionHeight, regionWidth } = map;
  const threshold = thresholdOf(map, rule);
  // Interior, right edge, bottom edge, corner: four sizes at most.
  const leastBySize = new Map<number, number>();
  const levels = new Uint8Array(map.sums.length);
  eachRegion(map, ({ sum, pixels }: RegionMean, cell) => {
    let least = leastBySize.get(pixels);
    if (least === undefined) leastBySize.set(pixels, (least = leastSum(threshold, pixels)));
    if (sum >= least) levels[cell] = 1;
  });
  return { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels };
}
