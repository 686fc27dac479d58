import { shareOf } from '../core/numbers.js';
import type { Silhouette } from '../trace/trace.js';

/** Nearest-neighbour resize: target row i takes source row ⌊i·H/h⌋, columns likewise. */
export function resizeNearest<T extends Float32Array | Uint8Array>(
  source: { readonly height: number; readonly width: number; readonly values: T },
  height: number,
  width: number,
  target: T,
): T {
  const { values } = source;
  const columns = new Uint32Array(width);
  for (let x = 0; x < width; x++) columns[x] = Math.floor((x * source.width) / width);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((y * source.height) / height) * source.width;
    for (let x = 0; x < width; x++, i++) target[i] = values[row + columns[x]!]!;
  }
  return target;
}

/** Bits of a key that a pass sorts by: few enough that small maps are not all overhead. */
const DIGIT_BITS = 8;
const DIGITS = 2 ** DIGIT_BITS;

/** Room to sort in, kept from map to map. */
class SortRoom {
  readonly floats: Float32Array;
  /** The bits of `floats`. */
  readonly keys: Uint32Array;
  readonly orders: readonly [Uint32Array, Uint32Array];
  readonly places = new Uint32Array(DIGITS);

  constructor(readonly size: number) {
    this.floats = new Float32Array(size);
    this.keys = new Uint32Array(this.floats.buffer);
    this.orders = [new Uint32Array(size), new Uint32Array(size)];
  }
}

let room = new SortRoom(0);

/** Makes keys of values: unsigned integers that are in order as they are, and equal where they are (−0 is 0). No value is NaN. */
function makeKeys({ floats, keys }: SortRoom, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    floats[i] = values[i]! + 0;
    const bits = keys[i]!;
    keys[i] = bits >>> 31 === 0 ? bits ^ 0x80000000 : ~bits;
  }
}

/** Counts the digits of the first `count` keys; false where all have the same. */
function countDigits({ keys, places }: SortRoom, count: number, shift: number): boolean {
  places.fill(0);
  for (let i = 0; i < count; i++) places[(keys[i]! >>> shift) & (DIGITS - 1)]!++;
  return places[(keys[0]! >>> shift) & (DIGITS - 1)] !== count;
}

/** One pass: `to` is `from` sorted by a digit, in the order of `from` where it is equal. */
function sortByDigit({ keys, places }: SortRoom, count: number, shift: number, from: Uint32Array, to: Uint32Array) {
  for (let digit = 0, place = 0; digit < DIGITS; digit++) {
    const next = place + places[digit]!;
    places[digit] = place;
    place = next;
  }
  for (let i = 0; i < count; i++) {
    const index = from[i]!;
    to[places[(keys[index]! >>> shift) & (DIGITS - 1)]!++] = index;
  }
}

/** Indices by (value, index), in the front of an array that the next call overwrites: a radix sort. */
function rankOrder(values: Float32Array): Uint32Array {
  const count = values.length;
  if (room.size < count) room = new SortRoom(count);
  makeKeys(room, values);
  let [order, next] = room.orders;
  for (let i = 0; i < count; i++) order[i] = i;
  for (let shift = 0; count > 0 && shift < 32; shift += DIGIT_BITS) {
    if (!countDigits(room, count, shift)) continue;
    sortByDigit(room, count, shift, order, next);
    [order, next] = [next, order];
  }
  return order;
}

/**
 * Cuts an importance map into levels by rank: pixels sorted by (value, raster index), cut after
 * round-half-up(cumulative share · pixels), so that shares hold even for constant maps. No value is NaN: who reads or makes
 * silhouettes sees to it. `shares` sum to 1, the share of the least important level first.
 */
export function sectionByRank(values: Float32Array, shares: readonly number[]): Uint8Array {
  const order = rankOrder(values);
  const levels = new Uint8Array(values.length);
  let share = 0;
  let from = 0;
  for (const [level, part] of shares.entries()) {
    share += part;
    // Half a pixel rounds up although 0.57 has no exact binary form: 0.57 · 50 falls 4e-15 short of 28.5.
    const to = level === shares.length - 1 ? values.length : shareOf(share, values.length);
    for (let rank = from; rank < to; rank++) levels[order[rank]!] = level;
    from = Math.max(from, to);
  }
  return levels;
}

/** Levels of a silhouette at a resolution, either way round. */
export function levelsAt(
  silhouette: Silhouette,
  shares: readonly number[],
  height: number,
  width: number,
  sectionFirst: boolean,
): Uint8Array {
  if (sectionFirst) {
    const values = sectionByRank(silhouette.values, shares);
    return resizeNearest({ ...silhouette, values }, height, width, new Uint8Array(height * width));
  }
  return sectionByRank(resizeNearest(silhouette, height, width, new Float32Array(height * width)), shares);
}
