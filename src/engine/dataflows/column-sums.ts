import type { ArrayConfig } from '../../machine/accelerator.js';
import type { ColumnTiming } from '../../machine/disciplines/column.js';
import type { FoldExtent } from '../../machine/disciplines/fold.js';
import type { TileTiming } from './tile-timing.js';

/** Column 0 of all folds of a tile, summed. */
export class ColumnSums {
  folds = 0;
  end = 0;
  first = 0;
  compute = 0;
  busy = 0;
  room = 0;
  span = 0;
  boundEnd = 0;
  /** Rows that folds occupy, and use; products of the latter with the former and with the ends. */
  rows = 0;
  usedRows = 0;
  usedTimesRows = 0;
  usedTimesEnd = 0;
  /** Of the first fold. */
  firstUsedRows = 0;
  firstStart = 0;

  add(column: ColumnTiming, rows: number, usedRows: number, isFirst: boolean): void {
    this.folds++;
    this.end += column.end;
    this.first += column.first;
    this.compute += column.compute;
    this.busy += column.busy;
    this.room += column.room;
    this.span += column.span;
    this.boundEnd += column.boundEnd;
    this.rows += rows;
    this.usedRows += usedRows;
    this.usedTimesRows += usedRows * rows;
    this.usedTimesEnd += usedRows * column.end;
    if (!isFirst) return;
    this.firstUsedRows = usedRows;
    this.firstStart = column.first;
  }

  /** The folds over columns (see {@link overColumns}), with what comes before and after each. */
  timing({ rows, cols, foldOverhead, drain: drains }: ArrayConfig, extent: FoldExtent): TileTiming {
    const { folds, end, first, compute, busy, room, span } = this;
    const { usedCols } = extent;
    const skew = extent.cols - 1;
    const before = folds * foldOverhead;
    const drain = drains === 'serial' ? this.rows : 0;
    const cycles = end + folds * skew + before + drain;
    const usedDrain = drains === 'serial' ? this.usedTimesRows : 0;
    const active = this.usedTimesEnd + this.usedRows * (skew + foldOverhead) + usedDrain;
    const working = busy * usedCols;
    const syncOperand = (span - busy) * usedCols - room;
    const fillDrain = usedCols * (active - span);
    return {
      cycles,
      fill: first + folds * skew + before,
      compute,
      sync: end - first - compute,
      drain,
      busy: working,
      syncOperand,
      syncRoom: room,
      fillDrain,
      edge: rows * cols * cycles - working - syncOperand - room - fillDrain,
      boundCycles: this.boundEnd + folds * skew + before + drain,
      firstUsed: this.firstUsedRows * usedCols,
      firstFill: this.firstStart + skew + foldOverhead,
    };
  }
}
