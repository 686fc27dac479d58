import { bitsFor } from '../core/numbers.js';
import { precisionName } from '../core/precision.js';
import { arrayTimer, sharesLevels, type ArrayTimer } from './array.js';
import type { LayerCounts } from './counts.js';
import type { OperandMoves } from './dataflows/operands.js';
import { dataflowEngines } from './dataflows/registry.js';
import { addTileTiming, noTileTiming, type TileTiming } from './dataflows/tile-timing.js';
import type { MappedLayer } from './layer.js';
import type { LayerBatch } from './layer-memory.js';
import type { TileStep } from './layer-walk.js';
import type { ChannelTile, FilterTile, Range, WindowTile } from './mapping/tiling.js';
import { maskEntryBits } from './masks.js';
import { tileReads, type TileReads } from './tile-operands.js';

/** Cycles of one tile in the array, and the bits that it moves through the buffers for it. */
export interface TileWork {
  readonly timing: TileTiming;
  readonly ifmapReads: number;
  readonly weightReads: number;
  readonly sumReads: number;
  /** Outputs and sums. */
  readonly writes: number;
}

/** A layer's tiles in the array: times them, and counts MACs, on-chip operands and hops. */
export class LayerArray {
  readonly #shared: boolean;
  readonly #bitsOfLevel: readonly number[];
  readonly #reads = new Map<string, TileReads>();
  readonly #timers = new Map<number, ArrayTimer>();
  readonly #timings = new Map<string, TileTiming>();

  constructor(
    readonly mapped: MappedLayer,
    readonly batch: LayerBatch,
    readonly counts: LayerCounts,
  ) {
    const { accelerator, levels, mapping } = mapped;
    this.#shared = sharesLevels(batch.fields);
    this.#bitsOfLevel = levels.map(({ activationBits }) =>
      accelerator.storage === 'dense' ? mapping.widest.activationBits : activationBits,
    );
  }

  /** Forgets what belongs to groups that have passed. */
  forget(): void {
    if (this.#shared) return;
    this.#reads.clear();
    this.#timers.clear();
    this.#timings.clear();
  }

  tile(step: TileStep, outputBits: number): TileWork {
    const { tiling } = this.mapped.mapping;
    const groups = tiling.groups[step.group]!;
    const windows = tiling.windows[step.window]!;
    const filters = tiling.filters[step.filter]!;
    const channels = tiling.channels[step.channel]!;
    const timing = this.#timing(step, groups, windows, filters, channels);
    return { timing, ...this.#operands(step, { groups, windows, filters, channels }, timing.busy, outputBits) };
  }

  #timing(step: TileStep, groups: Range, windows: WindowTile, filters: FilterTile, channels: ChannelTile): TileTiming {
    const size = groups.to - groups.from;
    const place = [size, step.window, step.filter, this.#shared ? channels.grid.channels : step.channel];
    const key = [...place, this.#shared ? '' : step.group].join('/');
    const known = this.#timings.get(key);
    if (known !== undefined) return known;
    const total = noTileTiming();
    for (let group = groups.from; group < groups.to; group++)
      addTileTiming(total, this.#timer(group)(windows, filters, channels));
    this.#timings.set(key, total);
    return total;
  }

  #timer(group: number): ArrayTimer {
    const key = this.#shared ? 0 : group;
    let timer = this.#timers.get(key);
    if (timer === undefined) {
      timer = arrayTimer(this.mapped, this.batch.fields, key);
      this.#timers.set(key, timer);
    }
    return timer;
  }

  #readsOf(step: TileStep, groups: Range, windows: WindowTile, channels: ChannelTile): TileReads {
    const { accelerator, mapping, levels } = this.mapped;
    const size = groups.to - groups.from;
    const key = this.#shared
      ? [step.window, size, channels.grid.channels].join('/')
      : [step.window, step.group, step.channel].join('/');
    let reads = this.#reads.get(key);
    if (reads === undefined) {
      const widths = {
        levels: levels.length,
        bitsOfLevel: this.#bitsOfLevel,
        wordBits: accelerator.buffers.ifmap.width,
      };
      reads = { pairs: new Float64Array(levels.length), words: 0 };
      // The array works group by group. Where they share their levels, one stands for all.
      for (let group = groups.from; group < (this.#shared ? groups.from + 1 : groups.to); group++) {
        const first = group * mapping.geometry.channels;
        const range = { from: first + channels.from, to: first + channels.to };
        const own = tileReads(mapping.geometry, windows, this.batch.fields, range, widths);
        const times = this.#shared ? size : 1;
        own.pairs.forEach((count, level) => (reads!.pairs[level]! += count * times));
        reads.words += own.words * times;
      }
      this.#reads.set(key, reads);
    }
    return reads;
  }

  #moves(windows: WindowTile, filters: FilterTile, { grid }: ChannelTile): OperandMoves {
    const { accelerator, mapping } = this.mapped;
    const { array } = accelerator;
    return dataflowEngines[array.dataflow.name].moves({
      array,
      grid,
      taps: mapping.geometry.taps,
      windows: windows.windows,
      filters: filters.to - filters.from,
      folds: filters.foldWidths.length,
    });
  }

  #operands(
    step: TileStep,
    tile: {
      readonly groups: Range;
      readonly windows: WindowTile;
      readonly filters: FilterTile;
      readonly channels: ChannelTile;
    },
    busy: number,
    outputBits: number,
  ): Omit<TileWork, 'timing'> {
    const { counts, batch } = this;
    const { accelerator, mapping, levels } = this.mapped;
    const { sramBits } = counts;
    const { groups, windows, filters, channels } = tile;
    const size = groups.to - groups.from;
    const width = filters.to - filters.from;
    const moves = this.#moves(windows, filters, channels);
    const reads = this.#readsOf(step, groups, windows, channels);
    const { taps } = mapping.geometry;

    let packed = 0;
    reads.pairs.forEach((count, level) => {
      if (count === 0) return;
      const precision = levels[level]!;
      const name = precisionName(precision);
      counts.macsByBits[name] = (counts.macsByBits[name] ?? 0) + count * width;
      packed += count * this.#bitsOfLevel[level]!;
      if (moves.activationsHop) counts.hopBits += count * width * precision.activationBits;
      if (moves.weightsHop) counts.hopBits += count * width * mapping.widest.weightBits;
    });
    counts.hopBits += size * moves.sumHops(busy / size) * mapping.sumBits;
    counts.hopBits +=
      size * moves.preloadedWeights * mapping.widest.weightBits +
      size * moves.preloadedActivations * mapping.widest.activationBits;

    const mapped = batch.fields !== undefined;
    const gathers = mapped && levels.length > 1 && accelerator.array.order.gathers;
    const ifmap = packed * moves.ifmapPasses;
    const gather = gathers ? (reads.words * accelerator.buffers.ifmap.width - packed) * moves.ifmapPasses : 0;
    const maskChannels = this.#shared ? size : size * (channels.to - channels.from);
    const mask = mapped ? windows.windows * taps * maskChannels * maskEntryBits(levels) * moves.ifmapPasses : 0;
    const indexBits = gathers ? size * windows.windows * bitsFor(windows.windows) : 0;
    const index = indexBits * moves.orderPasses;
    sramBits.ifmapRead += ifmap;
    sramBits.gatherRead += gather;
    sramBits.maskRead += mask;
    if (step.newInputs) sramBits.indexWrite += indexBits;
    sramBits.indexRead += index;

    const weightReads = size * moves.weightReads * mapping.widest.weightBits;
    sramBits.weightRead += weightReads;

    const sums = size * windows.windows * width * mapping.sumBits;
    const waiting = size * moves.waitingSums * mapping.sumBits;
    const sumReads = waiting + (step.firstChannels ? 0 : sums);
    const sumWrites = waiting + (step.lastChannels ? 0 : sums);
    sramBits.sumRead += sumReads;
    sramBits.sumWrite += sumWrites;
    return {
      ifmapReads: ifmap + gather + mask + index,
      weightReads,
      sumReads,
      writes: sumWrites + (step.lastChannels ? outputBits : 0),
    };
  }
}
