import {
  noActivity,
  type DramActivity,
  type DramModel,
  type DramSession,
  type Transfer,
  type TransferTimes,
} from '../machine/dram/dram.js';

export const loadNames = ['inputs', 'mask', 'weights', 'sums'] as const;
export type LoadName = (typeof loadNames)[number];

/** What one tile moves and computes. An operand that is not loaded is already on chip. */
export interface Tile {
  readonly loads: Readonly<Partial<Record<LoadName, Transfer>>>;
  /** Cycles that array (or vector unit) and ports work on it. */
  readonly compute: number;
  /** Its outputs or sums leave the ofmap buffer after it: the next tile has others. */
  readonly lastOfSums: boolean;
  /** What leaves for DRAM. */
  readonly store?: Transfer | undefined;
  /** Cycles in which kept outputs move to the ifmap buffer. */
  readonly copyCycles: number;
}

/**
 * Told of everything that takes time, for pictures; `tile` is −1 for the prologue. Tiles of equal `sums`, counted from
 * 0, share what they have in the ofmap buffer.
 */
export interface TimelineObserver {
  transfer(what: LoadName | 'store' | 'prologue', tile: number, transfer: Transfer, times: TransferTimes): void;
  compute(tile: number, start: number, end: number, sums: number): void;
  copy(tile: number, start: number, end: number): void;
}

export interface TimelineResult {
  readonly cycles: number;
  readonly dram: DramActivity;
}

/** Residencies of one operand in its double buffer, in the order in which they are loaded. */
class DoubleBuffer {
  /** When each residency was last computed with. */
  readonly #lastUse: number[] = [];
  readonly #arrival: number[] = [];

  /** When the half that the next residency fills is free: after the last use of the residency before last. */
  get free(): number {
    return this.#lastUse[this.#arrival.length - 2] ?? 0;
  }

  /** The residency that a tile uses if nothing newer is loaded for it. */
  get current(): number {
    return this.#arrival.length - 1;
  }

  arrived(time: number): void {
    this.#arrival.push(time);
  }

  arrivalOf(residency: number): number {
    return this.#arrival[residency] ?? 0;
  }

  used(residency: number, end: number): void {
    this.#lastUse[residency] = end;
  }
}

/** The DRAM of a run: layers follow each other, and open rows and refresh go on from one to the next. */
export class DramClock {
  readonly #session: DramSession;
  readonly #before = noActivity();
  /** Cycle in which the layer under way has begun. */
  #start = 0;

  constructor(dram: DramModel) {
    this.#session = dram.open();
  }

  /** Serves a transfer; times are those of the layer. */
  transfer(transfer: Transfer, earliest: number): TransferTimes {
    const { start, free, done } = this.#session.transfer(transfer, this.#start + earliest);
    return { start: start - this.#start, free: free - this.#start, done: done - this.#start };
  }

  /** Ends the layer after so many cycles; what the DRAM did in it. */
  finish(cycles: number): DramActivity {
    this.#start += cycles;
    const sum = this.#session.activity(this.#start);
    const own = noActivity();
    for (const key of Object.keys(own) as (keyof DramActivity)[]) {
      own[key] = sum[key] - this.#before[key];
      this.#before[key] = sum[key];
    }
    return own;
  }
}

/** What a tile computes with. */
interface Residency {
  readonly inputs: number;
  readonly weights: number;
  /** When its sums have arrived, 0 where they begin on chip. */
  readonly sumsArrive: number;
}

/**
 * Cycles from the first transfer to rest: tiles pass load → compute → store through double buffers, and all transfers
 * queue on one channel (docs/memory-model.md, The timeline).
 */
export function runTimeline(
  tiles: readonly Tile[],
  dram: DramClock,
  prologue: readonly Transfer[],
  observer?: TimelineObserver,
): TimelineResult {
  const inputs = new DoubleBuffer();
  const weights = new DoubleBuffer();
  /** By tile: which sums it adds to; then, by sums: when they were last computed with, and when they had left. */
  const sumsOf: number[] = [];
  tiles.forEach((_, i) => sumsOf.push(i === 0 ? 0 : sumsOf[i - 1]! + (tiles[i - 1]!.lastOfSums ? 1 : 0)));
  const sumsLeft: number[] = [];
  const residencies: Residency[] = [];
  let rest = 0;
  let computed = 0;
  let copyFree = 0;

  const move = (what: LoadName | 'store' | 'prologue', tile: number, transfer: Transfer, earliest: number): number => {
    const times = dram.transfer(transfer, earliest);
    observer?.transfer(what, tile, transfer, times);
    rest = Math.max(rest, transfer.write ? times.done : times.free);
    return times.done;
  };
  /** When the half of the ofmap buffer that these sums take is free: the sums before last have left it. */
  const ofmapFree = (sums: number): number => sumsLeft[sums - 2] ?? 0;
  const load = (i: number): void => {
    const tile = tiles[i];
    if (tile === undefined) return;
    const { loads } = tile;
    if (loads.inputs !== undefined || loads.mask !== undefined) {
      const { free } = inputs;
      let arrival = 0;
      for (const name of ['inputs', 'mask'] as const)
        if (loads[name] !== undefined) arrival = Math.max(arrival, move(name, i, loads[name], free));
      inputs.arrived(arrival);
    }
    if (loads.weights !== undefined) weights.arrived(move('weights', i, loads.weights, weights.free));
    const sumsArrive = loads.sums === undefined ? 0 : move('sums', i, loads.sums, ofmapFree(sumsOf[i]!));
    residencies.push({ inputs: inputs.current, weights: weights.current, sumsArrive });
  };

  for (const transfer of prologue) move('prologue', -1, transfer, 0);
  load(0);
  load(1);
  tiles.forEach((tile, i) => {
    const residency = residencies[i]!;
    const sums = sumsOf[i]!;
    const start = Math.max(
      computed,
      inputs.arrivalOf(residency.inputs),
      weights.arrivalOf(residency.weights),
      residency.sumsArrive,
      ofmapFree(sums),
    );
    computed = start + tile.compute;
    observer?.compute(i, start, computed, sums);
    inputs.used(residency.inputs, computed);
    weights.used(residency.weights, computed);
    if (tile.lastOfSums) {
      const copyStart = Math.max(computed, copyFree);
      const copied = tile.copyCycles > 0 ? copyStart + tile.copyCycles : computed;
      if (tile.copyCycles > 0) {
        observer?.copy(i, copyStart, copied);
        copyFree = copied;
      }
      const stored = tile.store === undefined ? computed : move('store', i, tile.store, computed);
      sumsLeft[sums] = Math.max(copied, stored);
      rest = Math.max(rest, copied);
    }
    load(i + 2);
  });
  const cycles = Math.max(computed, rest);
  return { cycles, dram: dram.finish(cycles) };
}
