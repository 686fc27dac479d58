import { serviceSums, type FoldExtent, type FoldServices, type FoldTiming, type StationaryFold } from './fold.js';
import { run, type Recurrence } from './recurrence.js';

/**
 * A weight-stationary array, in column 0; column c is the same, c cycles later. p counts windows:
 *
 *     start(r,p) = max( push(r,p−1), push(r−1,p) )
 *     push(r,p)  = max( start(r,p) + s(r,p), start(r+1,p−depth) )
 */
class WeightStationary implements Recurrence {
  readonly clocks: Float64Array;
  /** Per row: waits for operands, then for room. */
  readonly tallies: Float64Array;
  readonly first: Float64Array;
  readonly end: Float64Array;

  constructor(
    readonly fold: FoldServices,
    readonly memory: number,
  ) {
    const { rows } = fold;
    // The starts of the last `memory` windows, the last push of every row, and the end of its last service.
    this.clocks = new Float64Array((memory + 2) * rows).fill(-Infinity);
    this.clocks.fill(0, memory * rows);
    this.tallies = new Float64Array(2 * rows);
    this.first = new Float64Array(rows);
    this.end = this.clocks.subarray((memory + 1) * rows);
  }

  step(p: number, vector: number): void {
    const { clocks, tallies, end } = this;
    const { services, rows } = this.fold;
    const starts = (p % this.memory) * rows;
    const pushes = this.memory * rows;
    let above = 0;
    for (let r = 0, i = vector * rows; r < rows; r++, i++) {
      const free = clocks[pushes + r]!;
      const start = above > free ? above : free;
      if (p === 0) this.first[r] = start;
      else {
        tallies[r]! += start - free;
        tallies[rows + r]! += free - end[r]!;
      }
      const done = start + services[i]!;
      const room = r + 1 === rows ? 0 : clocks[starts + r + 1]!;
      clocks[starts + r] = start;
      end[r] = done;
      above = room > done ? room : done;
      clocks[pushes + r] = above;
    }
  }
}

export function weightStationary(fold: FoldServices, depth: number): (extent: FoldExtent) => FoldTiming {
  const { rows, usedRows } = fold;
  const recurrence = new WeightStationary(fold, Math.min(depth, fold.steps));
  run(recurrence, fold.segments);
  const sums = serviceSums(fold);
  // A row ends after the row above it, which hands it the last partial sum.
  const last = rows - 1;
  const [first, end, compute] = [recurrence.first[last]!, recurrence.end[last]!, sums[last]!];
  let [busy, operand, room, span] = [0, 0, 0, 0];
  for (let r = 0; r < usedRows; r++) {
    busy += sums[r]!;
    operand += recurrence.tallies[r]!;
    room += recurrence.tallies[rows + r]!;
    span += recurrence.end[r]! - recurrence.first[r]!;
  }
  return ({ cols, usedCols }) => {
    const cycles = end + cols - 1;
    return {
      cycles,
      fill: first + cols - 1,
      compute,
      sync: end - first - compute,
      drain: 0,
      busy: busy * usedCols,
      syncOperand: operand * usedCols,
      syncRoom: room * usedCols,
      fillDrain: usedCols * (usedRows * cycles - span),
    };
  };
}

/**
 * An activation-stationary array, where every PE has a pace of its own. p counts filters:
 *
 *     start(r,c,p) = max( push(r,c,p−1), push(r−1,c,p), start(r,c−1,p) + 1, start(r,c+1,p−depth) )
 *     push(r,c,p)  = max( start(r,c,p) + s(r,c), start(r+1,c,p−depth) )
 */
export class SumsPassing implements Recurrence {
  readonly clocks: Float64Array;
  readonly tallies: Float64Array;
  readonly first: Float64Array;
  readonly end: Float64Array;

  constructor(
    readonly fold: StationaryFold,
    readonly memory: number,
  ) {
    const pes = fold.rows * fold.cols;
    this.clocks = new Float64Array((memory + 2) * pes).fill(-Infinity);
    this.clocks.fill(0, memory * pes);
    this.tallies = new Float64Array(2 * pes);
    this.first = new Float64Array(pes);
    this.end = this.clocks.subarray((memory + 1) * pes);
  }

  step(p: number): void {
    const { clocks, tallies, end } = this;
    const { rows, cols, services } = this.fold;
    const pes = rows * cols;
    const starts = (p % this.memory) * pes;
    const pushes = this.memory * pes;
    for (let r = 0, i = 0; r < rows; r++)
      for (let c = 0; c < cols; c++, i++) {
        const free = clocks[pushes + i]!;
        const above = r > 0 ? clocks[pushes + i - cols]! : 0;
        // The neighbour on the left has already started this item, the one on the right not yet.
        const left = c > 0 ? clocks[starts + i - 1]! + 1 : 0;
        const ready = Math.max(free, above, left);
        const roomRight = c + 1 < cols ? clocks[starts + i + 1]! : 0;
        const start = roomRight > ready ? roomRight : ready;
        if (p === 0) this.first[i] = start;
        else {
          tallies[i]! += ready - free;
          tallies[pes + i]! += start - ready + free - end[i]!;
        }
        const done = start + services[i]!;
        const roomBelow = r + 1 < rows ? clocks[starts + i + cols]! : 0;
        clocks[starts + i] = start;
        end[i] = done;
        clocks[pushes + i] = roomBelow > done ? roomBelow : done;
      }
  }
}

export function stationaryTiming(fold: StationaryFold, recurrence: SumsPassing): FoldTiming {
  const { rows, usedRows, cols, usedCols, services, items } = fold;
  run(recurrence, [{ from: 0, vectors: 1, repeats: items }]);
  const { first, end, tallies } = recurrence;
  let last = 0;
  const sum = { busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0 };
  for (let i = 1; i < rows * cols; i++) if (end[i]! > end[last]!) last = i;
  const cycles = end[last]!;
  for (let r = 0; r < usedRows; r++)
    for (let c = 0; c < usedCols; c++) {
      const i = r * cols + c;
      sum.busy += services[i]! * items;
      sum.syncOperand += tallies[i]!;
      sum.syncRoom += tallies[rows * cols + i]!;
      sum.fillDrain += cycles - end[i]! + first[i]!;
    }
  const compute = services[last]! * items;
  return { cycles, fill: first[last]!, compute, sync: cycles - first[last]! - compute, drain: 0, ...sum };
}
