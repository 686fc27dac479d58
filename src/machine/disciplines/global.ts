import type { Discipline } from './discipline.js';
import { decoupled } from './decoupled.js';
import {
  serviceSums,
  vectorCount,
  vectorsInOrder,
  type FoldExtent,
  type FoldServices,
  type FoldTiming,
} from './fold.js';
import type { Stream } from './stream.js';

/**
 * When every array step t begins, and the end: a step lasts as long as the largest service among the PEs (r, c) that have
 * a k = t − r − c. A service at step k of row r is felt from array step r + k to r + k + cols − 1.
 */
function arrayClock(folds: Stream): Float64Array {
  const levels = new Set<number>();
  let arraySteps = 0;
  let before = 0;
  for (const { services: fold, cols } of folds) {
    for (let i = vectorCount(fold) * fold.rows - 1; i >= 0; i--) levels.add(fold.services[i]!);
    before += fold.steps;
    arraySteps = Math.max(arraySteps, before + fold.rows + cols - 2);
  }
  const [least = 1, ...others] = [...levels].sort((a, b) => a - b);
  const durations = new Int32Array(arraySteps).fill(least);
  for (const level of others) {
    const change = new Int32Array(arraySteps + 1);
    let start = 0;
    for (const { services: fold, cols } of folds) {
      const order = vectorsInOrder(fold);
      for (let r = 0; r < fold.rows; r++) {
        let felt = false;
        for (let k = 0; k < fold.steps; k++) {
          const slow = fold.services[order[k]! * fold.rows + r]! >= level;
          if (slow === felt) continue;
          if (slow) change[start + r + k]! += 1;
          else change[start + r + k + cols - 1]! -= 1;
          felt = slow;
        }
        if (felt) change[start + r + fold.steps + cols - 1]! -= 1;
      }
      start += fold.steps;
    }
    for (let t = 0, covered = 0; t < arraySteps; t++) {
      covered += change[t]!;
      if (covered > 0) durations[t] = level;
    }
  }
  const clock = new Float64Array(arraySteps + 1);
  for (let t = 0; t < arraySteps; t++) clock[t + 1] = clock[t]! + durations[t]!;
  return clock;
}

function together(fold: FoldServices): (extent: FoldExtent) => FoldTiming {
  const { rows, usedRows, steps } = fold;
  const sums = serviceSums(fold);
  const { from, vectors } = fold.segments.at(-1)!;
  const lastVector = (from + vectors - 1) * rows;
  return ({ cols, usedCols }) => {
    const clock = arrayClock([{ services: fold, cols, usedCols }]);
    const cycles = clock.at(-1)!;
    const fill = clock[rows + cols - 2]!;
    const compute = sums[rows - 1]!;
    let busy = 0;
    // From each PE's first start to the end of its last service.
    let active = 0;
    for (let r = 0; r < usedRows; r++) {
      busy += sums[r]!;
      const lastService = fold.services[lastVector + r]!;
      for (let c = 0; c < usedCols; c++) active += clock[r + c + steps - 1]! + lastService - clock[r + c]!;
    }
    busy *= usedCols;
    return {
      cycles,
      fill,
      compute,
      sync: cycles - fill - compute,
      drain: 0,
      busy,
      // Everybody's next operands come with the next array step.
      syncOperand: active - busy,
      syncRoom: 0,
      fillDrain: usedRows * usedCols * cycles - active,
    };
  };
}

/** One slow PE stalls the whole array: all PEs step together, each step as long as its slowest active PE. */
export const global: Discipline = {
  spec: 'global',
  why: () => 'the whole array steps together, so that one slow PE holds up all of them',
  feed: 'pumped',
  fifoDepth: 1,
  bound: decoupled,
  notReduce: undefined,
  outputStationary: {
    fold: together,
    stream(stream) {
      const clock = arrayClock(stream);
      const starts = [0];
      for (const { services } of stream) starts.push(starts.at(-1)! + services.steps);
      const sums = new Map<FoldServices, Float64Array>();
      for (const { services } of stream) if (!sums.has(services)) sums.set(services, serviceSums(services));
      return (r, c, own) => {
        let idleSince = 0;
        return own.map((f) => {
          const fold = stream[f]!.services;
          const { from, vectors } = fold.segments.at(-1)!;
          const busy = sums.get(fold)![r]!;
          const first = clock[starts[f]! + r + c]!;
          const lastService = fold.services[(from + vectors - 1) * fold.rows + r]!;
          const end = clock[starts[f + 1]! - 1 + r + c]! + lastService;
          const entryOperand = first - idleSince;
          idleSince = end;
          return { first, end, busy, operand: end - first - busy, room: 0, entryOperand, entryRoom: 0 };
        });
      };
    },
  },
  passing: {
    ws: together,
    is({ rows, usedRows, cols, usedCols, services, items }) {
      // The largest service on each antidiagonal r + c, then over the antidiagonals in flight.
      const diagonals = rows + cols - 1;
      const largest = new Int32Array(diagonals);
      for (let r = 0, i = 0; r < rows; r++)
        for (let c = 0; c < cols; c++, i++) largest[r + c] = Math.max(largest[r + c]!, services[i]!);
      const clock = new Float64Array(items + diagonals);
      for (let t = 0; t < items + diagonals - 1; t++) {
        let duration = 0;
        for (let x = Math.max(0, t - items + 1); x <= Math.min(t, diagonals - 1); x++)
          duration = Math.max(duration, largest[x]!);
        clock[t + 1] = clock[t]! + duration;
      }
      const cycles = clock.at(-1)!;
      const fill = clock[diagonals - 1]!;
      const compute = services[rows * cols - 1]! * items;
      let [busy, active] = [0, 0];
      for (let r = 0; r < usedRows; r++)
        for (let c = 0; c < usedCols; c++) {
          const service = services[r * cols + c]!;
          busy += service * items;
          active += clock[r + c + items - 1]! + service - clock[r + c]!;
        }
      return {
        cycles,
        fill,
        compute,
        sync: cycles - fill - compute,
        drain: 0,
        busy,
        syncOperand: active - busy,
        syncRoom: 0,
        fillDrain: usedRows * usedCols * cycles - active,
      };
    },
  },
};
