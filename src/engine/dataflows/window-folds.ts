import type { FoldServices } from '../../machine/disciplines/fold.js';
import type { WindowTile } from '../mapping/tiling.js';
import { packetOrder, windowFold } from '../services.js';
import type { TimerContext } from './tile-timing.js';

/** The window folds of a tile, one after another; a fold is valid until the next one. */
export function* windowFolds({ array, source, windowsOf }: TimerContext, tile: WindowTile): Generator<FoldServices> {
  const windows = windowsOf(tile);
  const order = packetOrder(source);
  const most = array.edge === 'full' ? array.rows : Math.min(array.rows, windows.length);
  const buffer = new Int32Array(most * order.vectors);
  for (let at = 0; at < windows.length; at += array.rows) {
    const own = windows.subarray(at, at + array.rows);
    yield windowFold(source, order, own, array.edge === 'full' ? array.rows : own.length, buffer);
  }
}
