import { bitsFor } from '../core/numbers.js';
import { precisionName } from '../core/precision.js';
import { arrayTimer, sharesLevels, type ArrayTimer } from './array.js';
import type { LayerCounts } from './counts.js';
import type { OperandMoves } from './dataflows/operands.js';
import { dataflowEngines } from './dataflows/registry.js';
import { addTileTiming, noTileTiming, type TileTiming } from './dataflows/tile-timing.js';
import type { MappedLayer } from './layer.js';
import type { LayerBatch } from './layer-memory.js';
import { walkTiles, type TileStep } from './layer-walk.js';
import type { Range } from './mapping/tiling.js';
import { maskEntryBits } from './masks.js';
import { tileReads, type ReadWidths, type TileReads } from './tile-operands.js';

/** Cycles of one tile in the array, and the bits that it moves through the buffers for it. */
export interface TileWork {
  readonly timing: TileTiming;
  readonly ifmapReads: number;
  readonly weightReads: number;
  readonly sumReads: number;
  /** Outputs and sums. */
  readonly writes: number;
}

/** What a tile is in the array whatever the image. */
interface StepPlan {
  /** Tiles of one number have one timing, or read the same inputs. */
  readonly timing: number;
  readonly reads: number;
  readonly groups: Range;
  /** Groups, windows and filters. */
  readonly size: number;
  readonly windows: number;
  readonly width: number;
  readonly moves: OperandMoves;
}

/** What a layer is in the array whatever the image; `shared` where all channels have the same levels. */
interface ArrayPlan {
  readonly steps: readonly StepPlan[];
  /** How many tiles have each timing. */
  readonly timings: readonly number[];
  readonly reads: number;
  readonly widths: ReadWidths;
}

/** Numbers keys in the order in which they come. */
class Numbering {
  readonly #known = new Map<string, number>();

  of(...key: number[]): number {
    const text = key.join('/');
    let number = this.#known.get(text);
    if (number === undefined) this.#known.set(text, (number = this.#known.size));
    return number;
  }

  get size(): number {
    return this.#known.size;
  }
}

function planArray({ accelerator, mapping, levels }: MappedLayer, shared: boolean): ArrayPlan {
  const { array, buffers } = accelerator;
  const { tiling, geometry } = mapping;
  const [timings, reads] = [new Numbering(), new Numbering()];
  const known = new Map<number, OperandMoves>();
  const steps = walkTiles(mapping).map(({ group, window, filter, channel }): StepPlan => {
    const groups = tiling.groups[group]!;
    const windows = tiling.windows[window]!.windows;
    const filters = tiling.filters[filter]!;
    const { grid } = tiling.channels[channel]!;
    const size = groups.to - groups.from;
    const width = filters.to - filters.from;
    // Tiles of as many filters have the same folds.
    const timing = shared
      ? timings.of(size, window, width, grid.channels)
      : timings.of(size, window, width, channel, group);
    const folds = filters.foldWidths.length;
    let moves = known.get(timing);
    if (moves === undefined) {
      const context = { array, grid, taps: geometry.taps, windows, filters: width, folds };
      known.set(timing, (moves = dataflowEngines[array.dataflow.name].moves(context)));
    }
    return {
      timing,
      reads: shared ? reads.of(window, size, grid.channels) : reads.of(window, group, channel),
      groups,
      size,
      windows,
      width,
      moves,
    };
  });
  const bitsOfLevel = levels.map(({ activationBits }) =>
    accelerator.storage === 'dense' ? mapping.widest.activationBits : activationBits,
  );
  const widths = { levels: levels.length, bitsOfLevel, wordBits: buffers.ifmap.width };
  const times = Array.from({ length: timings.size }, () => 0);
  for (const { timing } of steps) times[timing]! += 1;
  return { steps, timings: times, reads: reads.size, widths };
}

const plans = new WeakMap<MappedLayer, { shared?: ArrayPlan; perChannel?: ArrayPlan }>();

function planOf(mapped: MappedLayer, shared: boolean): ArrayPlan {
  const known = plans.get(mapped) ?? {};
  plans.set(mapped, known);
  return (known[shared ? 'shared' : 'perChannel'] ??= planArray(mapped, shared));
}

/** A layer's tiles in the array: times them, and counts MACs, on-chip operands and hops. */
export class LayerArray {
  readonly #shared: boolean;
  readonly #plan: ArrayPlan;
  readonly #reads: (TileReads | undefined)[];
  readonly #timings: (TileTiming | undefined)[];
  readonly #timers = new Map<number, ArrayTimer>();
  readonly #gathers: boolean;
  /** Bits of a mask entry, 0 where there is no mask. */
  readonly #entryBits: number;
  /** MACs of each level. */
  readonly #macs: Float64Array;

  constructor(
    readonly mapped: MappedLayer,
    readonly batch: LayerBatch,
    readonly counts: LayerCounts,
  ) {
    const { accelerator, levels } = mapped;
    const hasMask = batch.fields !== undefined;
    this.#shared = sharesLevels(batch.fields);
    this.#plan = planOf(mapped, this.#shared);
    this.#timings = new Array<undefined>(this.#plan.timings.length).fill(undefined);
    this.#reads = new Array<undefined>(this.#plan.reads).fill(undefined);
    this.#gathers = hasMask && levels.length > 1 && accelerator.array.order.gathers;
    this.#entryBits = hasMask ? maskEntryBits(levels) : 0;
    this.#macs = new Float64Array(levels.length);
  }

  /** Forgets what belongs to groups that have passed. */
  forget(): void {
    if (!this.#shared) this.#timers.clear();
  }

  /** Tile `i` of the walk. */
  tile(i: number, step: TileStep, outputBits: number): TileWork {
    const plan = this.#plan.steps[i]!;
    const timing = (this.#timings[plan.timing] ??= this.#time(step, plan));
    const reads = (this.#reads[plan.reads] ??= this.#read(step, plan));
    return this.#operands(step, plan, timing, reads, outputBits);
  }

  /**
   * After the last tile: MACs by precision, and the cycles of all tiles in the array. The first tile takes `offset` more,
   * the machine's `layerOffset` as far as its first fold has a fill to take it from.
   */
  whole(): { readonly arrayTotal: number; readonly offset: number } {
    const { macsByBits } = this.counts;
    this.#macs.forEach((count, level) => {
      if (count === 0) return;
      const name = precisionName(this.mapped.levels[level]!);
      macsByBits[name] = (macsByBits[name] ?? 0) + count;
    });
    const { array } = this.mapped.accelerator;
    const total = noTileTiming();
    const { steps, timings } = this.#plan;
    const first = this.#timings[steps[0]!.timing]!;
    this.#timings.forEach((timing, i) => {
      addTileTiming(total, timing!, timings[i]);
    });
    const offset = Math.max(array.layerOffset, -first.firstFill);
    this.#addTiming(total, offset, first.firstUsed);
    return { arrayTotal: total.cycles + offset, offset };
  }

  #addTiming(timing: TileTiming, offset: number, used: number): void {
    const { cycles, peCycles } = this.counts;
    const { rows, cols } = this.mapped.accelerator.array;
    cycles.fill += timing.fill + offset;
    cycles.compute += timing.compute;
    cycles.sync += timing.sync;
    cycles.drain += timing.drain;
    peCycles.busy += timing.busy;
    peCycles.syncOperand += timing.syncOperand;
    peCycles.syncRoom += timing.syncRoom;
    peCycles.fillDrain += timing.fillDrain + offset * used;
    peCycles.edge += timing.edge + offset * (rows * cols - used);
    this.counts.boundCycles += timing.boundCycles + offset;
  }

  #time(step: TileStep, { groups, size }: StepPlan): TileTiming {
    const { tiling } = this.mapped.mapping;
    const windows = tiling.windows[step.window]!;
    const filters = tiling.filters[step.filter]!;
    const channels = tiling.channels[step.channel]!;
    const total = noTileTiming();
    // The array works group by group. Where they share their levels, one stands for all.
    if (this.#shared) addTileTiming(total, this.#timer(0)(windows, filters, channels), size);
    else
      for (let group = groups.from; group < groups.to; group++)
        addTileTiming(total, this.#timer(group)(windows, filters, channels));
    return total;
  }

  #timer(group: number): ArrayTimer {
    let timer = this.#timers.get(group);
    if (timer === undefined) {
      timer = arrayTimer(this.mapped, this.batch.fields, group);
      this.#timers.set(group, timer);
    }
    return timer;
  }

  #read(step: TileStep, { groups, size }: StepPlan): TileReads {
    const { geometry, tiling } = this.mapped.mapping;
    const { widths } = this.#plan;
    const windows = tiling.windows[step.window]!;
    const channels = tiling.channels[step.channel]!;
    const reads = { pairs: new Float64Array(widths.levels), words: 0 };
    const times = this.#shared ? size : 1;
    for (let group = groups.from; group < (this.#shared ? groups.from + 1 : groups.to); group++) {
      const first = group * geometry.channels;
      const range = { from: first + channels.from, to: first + channels.to };
      const own = tileReads(geometry, windows, this.batch.fields, range, widths);
      own.pairs.forEach((count, level) => (reads.pairs[level]! += count * times));
      reads.words += own.words * times;
    }
    return reads;
  }

  #operands(step: TileStep, plan: StepPlan, timing: TileTiming, reads: TileReads, outputBits: number): TileWork {
    const { accelerator, mapping, levels } = this.mapped;
    const { sramBits } = this.counts;
    const { size, windows, width, moves } = plan;
    const { bitsOfLevel } = this.#plan.widths;
    const { taps } = mapping.geometry;
    const { widest, sumBits, tiling } = mapping;

    let packed = 0;
    let hops = 0;
    for (let level = 0; level < levels.length; level++) {
      const count = reads.pairs[level]!;
      if (count === 0) continue;
      this.#macs[level]! += count * width;
      packed += count * bitsOfLevel[level]!;
      if (moves.activationsHop) hops += count * width * levels[level]!.activationBits;
      if (moves.weightsHop) hops += count * width * widest.weightBits;
    }
    hops += size * moves.sumHops(timing.busy / size) * sumBits;
    hops +=
      size * moves.preloadedWeights * widest.weightBits + size * moves.preloadedActivations * widest.activationBits;
    this.counts.hopBits += hops;

    const ifmap = packed * moves.ifmapPasses;
    const gather = this.#gathers ? (reads.words * accelerator.buffers.ifmap.width - packed) * moves.ifmapPasses : 0;
    const channels = tiling.channels[step.channel]!;
    const maskChannels = this.#shared ? size : size * (channels.to - channels.from);
    const mask = windows * taps * maskChannels * this.#entryBits * moves.ifmapPasses;
    const indexBits = this.#gathers ? size * windows * bitsFor(windows) : 0;
    const index = indexBits * moves.orderPasses;
    sramBits.ifmapRead += ifmap;
    sramBits.gatherRead += gather;
    sramBits.maskRead += mask;
    if (step.newInputs) sramBits.indexWrite += indexBits;
    sramBits.indexRead += index;

    const weightReads = size * moves.weightReads * widest.weightBits;
    sramBits.weightRead += weightReads;

    const sums = size * windows * width * sumBits;
    const waiting = size * moves.waitingSums * sumBits;
    const sumReads = waiting + (step.firstChannels ? 0 : sums);
    const sumWrites = waiting + (step.lastChannels ? 0 : sums);
    sramBits.sumRead += sumReads;
    sramBits.sumWrite += sumWrites;
    return {
      timing,
      ifmapReads: ifmap + gather + mask + index,
      weightReads,
      sumReads,
      writes: sumWrites + (step.lastChannels ? outputBits : 0),
    };
  }
}
