import type { PassingTiming } from '../../machine/disciplines/discipline.js';
import { packetFold, packetServices, stationaryFold } from '../services.js';
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

function passing({ array }: TimerContext): { own: PassingTiming; bound: PassingTiming } {
  const [own, bound] = [array.discipline.passing, array.discipline.bound.passing];
  if (typeof own === 'string') throw new RangeError(`${array.discipline.spec} with ${array.dataflow.name}: ${own}`);
  if (typeof bound === 'string') throw new RangeError(bound);
  return { own, bound };
}

/** First packets of the packet folds. */
function packetFolds({ array, source }: TimerContext): { from: number; usedRows: number; rows: number }[] {
  const { packets } = source.grid;
  return Array.from({ length: Math.ceil(packets / array.rows) }, (_, f) => {
    const usedRows = Math.min(array.rows, packets - f * array.rows);
    return { from: f * array.rows, usedRows, rows: array.edge === 'full' ? array.rows : usedRows };
  });
}

/** A fold's packets are loaded in as many cycles as it has rows, then the windows of the tile stream through. */
export function weightStationaryTimer(context: TimerContext): TileTimer {
  const { array, source, widths, windowsOf } = context;
  const { own, bound } = passing(context);
  const extents = widths.map((usedCols) => ({ cols: array.edge === 'full' ? array.cols : usedCols, usedCols }));
  const timeFold = rememberUniform((fold) => {
    const time = own.ws(fold);
    const least = bound.ws(fold);
    return extents.map((extent) => {
      const used = fold.usedRows * extent.usedCols;
      return tileTiming(array, time(extent), least(extent).cycles, used, array.foldOverhead + fold.rows);
    });
  });
  return byWidth(context, (tile) => {
    // Where a layer runs at one level all windows are alike, and one stands for all.
    const count = tile.windows;
    const alike = source.fields.length === 1 && source.fields[0]!.area === 1;
    const windows = alike ? Int32Array.of(0) : windowsOf(tile);
    const services = packetServices(source, windows);
    const totals = widths.map(noTileTiming);
    for (const { from, usedRows, rows } of packetFolds(context))
      timeFold(packetFold(services, windows.length, count, from, usedRows, rows)).forEach((timing, i) => {
        addTileTiming(totals[i]!, timing);
      });
    return totals;
  });
}

/** A fold's activations are loaded, then the filters of the tile, its one `width`, stream through. */
export function activationStationaryTimer(context: TimerContext): TileTimer {
  const { array, source, widths, windowsOf } = context;
  const { own, bound } = passing(context);
  const uniform = new Map<string, TileTiming>();
  return byWidth(context, (tile) => {
    const windows = windowsOf(tile);
    const totals = widths.map(noTileTiming);
    for (let at = 0; at < windows.length; at += array.cols) {
      const columns = windows.subarray(at, at + array.cols);
      const usedCols = columns.length;
      const cols = array.edge === 'full' ? array.cols : usedCols;
      const services = packetServices(source, columns);
      for (const { from, usedRows, rows } of packetFolds(context)) {
        widths.forEach((items, i) => {
          const fold = stationaryFold(services, usedCols, from, usedRows, { rows, cols }, items);
          const service = fold.services.every((one) => one === fold.services[0]) ? fold.services[0]! : undefined;
          const key = service === undefined ? '' : [usedRows, usedCols, items, service].join('/');
          let timing = uniform.get(key);
          if (timing === undefined) {
            const before = array.foldOverhead + rows;
            timing = tileTiming(array, own.is(fold), bound.is(fold).cycles, usedRows * usedCols, before);
            if (service !== undefined) uniform.set(key, timing);
          }
          addTileTiming(totals[i]!, timing);
        });
      }
    }
    return totals;
  });
}
