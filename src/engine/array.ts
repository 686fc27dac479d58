import type { ArrayConfig } from '../machine/accelerator.js';
import { decoupled } from '../machine/disciplines/decoupled.js';
import {
  accumulate,
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

type FoldTimer = (extent: FoldExtent) => FoldTiming;

function emptyTiming(): TileTiming {
  return { ...noTiming(), edge: 0, boundCycles: 0 };
}

/** Adds a fold: its discipline's timing, the serial drain, and the PEs that hold nothing. */
function addFold(
  total: TileTiming,
  array: ArrayConfig,
  rows: number,
  extent: FoldExtent,
  timing: FoldTiming,
  boundCycles: number,
): void {
  const drain = array.drain === 'serial' ? (array.edge === 'full' ? array.rows : rows) : 0;
  const cycles = timing.cycles + drain;
  const used = rows * extent.usedCols;
  const fold: TileTiming = {
    ...timing,
    cycles,
    drain: timing.drain + drain,
    fillDrain: timing.fillDrain + used * drain,
    edge: (array.rows * array.cols - used) * cycles,
    boundCycles: boundCycles + drain,
  };
  accumulate(total, fold);
}

/**
 * Times every fold of a window tile, for each number of filters in `widths`. A fold's services do not depend on its
 * filters, so that all filter folds of one width cost the same.
 */
export function timeWindowTile(
  array: ArrayConfig,
  geometry: WindowGeometry,
  levels: BatchLevels,
  tile: WindowTile,
  widths: readonly number[],
): Map<number, TileTiming> {
  const totals = new Map(widths.map((width) => [width, emptyTiming()]));
  const extents = widths.map((usedCols) => ({ cols: array.edge === 'full' ? array.cols : usedCols, usedCols }));
  const buffer = new Int32Array(Math.min(array.rows, tile.to - tile.from) * geometry.steps);
  if (levels.uniform) buffer.fill(levels.service);
  const source: ServiceSource | undefined = levels.uniform ? undefined : { geometry, steps: array.steps, ...levels };
  const order = source && array.order.arrange(windowProfiles(source, tile.from, tile.to));

  const mixedFold = (from: ServiceSource, position: number, rows: number): FoldServices => {
    const windows = Array.from({ length: rows }, (_, r) => {
      const place = position - tile.from + r;
      return tile.from + (order?.[place] ?? place);
    });
    return foldServices(from, windows, buffer);
  };

  let timed: { rows: number; time: FoldTimer; bound: FoldTimer } | undefined;
  for (let position = tile.from; position < tile.to; position += array.rows) {
    const rows = Math.min(array.rows, tile.to - position);
    // Folds of one level differ in nothing but the rows in use.
    if (source !== undefined || timed?.rows !== rows) {
      const fold = source ? mixedFold(source, position, rows) : { rows, steps: geometry.steps, services: buffer };
      const rowExtent = array.edge === 'full' ? array.rows : rows;
      timed = { rows, time: array.discipline.time(fold, rowExtent), bound: decoupled.time(fold, rowExtent) };
    }
    for (const extent of extents)
      addFold(totals.get(extent.usedCols)!, array, rows, extent, timed.time(extent), timed.bound(extent).cycles);
  }
  return totals;
}

/** Sums a tile's timing over filter folds of these widths. */
export function overFilters(timing: ReadonlyMap<number, TileTiming>, foldWidths: readonly number[]): TileTiming {
  const total = emptyTiming();
  for (const width of foldWidths) accumulate(total, timing.get(width)!);
  return total;
}
