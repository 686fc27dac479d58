import type { Discipline, FoldServices } from './discipline.js';

/** What column 0 did in a fold, row by row. */
interface RowHistory {
  /** Start of the first and end of the last service, and what lies between. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  readonly busy: Float64Array;
  readonly operandWait: Float64Array;
  readonly roomWait: Float64Array;
}

/**
 * Neighbours are coupled by FIFOs of `depth` ≥ 1 operands. Exact max-plus recurrence of an output-stationary array; in
 * column 0 (column c is the same, c cycles later, since the room to the right never binds when every service is ≥ 1):
 *
 *     start(r,k) = max( start(r,k−1) + s(r,k−1),   PE free
 *                       start(r−1,k) + 1,           weight arrives from above
 *                       start(r+1,k−depth) )        room below
 */
function history({ rows, steps, services }: FoldServices, fifoDepth: number): RowHistory {
  // A FIFO deeper than the fold is long never fills.
  const depth = Math.min(fifoDepth, steps);
  const first = new Int32Array(rows);
  const free = new Int32Array(rows);
  const busy = new Float64Array(rows);
  const operandWait = new Float64Array(rows);
  const roomWait = new Float64Array(rows);
  const ring = Array.from({ length: depth }, () => new Int32Array(rows));
  for (let k = 0, i = 0; k < steps; k++) {
    // ring[k mod depth] holds start(·, k − depth) and is overwritten row by row by start(·, k): row r reads r + 1 first.
    const starts = ring[k % depth]!;
    let above = -1;
    for (let r = 0; r < rows; r++, i++) {
      const service = services[i]!;
      const idleSince = free[r]!;
      const operands = above + 1;
      const ready = operands > idleSince ? operands : idleSince;
      const room = k < depth || r + 1 === rows ? 0 : starts[r + 1]!;
      const start = room > ready ? room : ready;
      if (k === 0) first[r] = start;
      else {
        operandWait[r]! += ready - idleSince;
        roomWait[r]! += start - ready;
      }
      starts[r] = start;
      above = start;
      free[r] = start + service;
      busy[r]! += service;
    }
  }
  return { first, end: free, busy, operandWait, roomWait };
}

export function elastic(depth: number): Discipline {
  return {
    spec: `elastic(${String(depth)})`,
    time(fold, rows) {
      const past = history(fold, depth);
      // Rows that repeat the last window follow it one cycle apart and never slow it.
      const used = fold.rows;
      let last = 0;
      for (let r = 1; r < used; r++) if (past.end[r]! > past.end[last]!) last = r;
      const repeats = rows - used;
      const repeated = used - 1;
      const skew = past.end[repeated]! + repeats > past.end[last]! ? repeats : 0;
      if (skew > 0) last = repeated;
      const firstOfLast = past.first[last]! + skew;
      const endOfLast = past.end[last]! + skew;
      const compute = past.busy[last]!;
      let busy = 0;
      let operand = 0;
      let room = 0;
      let span = 0;
      for (let r = 0; r < used; r++) {
        busy += past.busy[r]!;
        operand += past.operandWait[r]!;
        room += past.roomWait[r]!;
        span += past.end[r]! - past.first[r]!;
      }
      return ({ cols, usedCols }) => {
        const cycles = endOfLast + cols - 1;
        return {
          cycles,
          fill: firstOfLast + cols - 1,
          compute,
          sync: endOfLast - firstOfLast - compute,
          drain: 0,
          busy: busy * usedCols,
          // Right of column 0 an activation arrives just when its left neighbour has found room: all waits are for operands.
          syncOperand: operand * usedCols + room * (usedCols - 1),
          syncRoom: room,
          fillDrain: usedCols * (used * cycles - span),
        };
      };
    },
  };
}
