import { gcd } from '../../core/numbers.js';
import type { Segment } from './fold.js';

/** A max-plus recurrence: when every PE starts its next step, from when the last steps started. */
export interface Recurrence {
  /** Times, −Infinity before the beginning: all that the next step depends on, and nothing else. */
  readonly clocks: Float64Array;
  /** Sums along the way. */
  readonly tallies: Float64Array;
  /** Entry k mod `memory` of the past is overwritten by step k. */
  readonly memory: number;
  /** Advances by step k, whose services are vector `vector`. */
  step(k: number, vector: number): void;
}

function steadyShift(now: Float64Array, before: Float64Array): boolean {
  const shift = now[0]! - before[0]!;
  for (let i = 1; i < now.length; i++) if (now[i]! - before[i]! !== shift) return false;
  return Number.isFinite(shift);
}

/**
 * Steps a recurrence through segments. A max-plus system adds: if all clocks are those of a period ago, later by
 * the same, then so is everything that follows from them, for as long as the same services repeat. What remains of a
 * segment in whole periods is then added at once, which is exact.
 */
export function run(recurrence: Recurrence, segments: readonly Segment[], firstStep = 0): void {
  const { clocks, tallies, memory } = recurrence;
  const repeating = segments.some(({ repeats }) => repeats > 2);
  const before = new Float64Array(repeating ? clocks.length : 0);
  const tallied = new Float64Array(repeating ? tallies.length : 0);
  let k = firstStep;
  for (const { from, vectors, repeats } of segments) {
    // Repeats after which the past stands at the same entries again.
    const period = memory / gcd(memory, vectors);
    let snapshotAt = repeats > 2 * period ? period : Infinity;
    for (let done = 0; done < repeats;) {
      for (let v = 0; v < vectors; v++) recurrence.step(k++, from + v);
      done++;
      if (done === snapshotAt) {
        before.set(clocks);
        tallied.set(tallies);
      } else if (done === snapshotAt + period) {
        if (steadyShift(clocks, before)) {
          const jumps = Math.floor((repeats - done) / period);
          for (let i = 0; i < clocks.length; i++) clocks[i]! += jumps * (clocks[i]! - before[i]!);
          for (let i = 0; i < tallies.length; i++) tallies[i]! += jumps * (tallies[i]! - tallied[i]!);
          done += jumps * period;
          k += jumps * period * vectors;
          snapshotAt = Infinity;
        } else snapshotAt = done + Math.max(period, done);
      }
    }
  }
}
