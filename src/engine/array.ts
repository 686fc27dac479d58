import type { ArrayConfig } from '../machine/accelerator.js';
import { decoupled } from '../machine/disciplines/decoupled.js';
import {
  commonService,
  noTiming,
  type FoldExtent,
  type FoldServices,
  type FoldTiming,
} from '../machine/disciplines/discipline.js';
import type { WindowGeometry } from './geometry.js';
import type { LevelField } from './levels.js';
import type { WindowTile } from './mapping.js';
import { foldServices, windowProfiles, type ServiceSource } from './windows.js';

/** Timing of all window folds of one tile against one column of filters, and the idle PEs beside them. */
export interface TileTiming extends FoldTiming {
  /** PE-cycles of rows and columns without work. */
  edge: number;
  /** The same folds where nobody waits: the bound. */
  boundCycles: number;
}

/** Levels of a batch as the array sees them: one level everywhere, or a field per image. */
export type BatchLevels = { readonly uniform: true; readonly service: number } | FieldLevels;

interface FieldLevels {
  readonly uniform: false;
  readonly fields: readonly LevelField[];
  readonly services: Int32Array;
  readonly firstChannel: number;
}

function emptyTiming(): TileTiming {
  return { ...noTiming(), edge: 0, boundCycles: 0 };
}

function addTileTiming(total: TileTiming, part: TileTiming): void {
  total.cycles += part.cycles;
  total.fill += part.fill;
  total.compute += part.compute;
  total.sync += part.sync;
  total.drain += part.drain;
  total.busy += part.busy;
  total.syncOperand += part.syncOperand;
  total.syncRoom += part.syncRoom;
  total.fillDrain += part.fillDrain;
  total.edge += part.edge;
  total.boundCycles += part.boundCycles;
}

/** Times folds of one layer for each number of filters that its folds hold. */
export class FoldTimer {
  readonly #extents: readonly FoldExtent[];
  /** Folds of one service throughout differ in nothing but it and the rows in use. */
  readonly #uniform = new Map<string, readonly TileTiming[]>();

  constructor(
    readonly array: ArrayConfig,
    readonly geometry: WindowGeometry,
    readonly widths: readonly number[],
  ) {
    this.#extents = widths.map((usedCols) => ({ cols: array.edge === 'full' ? array.cols : usedCols, usedCols }));
  }

  /** One timing per width. */
  time(fold: FoldServices): readonly TileTiming[] {
    const service = commonService(fold);
    if (service === undefined) return this.#measure(fold);
    const key = `${String(fold.rows)}/${String(service)}`;
    const timings = this.#uniform.get(key) ?? this.#measure(fold);
    this.#uniform.set(key, timings);
    return timings;
  }

  /** The discipline's timing, the serial drain, and the PEs that hold nothing. */
  #measure(fold: FoldServices): TileTiming[] {
    const { array } = this;
    const rows = array.edge === 'full' ? array.rows : fold.rows;
    const time = array.discipline.time(fold, rows);
    const bound = decoupled.time(fold, rows);
    const drain = array.drain === 'serial' ? rows : 0;
    return this.#extents.map((extent) => {
      const timing = time(extent);
      const cycles = timing.cycles + drain;
      const used = fold.rows * extent.usedCols;
      return {
        ...timing,
        cycles,
        drain: timing.drain + drain,
        fillDrain: timing.fillDrain + used * drain,
        edge: (array.rows * array.cols - used) * cycles,
        boundCycles: bound(extent).cycles + drain,
      };
    });
  }
}

/**
 * Times every fold of a window tile, for each width of the timer. A fold's services do not depend on its filters, so
 * that all filter folds of one width cost the same.
 */
export function timeWindowTile(timer: FoldTimer, levels: BatchLevels, tile: WindowTile): Map<number, TileTiming> {
  const { array, geometry } = timer;
  const totals = timer.widths.map(emptyTiming);
  const buffer = new Int32Array(Math.min(array.rows, tile.to - tile.from) * geometry.steps);
  if (levels.uniform) buffer.fill(levels.service);
  const source: ServiceSource | undefined = levels.uniform ? undefined : { geometry, steps: array.steps, ...levels };
  const order = source && array.order.arrange(() => windowProfiles(source, tile.from, tile.to));

  for (let position = tile.from; position < tile.to; position += array.rows) {
    const windows = new Int32Array(Math.min(array.rows, tile.to - position));
    for (let r = 0; r < windows.length; r++) {
      const place = position - tile.from + r;
      windows[r] = tile.from + (order === undefined ? place : order[place]!);
    }
    const fold = source
      ? foldServices(source, windows, buffer)
      : { rows: windows.length, steps: geometry.steps, services: buffer };
    timer.time(fold).forEach((timing, i) => {
      addTileTiming(totals[i]!, timing);
    });
  }
  return new Map(timer.widths.map((width, i) => [width, totals[i]!]));
}

/** Sums a tile's timing over filter folds of these widths. */
export function overFilters(timing: ReadonlyMap<number, TileTiming>, foldWidths: readonly number[]): TileTiming {
  const total = emptyTiming();
  for (const width of foldWidths) addTileTiming(total, timing.get(width)!);
  return total;
}
