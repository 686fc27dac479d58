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
  return { uniform: false, channels: field.channels, bits: field.levels.map((level) => bitsOfLevel[level]!) };
}

/** Element-wise maximum: what a tensor must be stored at so that every reader finds its bits. */
export function widestBits(a: ElementBits, b: ElementBits, shape: Shape): ElementBits {
  if (a.uniform && b.uniform) return { uniform: true, bits: Math.max(a.bits, b.bits) };
  const channels = Math.max(a.uniform ? 1 : a.channels, b.uniform ? 1 : b.channels);
  const area = shape.height * shape.width;
  const at = (source: ElementBits, i: number): number =>
    source.uniform ? source.bits : source.bits[source.channels === 1 ? i % area : i]!;
  const bits = Uint8Array.from({ length: channels * area }, (_, i) => Math.max(at(a, i), at(b, i)));
  return { uniform: false, channels, bits };
}

/**
 * Running sums over the pixels of a plane, in raster order: entry i is the bits of pixels before i, over the channels
 * [from, to). A range of pixels [a, b) then has sums[b] − sums[a] bits.
 */
export function bitSums(source: ElementBits, area: number, from: number, to: number): Float64Array {
  const sums = new Float64Array(area + 1);
  const channels = to - from;
  if (source.uniform) return sums.map((_, i) => i * channels * source.bits);
  const shared = source.channels === 1;
  for (let c = shared ? 0 : from; c < (shared ? 1 : to); c++)
    for (let i = 0; i < area; i++) sums[i + 1]! += source.bits[c * area + i]! * (shared ? channels : 1);
  for (let i = 0; i < area; i++) sums[i + 1]! += sums[i]!;
  return sums;
}

/** Bits of the pixels that the spans cover; `sums` per image (see {@link bitSums}). */
export function spanBits(spans: readonly InputSpans[], width: number, sums: readonly Float64Array[]): number {
  let bits = 0;
  for (const { image, firstRow, low, high } of spans) {
    const of = sums[image]!;
    for (let row = 0; row < low.length; row++) {
      const start = (firstRow + row) * width;
      if (high[row]! >= low[row]!) bits += of[start + high[row]! + 1]! - of[start + low[row]!]!;
    }
  }
  return bits;
}

/** Bits of one mask entry of a layer with this many levels. */
export function maskEntryBits(levels: readonly Precision[]): number {
  return bitsFor(levels.length);
}

/** Mask entries (regions) that the spans cover, over `channels` channels of per-channel maps or once for shared ones. */
export function spanRegions(spans: readonly InputSpans[], fields: readonly LevelField[], channels: number): number {
  let regions = 0;
  for (const { image, firstRow, low, high } of spans) {
    const { map } = fields[image]!;
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    for (let row = 0; row < low.length; row++) {
      if (high[row]! < low[row]!) continue;
      const gridRow = Math.floor((firstRow + row) / map.regionHeight);
      first.set(gridRow, Math.min(first.get(gridRow) ?? Infinity, Math.floor(low[row]! / map.regionWidth)));
      last.set(gridRow, Math.max(last.get(gridRow) ?? -1, Math.floor(high[row]! / map.regionWidth)));
    }
    for (const [gridRow, from] of first)
      regions += (last.get(gridRow)! - from + 1) * (map.channels === 1 ? 1 : channels);
  }
  return regions;
}

/** What the array reads of one image for one pass over its windows: operands by level, and gathered words. */
export interface OperandReads {
  /** (window, packet) pairs of each level; times filters they are MACs. */
  readonly pairs: Float64Array;
  /** Bits of those operands when every (window, tap) starts a new word of `wordBits`. */
  readonly wordBits: number;
}

/** Counts the operands of a group without walking windows: each pixel is read once per tap that stands on it. */
export function operandReads(
  geometry: WindowGeometry,
  taps: Int32Array,
  field: LevelField,
  firstChannel: number,
  levels: readonly Precision[],
  wordBits: number,
): OperandReads {
  const pairs = new Float64Array(levels.length);
  const { channels } = geometry;
  const shared = field.channels === 1;
  const pixelBits = new Float64Array(taps.length);
  for (let c = 0; c < (shared ? 1 : channels); c++) {
    const plane = shared ? 0 : (firstChannel + c) * taps.length;
    for (let i = 0; i < taps.length; i++) {
      const level = field.levels[plane + i]!;
      pairs[level]! += taps[i]! * (shared ? channels : 1);
      pixelBits[i]! += levels[level]!.activationBits * (shared ? channels : 1);
    }
  }
  let words = 0;
  for (let i = 0; i < taps.length; i++) words += taps[i]! * Math.ceil(pixelBits[i]! / wordBits);
  return { pairs, wordBits: words * wordBits };
}
