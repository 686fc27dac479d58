import type { Discipline, FoldServices } from './discipline.js';
import { serviceSums } from './decoupled.js';

/**
 * Duration of every array step t: the largest service among the PEs (r, c) with k = t − r − c in range. A run of
 * services ≥ v on steps k0 … k1 of row r is felt from array step r + k0 to r + k1 + cols − 1.
 */
function stepDurations({ rows: used, steps, services }: FoldServices, rows: number, cols: number): Int32Array {
  const levels = [...new Set(services.subarray(0, used * steps))].sort((a, b) => a - b);
  const arraySteps = steps + rows + cols - 2;
  const durations = new Int32Array(arraySteps).fill(levels[0]!);
  for (const level of levels.slice(1)) {
    const change = new Int32Array(arraySteps + 1);
    for (let r = 0; r < used; r++) {
      // The last window is repeated by the rows below it, which widens what it is felt in.
      const spread = cols - 1 + (r === used - 1 ? rows - used : 0);
      let felt = false;
      for (let k = 0, i = r; k < steps; k++, i += used) {
        const slow = services[i]! >= level;
        if (slow === felt) continue;
        if (slow) change[r + k]! += 1;
        else change[r + k + spread]! -= 1;
        felt = slow;
      }
      if (felt) change[r + steps + spread]! -= 1;
    }
    for (let t = 0, covered = 0; t < arraySteps; t++) {
      covered += change[t]!;
      if (covered > 0) durations[t] = level;
    }
  }
  return durations;
}

/** One slow PE stalls the whole array: all PEs step together, each step as long as its slowest active PE. */
export const global: Discipline = {
  spec: 'global',
  time(fold, rows) {
    const sums = serviceSums(fold);
    return ({ cols, usedCols }) => {
      const durations = stepDurations(fold, rows, cols);
      const clock = new Float64Array(durations.length + 1);
      for (let t = 0; t < durations.length; t++) clock[t + 1] = clock[t]! + durations[t]!;
      const cycles = clock[durations.length]!;
      const fill = clock[rows + cols - 2]!;
      const compute = sums[fold.rows - 1]!;
      let busy = 0;
      // From each PE's first start to the end of its last service.
      let active = 0;
      for (let r = 0; r < fold.rows; r++) {
        busy += sums[r]!;
        const lastService = fold.services[(fold.steps - 1) * fold.rows + r]!;
        for (let c = 0; c < usedCols; c++) active += clock[r + c + fold.steps - 1]! + lastService - clock[r + c]!;
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
        fillDrain: fold.rows * usedCols * cycles - active,
      };
    };
  },
};
