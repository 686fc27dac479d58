import { bitsFor } from '../core/numbers.js';
import type { Precision } from '../core/precision.js';
import type { Shape } from '../network/layer.js';
import type { InputSpans, WindowGeometry } from './geometry.js';
import type { LevelField } from './levels.js';

/** Bits that each element of a tensor is stored at: one width for all, or per element [1 or C, height, width]. */
export type ElementBits =
  | { readonly uniform: true; readonly bits: number }
  | { readonly uniform: false; readonly channels: number; readonly bits: Uint8Array };

/** The bits of a level field's elements. */
export function elementBits(field: LevelField, levels: readonly Precision[]): ElementBits {
  const bitsOfLevel = Uint8Array.from(levels, (level) => level.activationBits);
  const bits = new Uint8Array(field.levels.length);
  for (let i = 0; i < bits.length; i++) bits[i] = bitsOfLevel[field.levels[i]!]!;
  return { uniform: false, channels: field.channels, bits };
}

/** Element-wise maximum: what a tensor must be stored at so that every reader finds its bits. */
export function widestBits(a: ElementBits, b: ElementBits, shape: Shape): ElementBits {
  if (a.uniform && b.uniform) return { uniform: true, bits: Math.max(a.bits, b.bits) };
  const [first, second] = [a, b].map((source) => (source.uniform ? Uint8Array.of(source.bits) : source.bits));
  const channels = Math.max(a.uniform ? 1 : a.channels, b.uniform ? 1 : b.channels);
  const area = shape.height * shape.width;
  const bits = new Uint8Array(channels * area);
  // One width serves all elements, one plane all channels.
  const [everyFirst, everySecond] = [first!.length, second!.length];
  for (let i = 0, x = 0, y = 0; i < bits.length; i++) {
    bits[i] = Math.max(first![x]!, second![y]!);
    if (++x === everyFirst) x = 0;
    if (++y === everySecond) y = 0;
  }
  return { uniform: false, channels, bits };
}

/** Bits of ranges of pixels, in raster order: the same for every pixel, or running sums with entry i before pixel i. */
export type BitSums = { readonly perPixel: number } | Float64Array;

/** Sums the bits of a plane's pixels over the channels [from, to). */
export function bitSums(source: ElementBits, area: number, from: number, to: number): BitSums {
  const channels = to - from;
  if (source.uniform) return { perPixel: channels * source.bits };
  const sums = new Float64Array(area + 1);
  const shared = source.channels === 1;
  for (let c = shared ? 0 : from; c < (shared ? 1 : to); c++)
    for (let i = 0; i < area; i++) sums[i + 1]! += source.bits[c * area + i]! * (shared ? channels : 1);
  for (let i = 0; i < area; i++) sums[i + 1]! += sums[i]!;
  return sums;
}

/** Bits of the pixels [from, to). */
export function bitsBetween(sums: BitSums, from: number, to: number): number {
  return sums instanceof Float64Array ? sums[to]! - sums[from]! : (to - from) * sums.perPixel;
}

/** Bits of the pixels that the spans cover; `sums` per image (see {@link bitSums}). */
export function spanBits(spans: readonly InputSpans[], width: number, sums: readonly BitSums[]): number {
  let bits = 0;
  for (const { image, rows, low, high } of spans)
    rows.forEach((row, i) => {
      bits += bitsBetween(sums[image]!, row * width + low[i]!, row * width + high[i]! + 1);
    });
  return bits;
}

/** Bits of one mask entry of a layer with this many levels. */
export function maskEntryBits(levels: readonly Precision[]): number {
  return bitsFor(levels.length);
}

/** Mask entries (regions) that the spans touch, over `channels` channels of per-channel maps or once for shared ones. */
export function spanRegions(spans: readonly InputSpans[], fields: readonly LevelField[], channels: number): number {
  let regions = 0;
  for (const { image, rows, low, high } of spans) {
    const { map } = fields[image]!;
    const touched = new Uint8Array(map.gridHeight * map.gridWidth);
    rows.forEach((row, i) => {
      const line = Math.floor(row / map.regionHeight) * map.gridWidth;
      const from = line + Math.floor(low[i]! / map.regionWidth);
      touched.fill(1, from, line + Math.floor(high[i]! / map.regionWidth) + 1);
    });
    let cells = 0;
    for (const cell of touched) cells += cell;
    regions += cells * (map.channels === 1 ? 1 : channels);
  }
  return regions;
}

/**
 * (window, packet) pairs of each level in one image of a group; times filters they are MACs. Counted without walking
 * windows: each pixel is read once per tap that stands on it.
 */
export function pairsByLevel(
  geometry: WindowGeometry,
  taps: Int32Array,
  field: LevelField,
  firstChannel: number,
  levels: number,
): Float64Array {
  const pairs = new Float64Array(levels);
  const shared = field.channels === 1;
  const from = shared ? 0 : firstChannel * taps.length;
  const to = from + (shared ? 1 : geometry.channels) * taps.length;
  for (let at = from, i = 0; at < to; at++) {
    pairs[field.levels[at]!]! += taps[i]!;
    if (++i === taps.length) i = 0;
  }
  return shared ? pairs.map((count) => count * geometry.channels) : pairs;
}

/** Bits that one pass over an image's windows reads if every (window, tap) starts a new word of `wordBits`. */
export function gatheredBits(
  geometry: WindowGeometry,
  taps: Int32Array,
  stored: ElementBits,
  firstChannel: number,
  wordBits: number,
): number {
  const sums = bitSums(stored, taps.length, firstChannel, firstChannel + geometry.channels);
  let words = 0;
  for (let i = 0; i < taps.length; i++) words += taps[i]! * Math.ceil(bitsBetween(sums, i, i + 1) / wordBits);
  return words * wordBits;
}
