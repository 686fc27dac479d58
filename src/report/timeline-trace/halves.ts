import type { LoadName } from '../../engine/timeline.js';
import type { TransferTimes } from '../../machine/dram/dram.js';
import type { Slice, SliceArguments, Track } from './slices.js';

/** A slice that is not known to its end yet. */
export interface OpenSlice extends Slice {
  name: string;
  start: number;
  end: number;
  args: SliceArguments;
}

export type AddSlice = (slice: OpenSlice) => OpenSlice;

/** The halves of a double buffer. */
export function halvesOf(buffer: 'ifmap' | 'weight' | 'ofmap'): readonly [Track, Track] {
  return [`${buffer} half 0`, `${buffer} half 1`];
}

interface Loaded {
  readonly first: number;
  readonly names: readonly LoadName[];
  readonly bits: number;
  readonly whole: OpenSlice;
  readonly loads: OpenSlice;
}

/**
 * What a buffer holds that tiles only read. Loads for one tile make one residency; residencies take the halves in
 * turns, and each stays until the last tile that computes with it.
 */
export class LoadedHalves {
  #count = 0;
  /** The one that tiles compute with, then those that were loaded ahead. */
  readonly #open: Loaded[] = [];

  constructor(
    readonly halves: readonly [Track, Track],
    readonly add: AddSlice,
  ) {}

  load(tile: number, name: LoadName, bits: number, { start, done }: TransferTimes): void {
    const last = this.#open.at(-1);
    if (last?.first === tile) {
      this.#open[this.#open.length - 1] = this.#joined(last, name, bits, done);
      return;
    }
    const track = this.halves[this.#count % 2]!;
    this.#count++;
    const whole = this.add({
      track,
      name: titled([name], tile),
      start,
      end: done,
      args: { tiles: String(tile), bits },
    });
    const loads = this.add({ track, name: 'loads', start, end: done, args: { bits } });
    this.#open.push({ first: tile, names: [name], bits, whole, loads });
  }

  #joined(loaded: Loaded, name: LoadName, more: number, done: number): Loaded {
    const { first, whole, loads } = loaded;
    const names = [...loaded.names, name];
    const bits = loaded.bits + more;
    whole.name = titled(names, first);
    whole.args = { ...whole.args, bits };
    loads.args = { bits };
    whole.end = loads.end = Math.max(loads.end, done);
    return { first, names, bits, whole, loads };
  }

  /** When what a tile needs is there, 0 where nothing is loaded. Tiles come in order. */
  arrival(tile: number): number {
    return this.#using(tile)?.loads.end ?? 0;
  }

  used(tile: number, end: number): void {
    const loaded = this.#using(tile);
    if (loaded === undefined) return;
    loaded.whole.end = end;
    loaded.whole.args = { ...loaded.whole.args, tiles: tileRange(loaded.first, tile) };
  }

  #using(tile: number): Loaded | undefined {
    while ((this.#open[1]?.first ?? Infinity) <= tile) this.#open.shift();
    const current = this.#open[0];
    return current !== undefined && current.first <= tile ? current : undefined;
  }
}

function titled(names: readonly string[], tile: number): string {
  return `${names.join(', ')} of tile ${String(tile)}`;
}

/** `3`, or `3-7`. */
function tileRange(first: number, last: number): string {
  return first === last ? String(first) : `${String(first)}-${String(last)}`;
}

interface Sums {
  readonly index: number;
  readonly first: number;
  readonly whole: OpenSlice;
  /** When the array was done with it. */
  computed: number;
  loads?: OpenSlice;
  leaves?: OpenSlice;
}

interface SumsLoad {
  readonly bits: number;
  readonly times: TransferTimes;
}

/** What the ofmap buffer holds: sums that the array adds to, from their load or first tile until they have left. */
export class SumHalves {
  readonly #halves = halvesOf('ofmap');
  /** Loads whose tile has not been computed, by tile. */
  readonly #loads = new Map<number, SumsLoad>();
  #current: Sums | undefined;
  #before: Sums | undefined;

  constructor(readonly add: AddSlice) {}

  load(tile: number, bits: number, times: TransferTimes): void {
    this.#loads.set(tile, { bits, times });
  }

  /** When the sums that a tile adds to are there, 0 where they begin on chip. */
  arrival(tile: number): number {
    return this.#loads.get(tile)?.times.done ?? 0;
  }

  /** When the half that these sums take was left by those before. */
  free(sums: number): number {
    if (this.#current?.index === sums) return 0;
    return this.#before?.whole.end ?? 0;
  }

  used(tile: number, start: number, end: number, sums: number): void {
    const load = this.#loads.get(tile);
    this.#loads.delete(tile);
    const own = this.#sums(tile, sums, start);
    if (load !== undefined) this.#loaded(own, load);
    own.computed = own.whole.end = end;
    own.whole.args = { tiles: tileRange(own.first, tile) };
  }

  #sums(tile: number, index: number, start: number): Sums {
    if (this.#current?.index === index) return this.#current;
    const track = this.#halves[index % 2]!;
    const args = { tiles: String(tile) };
    const whole = this.add({ track, name: titled(['sums'], tile), start, end: start, args });
    this.#before = this.#current;
    this.#current = { index, first: tile, whole, computed: start };
    return this.#current;
  }

  #loaded(own: Sums, { bits, times }: SumsLoad): void {
    const { track } = own.whole;
    own.whole.start = Math.min(own.whole.start, times.start);
    own.loads ??= this.add({ track, name: 'loads', start: times.start, end: times.done, args: { bits } });
    own.loads.end = Math.max(own.loads.end, times.done);
  }

  /** The sums that were computed last leave until `end`. */
  leave(end: number): void {
    const own = this.#current;
    if (own === undefined) return;
    const { track } = own.whole;
    own.leaves ??= this.add({ track, name: 'leaves', start: own.computed, end, args: {} });
    own.leaves.end = Math.max(own.leaves.end, end);
    own.whole.end = own.leaves.end;
  }

  /** Kept outputs go to the ifmap buffer. */
  copy(start: number, end: number): void {
    const own = this.#current;
    if (own === undefined) return;
    this.leave(end);
    this.add({ track: own.whole.track, name: 'copy to ifmap', start, end, args: {} });
  }
}
