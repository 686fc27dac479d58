import { exactMean } from '../core/exact-sum.js';
import type { ActivationSummary } from '../trace/recorded.js';
import { wordsOf, type ActivationMap } from './activation-map.js';

/** Exponents of single precision: 1 … 254, and 0 for what is smaller than 2⁻¹²⁶. */
const EXPONENTS = 255;
/** Of a float of exponent field e, the least magnitude is 2^(e − BIAS). */
const BIAS = 127;
const FRACTION_BITS = 23;

/**
 * What is known of a layer's input over many images. Everything is an integer, or the least or largest of the values, so that neither the
 * order of images nor interruptions change anything; memory is 4 KiB per layer.
 *
 * The histogram counts magnitudes by powers of two, which are what a bit more or less covers: bins are the exponents of the floats
 * themselves, no value lies outside, and no first image has to guess a range. The sum of a bin's fractions is an integer, too, so
 * that the mean is exact.
 */
export interface ActivationTally {
  count: number;
  min: number;
  max: number;
  zeros: number;
  /** By sign (0 positive, 1 negative) and exponent: values, zeros apart. [2][EXPONENTS] */
  readonly counts: Float64Array;
  /** Exact sum of all values, in units of 2⁻¹⁰⁷⁴. */
  sum: bigint;
}

export function activationTally(): ActivationTally {
  return { count: 0, min: Infinity, max: -Infinity, zeros: 0, counts: new Float64Array(2 * EXPONENTS), sum: 0n };
}

/**
 * Adds one image's map of at most 2²⁹ values, all finite: {@link extentOf} and all that quantises see to it.
 */
export function addActivations(tally: ActivationTally, map: ActivationMap): void {
  const words = wordsOf(map.values);
  const counts = new Float64Array(512);
  const fractions = new Float64Array(512);
  const { values } = map;
  let [min, max, zeros] = [tally.min, tally.max, 0];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const value = values[i]! + 0;
    if (value < min) min = value;
    if (value > max) max = value;
    if ((word & 0x7fffffff) === 0) {
      zeros++;
      continue;
    }
    // Sign and exponent, and the integer that the fraction stands for: below 2²⁴, so that 2²⁹ of them have an exact sum.
    const bin = word >>> FRACTION_BITS;
    const fraction = word & 0x7fffff;
    counts[bin]!++;
    fractions[bin]! += (bin & 0xff) === 0 ? fraction : fraction | 0x800000;
  }
  tally.count += words.length;
  tally.min = min;
  tally.max = max;
  tally.zeros += zeros;
  for (let sign = 0; sign < 2; sign++)
    for (let exponent = 0; exponent < EXPONENTS; exponent++) {
      const bin = sign * 256 + exponent;
      if (counts[bin] === 0) continue;
      tally.counts[sign * EXPONENTS + exponent]! += counts[bin]!;
      const part = BigInt(fractions[bin]!) << BigInt(Math.max(1, exponent) - 1 + 1074 - BIAS - FRACTION_BITS + 1);
      tally.sum += sign === 0 ? part : -part;
    }
}

/** Adds what another tally has counted. */
export function mergeActivations(into: ActivationTally, from: ActivationTally): void {
  into.count += from.count;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  into.zeros += from.zeros;
  into.sum += from.sum;
  from.counts.forEach((count, i) => {
    into.counts[i]! += count;
  });
}

/** Sums a tally up; undefined where nothing has been counted. */
export function summarise(tally: ActivationTally): ActivationSummary | undefined {
  const { count, min, max, zeros, counts, sum } = tally;
  if (count === 0) return undefined;
  const [positive, negative] = [counts.subarray(0, EXPONENTS), counts.subarray(EXPONENTS)];
  const negatives = negative.reduce((a, b) => a + b, 0);
  const filled = positive.map((own, i) => own + negative[i]!);
  const first = filled.findIndex((own) => own > 0);
  const end = filled.findLastIndex((own) => own > 0) + 1;
  return {
    count,
    min,
    max,
    mean: exactMean(sum, count),
    zeroShare: zeros / count,
    negativeShare: negatives / count,
    histogram: {
      from: first < 0 ? 0 : first - BIAS,
      positive: first < 0 ? [] : [...positive.subarray(first, end)],
      negative: negatives === 0 ? [] : [...negative.subarray(first, end)],
    },
  };
}
