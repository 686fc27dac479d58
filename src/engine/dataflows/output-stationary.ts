import { streamTiming, type StreamFold } from '../../machine/disciplines/stream.js';
import type { FilterTile, WindowTile } from '../mapping/tiling.js';
import { columnTimer } from './column-timer.js';
import { windowFolds } from './window-folds.js';
import {
  addTileTiming,
  byWidth,
  noTileTiming,
  rememberUniform,
  tileTiming,
  type TileTimer,
  type TileTiming,
  type TimerContext,
} from './tile-timing.js';

function barrierTimer(context: TimerContext): TileTimer {
  const { array, widths } = context;
  const { discipline } = array;
  const extents = widths.map((usedCols) => ({ cols: array.edge === 'full' ? array.cols : usedCols, usedCols }));
  const timeFold = rememberUniform((fold) => {
    const time = discipline.outputStationary.fold(fold);
    const bound = discipline.bound.outputStationary.fold(fold);
    const drain = array.drain === 'serial' ? fold.rows : 0;
    return extents.map((extent) => {
      const used = fold.usedRows * extent.usedCols;
      return tileTiming(array, time(extent), bound(extent).cycles, used, array.foldOverhead, drain);
    });
  });
  return byWidth(context, (tile) => {
    const totals = widths.map(noTileTiming);
    for (const fold of windowFolds(context, tile))
      timeFold(fold).forEach((timing, i) => {
        addTileTiming(totals[i]!, timing);
      });
    return totals;
  });
}

/** What each fold of a tile loses to waiting for its neighbours, its windows in the order in which they stand in rows. */
export interface FoldStall {
  readonly windows: Int32Array;
  /** Cycles of `sync`, one for each of the context's widths. */
  readonly sync: readonly number[];
}

/** Undefined where folds run on into each other: then none has stalls of its own. */
export function outputStationaryStalls(context: TimerContext, tile: WindowTile): FoldStall[] | undefined {
  const { array, widths, windowsOf } = context;
  if (array.folds === 'pipelined') return undefined;
  const windows = windowsOf(tile);
  const stalls: FoldStall[] = [];
  for (const fold of windowFolds(context, tile)) {
    const time = array.discipline.outputStationary.fold(fold);
    const sync = widths.map((usedCols) => time({ cols: array.edge === 'full' ? array.cols : usedCols, usedCols }).sync);
    const from = stalls.length * array.rows;
    stalls.push({ windows: windows.subarray(from, from + array.rows), sync });
  }
  return stalls;
}

function pipelinedTimer(context: TimerContext): TileTimer {
  const { array } = context;
  const { discipline } = array;
  const known = new Map<WindowTile, Map<FilterTile, TileTiming>>();
  return (windows, filters) => {
    const ofWindows = known.get(windows) ?? new Map<FilterTile, TileTiming>();
    known.set(windows, ofWindows);
    const before = ofWindows.get(filters);
    if (before !== undefined) return before;
    const stream: StreamFold[] = [];
    for (const fold of windowFolds(context, windows)) {
      const services = { ...fold, services: fold.services.slice() };
      for (const usedCols of filters.foldWidths)
        stream.push({ services, usedCols, cols: array.edge === 'full' ? array.cols : usedCols });
    }
    const timing = streamTiming(stream, discipline.outputStationary.stream(stream));
    const bound = streamTiming(stream, discipline.bound.outputStationary.stream(stream));
    const used = stream[0]!.services.usedRows * stream[0]!.usedCols;
    const result = tileTiming(array, timing, bound.cycles, used);
    ofWindows.set(filters, result);
    return result;
  };
}

export function outputStationaryTimer(context: TimerContext): TileTimer {
  const { folds, discipline } = context.array;
  if (folds === 'pipelined') return pipelinedTimer(context);
  return discipline.outputStationary.column === undefined ? barrierTimer(context) : columnTimer(context);
}
