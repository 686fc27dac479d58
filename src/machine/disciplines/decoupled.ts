import type { Discipline, FoldServices } from './discipline.js';

/** Σ_k s(r, k) for every row of a fold. */
export function serviceSums({ rows, steps, services }: FoldServices): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0, k = 0; k < steps; k++) for (let r = 0; r < rows; r++, i++) sums[r]! += services[i]!;
  return sums;
}

/**
 * Nobody waits inside a fold: PE (r, c) starts in cycle r + c and works without a gap. Not buildable: the lower bound
 * of every other discipline.
 */
export const decoupled: Discipline = {
  spec: 'decoupled',
  time(fold, rows) {
    const sums = serviceSums(fold);
    const lastUsed = fold.rows - 1;
    let total = 0;
    let lastRow = 0;
    let end = -1;
    for (let r = 0; r < rows; r++) {
      const service = sums[Math.min(r, lastUsed)]!;
      if (r <= lastUsed) total += service;
      if (r + service > end) [end, lastRow] = [r + service, r];
    }
    return ({ cols, usedCols }) => {
      const cycles = end + cols - 1;
      const busy = total * usedCols;
      return {
        cycles,
        fill: lastRow + cols - 1,
        compute: end - lastRow,
        sync: 0,
        drain: 0,
        busy,
        syncOperand: 0,
        syncRoom: 0,
        fillDrain: cycles * fold.rows * usedCols - busy,
      };
    };
  },
};
