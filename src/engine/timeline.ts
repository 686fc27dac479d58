import type { Channel } from '../machine/dram/bandwidth.js';

/** One residency of operands in the buffers. A load of 0 bits means that the operand is already on chip. */
export interface Tile {
  /** DRAM bits to load before it computes: ifmap with its mask, and weights. */
  readonly inputBits: number;
  readonly weightBits: number;
  /** Cycles that the array (or vector unit) works on it. */
  readonly compute: number;
  /** DRAM bits to store afterwards. */
  readonly storeBits: number;
}

/** Residencies of one operand in its double buffer, in the order in which they are loaded. */
class DoubleBuffer {
  /** When each residency was last computed with. */
  readonly #lastUse: number[] = [];
  readonly #arrival: number[] = [];

  /** When the half that the next load fills is free: after the last use of the residency before last. */
  get free(): number {
    return this.#lastUse[this.#arrival.length - 2] ?? 0;
  }

  arrived(time: number): void {
    this.#arrival.push(time);
  }

  /** The residency that a tile uses if nothing newer is loaded for it. */
  get current(): number {
    return this.#arrival.length - 1;
  }

  arrivalOf(residency: number): number {
    return this.#arrival[residency] ?? 0;
  }

  used(residency: number, end: number): void {
    this.#lastUse[residency] = end;
  }
}

/**
 * Cycles from the first load to the last store: tiles pass load → compute → store through double buffers, and all
 * transfers queue on one channel in the order load 0, load 1, store 0, load 2, store 1, … A transfer starts when the
 * channel is free and its half-buffer is; a tile computes when its loads have arrived, the tile before has ended, and
 * the output half that it fills has been stored. `prologueBits` are moved before everything else.
 */
export function timelineCycles(tiles: readonly Tile[], channel: Channel, prologueBits = 0): number {
  let channelFree = channel.cycles(channel.moved(prologueBits));
  const input = new DoubleBuffer();
  const weight = new DoubleBuffer();
  const residencies: { input: number; weight: number }[] = [];
  const storeEnds: number[] = [];
  let computeEnd = 0;

  const transfer = (bits: number, earliest: number): number => {
    channelFree = Math.max(channelFree, earliest) + channel.cycles(channel.moved(bits));
    return channelFree;
  };
  const load = (i: number): void => {
    const tile = tiles[i];
    if (tile === undefined) return;
    if (tile.inputBits > 0) input.arrived(transfer(tile.inputBits, input.free) + channel.latencyCycles);
    if (tile.weightBits > 0) weight.arrived(transfer(tile.weightBits, weight.free) + channel.latencyCycles);
    residencies.push({ input: input.current, weight: weight.current });
  };

  load(0);
  load(1);
  tiles.forEach((tile, i) => {
    const residency = residencies[i]!;
    const ready = Math.max(input.arrivalOf(residency.input), weight.arrivalOf(residency.weight));
    computeEnd = Math.max(computeEnd, ready, storeEnds[i - 2] ?? 0) + tile.compute;
    input.used(residency.input, computeEnd);
    weight.used(residency.weight, computeEnd);
    storeEnds.push(tile.storeBits > 0 ? transfer(tile.storeBits, computeEnd) : computeEnd);
    load(i + 2);
  });
  return Math.max(computeEnd, storeEnds.at(-1) ?? 0, channelFree);
}
