import type { FoldServices, FoldTiming } from './fold.js';

/** One of several folds that an output-stationary array runs through without a barrier. */
export interface StreamFold {
  readonly services: FoldServices;
  /** Columns that it occupies in time, and those that hold a filter. */
  readonly cols: number;
  readonly usedCols: number;
}

/** The first fold occupies and uses the most rows and columns. */
export type Stream = readonly StreamFold[];

/** What one PE did in one fold of a stream. */
export interface Visit {
  readonly first: number;
  /** Cycle after its last service. */
  readonly end: number;
  readonly busy: number;
  /** Waits between its services. */
  readonly operand: number;
  readonly room: number;
  /** Waits before its first service since the end of the step before; 0 where the stream begins. */
  readonly entryOperand: number;
  readonly entryRoom: number;
}

/** What PE (r, c) did in each of `own`, the folds of the stream that reach it. */
export type PeHistory = (r: number, c: number, own: readonly number[]) => readonly Visit[];

/**
 * Sums a stream over its PEs. A PE may work in some folds and repeat its neighbour, or not be reached, in others:
 * what it does there, and the gap by which it comes to such a fold or back from one that did not reach it, is edge.
 */
export function streamTiming(stream: Stream, history: PeHistory): FoldTiming {
  const [
    {
      services: { rows },
      cols,
    },
  ] = stream as [StreamFold];
  const total = { busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0 };
  let used = 0;
  let drained = 0;
  let cycles = 0;
  let last = { fill: 0, compute: 0, sync: 0 };
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      const own = stream.flatMap((fold, f) => (r < fold.services.rows && c < fold.cols ? [f] : []));
      const visits = history(r, c, own);
      const real = own.map((f) => r < stream[f]!.services.usedRows && c < stream[f]!.usedCols);
      const { first } = visits[0]!;
      const { end } = visits.at(-1)!;
      if (end > cycles) {
        const compute = visits.reduce((sum, visit) => sum + visit.busy, 0);
        cycles = end;
        last = { fill: first, compute, sync: end - first - compute };
      }
      if (!real.includes(true)) continue;
      visits.forEach((visit, i) => {
        if (!real[i]) return;
        const entered = i > 0 && own[i - 1] === own[i]! - 1;
        total.busy += visit.busy;
        total.syncOperand += visit.operand + (entered ? visit.entryOperand : 0);
        total.syncRoom += visit.room + (entered ? visit.entryRoom : 0);
      });
      total.fillDrain += first;
      if (real.at(-1)! && own.at(-1) === stream.length - 1) {
        used++;
        drained += end;
      }
    }
  total.fillDrain += used * cycles - drained;
  return { cycles, ...last, drain: 0, ...total };
}
