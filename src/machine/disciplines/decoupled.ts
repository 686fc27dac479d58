import { overColumns, type ColumnTiming } from './column.js';
import type { Discipline } from './discipline.js';
import { serviceSums, type FoldExtent, type FoldServices, type FoldTiming } from './fold.js';

/** PE (r, c) starts in cycle r + c and works without a gap. */
function column(fold: FoldServices): ColumnTiming {
  const sums = serviceSums(fold);
  let [busy, last] = [0, 0];
  sums.forEach((service, r) => {
    if (r < fold.usedRows) busy += service;
    if (r + service > last + sums[last]!) last = r;
  });
  const end = last + sums[last]!;
  return { end, first: last, compute: sums[last]!, busy, room: 0, span: busy, boundEnd: end };
}

function freely(fold: FoldServices): (extent: FoldExtent) => FoldTiming {
  return overColumns(column(fold), fold.usedRows);
}

/** Nobody waits inside a fold. Not buildable: the lower bound of every other pumped discipline. */
export const decoupled: Discipline = {
  spec: 'decoupled',
  why: undefined,
  feed: 'pumped',
  fifoDepth: 1,
  get bound() {
    return decoupled;
  },
  notReduce: undefined,
  outputStationary: {
    fold: freely,
    column,
    stream(stream) {
      const sums = new Map<FoldServices, Float64Array>();
      for (const { services } of stream) if (!sums.has(services)) sums.set(services, serviceSums(services));
      return (r, c, own) => {
        let clock = r + c;
        return own.map((f) => {
          const busy = sums.get(stream[f]!.services)![r]!;
          const first = clock;
          clock += busy;
          return { first, end: clock, busy, operand: 0, room: 0, entryOperand: 0, entryRoom: 0 };
        });
      };
    },
  },
  passing: {
    ws: freely,
    is({ rows, usedRows, cols, usedCols, services, items }) {
      let [end, fill, compute, busy] = [-1, 0, 0, 0];
      for (let r = 0, i = 0; r < rows; r++)
        for (let c = 0; c < cols; c++, i++) {
          const work = services[i]! * items;
          if (r < usedRows && c < usedCols) busy += work;
          if (r + c + work > end) [end, fill, compute] = [r + c + work, r + c, work];
        }
      const fillDrain = end * usedRows * usedCols - busy;
      return { cycles: end, fill, compute, sync: 0, drain: 0, busy, syncOperand: 0, syncRoom: 0, fillDrain };
    },
  },
};
