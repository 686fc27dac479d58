import { uniformColumn, type ColumnTiming } from '../../machine/disciplines/column.js';
import { commonService, type FoldServices } from '../../machine/disciplines/fold.js';
import type { WindowTile } from '../mapping/tiling.js';
import { columnLanes } from './column-lanes.js';
import { ColumnSums } from './column-sums.js';
import { byWidth, type TileTimer, type TimerContext } from './tile-timing.js';
import { windowFolds } from './window-folds.js';

/** Times folds one after another, those of one service throughout by its law. */
function oneByOne(context: TimerContext, tile: WindowTile): ColumnSums {
  const { discipline } = context.array;
  const time = (fold: FoldServices): ColumnTiming => {
    const service = commonService(fold);
    if (service === undefined) return discipline.outputStationary.column!(fold);
    return uniformColumn(fold.rows, fold.usedRows, fold.steps, service);
  };
  const sums = new ColumnSums();
  for (const fold of windowFolds(context, tile)) sums.add(time(fold), fold.rows, fold.usedRows, sums.folds === 0);
  return sums;
}

/**
 * Times output-stationary folds with a barrier behind each, where column 0 says all (see {@link ColumnTiming}): each once
 * for all widths and filter folds.
 */
export function columnTimer(context: TimerContext): TileTimer {
  const { array, widths } = context;
  const ahead = columnLanes(context);
  return byWidth(context, (tile) => {
    const sums = ahead?.get(tile) ?? oneByOne(context, tile);
    return widths.map((usedCols) =>
      sums.timing(array, { usedCols, cols: array.edge === 'full' ? array.cols : usedCols }),
    );
  });
}
