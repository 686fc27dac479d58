import { gcd } from '../core/numbers.js';
import { elements, macs, type ArrayLayer } from '../network/layer.js';
import { eachRegion, largestMean, type SizedSums } from '../trace/region-means.js';

/** Steps of a gate between 0 and 1. */
const STEPS = 65_536;
/** Regions of zeros, then ratios from 0 to 1 in steps, 1 by itself. */
const BINS = STEPS + 2;

/**
 * How far regions lie below the largest mean of their layer and image, over all layers and images: pixels by ⌊ratio · 2¹⁶⌋, apart
 * for every number of MACs that a pixel takes part in. Counts are integers, so that neither the order of images nor interruptions change
 * anything; memory is 512 KiB per distinct number of MACs (a dozen in ResNet-50), however many images there are.
 */
export interface GateTally {
  /** By MACs per input activation, as a reduced fraction `9/4`. */
  readonly pixels: Map<string, Float64Array>;
}

export function gateTally(): GateTally {
  return { pixels: new Map() };
}

/** MACs that one activation of a layer's input takes part in, on average: padding taps count, as everywhere. */
function weightName(layer: ArrayLayer): string {
  const [all, inputs] = [macs(layer), elements(layer.input)];
  const common = gcd(all, inputs);
  return `${String(all / common)}/${String(inputs / common)}`;
}

function weightOf(name: string): number {
  const [numerator, denominator] = name.split('/').map(Number);
  return numerator! / denominator!;
}

/** ⌊a·2¹⁶ / b⌋ for integers 0 ≤ a ≤ b < 2⁵³. */
function stepsOf(a: number, b: number): number {
  if (b > 2 ** 37) return Number((BigInt(a) * BigInt(STEPS)) / BigInt(b));
  const steps = Math.floor((a * STEPS) / b);
  // The quotient may have been rounded up to a whole number.
  return steps * b > a * STEPS ? steps - 1 : steps;
}

/** Adds one layer's regions in one image. */
export function addRegions(tally: GateTally, layer: ArrayLayer, map: SizedSums): void {
  const name = weightName(layer);
  let bins = tally.pixels.get(name);
  if (bins === undefined) tally.pixels.set(name, (bins = new Float64Array(BINS)));
  const into = bins;
  const largest = largestMean(map);
  eachRegion(map, ({ sum, pixels }) => {
    into[sum === 0 ? 0 : 1 + stepsOf(sum * largest.pixels, pixels * largest.sum)]! += pixels;
  });
}

/** Adds what another tally has counted. */
export function mergeGateTallies(into: GateTally, from: GateTally): void {
  for (const [name, bins] of from.pixels) {
    const own = into.pixels.get(name);
    if (own === undefined) into.pixels.set(name, bins.slice());
    else for (let bin = 0; bin < BINS; bin++) own[bin]! += bins[bin]!;
  }
}

/** A gate for the whole network, and what it does. */
export interface SolvedGate {
  /** A multiple of 2⁻¹⁶; 1 + 2⁻¹⁶ where nothing may be sensitive. */
  readonly gate: number;
  /** Fraction of the MACs that run at the low bits at this gate, by the counted regions: exactly what the masks give. */
  readonly lowShare: number;
}

/**
 * The least gate, in steps of 2⁻¹⁶, at which at least `percent` of the MACs of the counted layers meet insensitive activations. Where a
 * step moves many regions at once, or zeros alone exceed `percent`, the share is larger: `lowShare` says by how much.
 */
export function solveGate({ pixels }: GateTally, percent: number): SolvedGate {
  const names = [...pixels.keys()].sort();
  const macsByBin = new Float64Array(BINS);
  for (const name of names) {
    const [bins, weight] = [pixels.get(name)!, weightOf(name)];
    for (let bin = 0; bin < BINS; bin++) macsByBin[bin]! += bins[bin]! * weight;
  }
  let total = 0;
  for (const part of macsByBin) total += part;
  const wanted = (percent / 100) * total;
  let low = macsByBin[0]!;
  let step = 0;
  // Added up in the same order as the total, so that 100 % is reached whatever was rounded.
  while (low < wanted && step < BINS - 1) low += macsByBin[++step]!;
  return { gate: step / STEPS, lowShare: total === 0 ? 0 : Math.min(1, low / total) };
}
