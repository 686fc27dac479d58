import type { ReferenceArray } from './array.js';
import type { Diary } from './diary.js';
import type { CycleSnapshot, PeSnapshot, PeState } from './snapshot.js';

/** What stepping the array found. Cycles without memory: fill + compute + sync + drain. */
export interface ReferenceResult {
  /** [filters, output height, output width] */
  readonly outputs: Float64Array;
  readonly cycles: { compute: number; sync: number; fill: number; drain: number };
  readonly peCycles: { busy: number; syncOperand: number; syncRoom: number; fillDrain: number; edge: number };
}

/** A fold (pipelined: a tile) that has been stepped, without what stands before its cycle 0. */
export interface SteppedFold {
  readonly fill: number;
  readonly compute: number;
  readonly sync: number;
  readonly drain: number;
  /** [row][column]; undefined where a PE has no work of its own. All are as long as the fold. */
  readonly timelines: readonly (readonly (readonly PeSnapshot[] | undefined)[])[];
}

/** Splits the cycles of a fold by the PE that finishes last; among equals the one of the smallest row, then column. */
export function byLastPe(
  grid: readonly (readonly { readonly diary: Diary }[])[],
  drain: number,
  lastFold: number,
): SteppedFold {
  const diaries = grid.map((row) => row.map(({ diary }) => diary));
  const last = diaries.flat().reduce((latest, diary) => (diary.end > latest.end ? diary : latest));
  return {
    fill: last.firstStart,
    compute: last.busy,
    sync: last.end - last.firstStart - last.busy,
    drain,
    timelines: diaries.map((row) => row.map((diary) => diary.timeline(last.end + drain, lastFold))),
  };
}

const accountOf = {
  busy: 'busy',
  syncOperand: 'syncOperand',
  syncRoom: 'syncRoom',
  fill: 'fillDrain',
  drain: 'fillDrain',
  edge: 'edge',
} as const satisfies Record<PeState, keyof ReferenceResult['peCycles']>;

/** Takes a cycle from a PE: one before its first start, or else one after its last service. */
function shortened(timeline: readonly PeSnapshot[]): readonly PeSnapshot[] {
  if (timeline[0]?.state === 'fill') return timeline.slice(1);
  if (timeline.at(-1)?.state === 'drain') return timeline.slice(0, -1);
  throw new Error('a PE that neither fills nor drains cannot start a cycle earlier');
}

/** The books of a layer. */
export class Accounts {
  readonly cycles = { compute: 0, sync: 0, fill: 0, drain: 0 };
  readonly peCycles = { busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0, edge: 0 };
  #folds = 0;

  constructor(
    private readonly array: ReferenceArray,
    private readonly observe?: (snapshot: CycleSnapshot) => void,
  ) {}

  /** Enters the next fold of the layer, with the cycles that stand before it. */
  enter(fold: SteppedFold): void {
    const { rows, cols, foldOverhead, layerOffset } = this.array;
    const before = foldOverhead + (this.#folds === 0 ? Math.max(0, layerOffset) : 0);
    const overlaps = this.#folds === 0 && layerOffset < 0 && fold.fill + before > 0;
    const fill = fold.fill + before - (overlaps ? 1 : 0);
    const duration = fill + fold.compute + fold.sync + fold.drain;
    const physical = Array.from({ length: rows }, (_, r) =>
      Array.from({ length: cols }, (__, c): readonly PeSnapshot[] | undefined => {
        const timeline = fold.timelines[r]?.[c];
        if (timeline === undefined) return undefined;
        const whole = [...Array.from({ length: before }, (): PeSnapshot => ({ state: 'fill' })), ...timeline];
        return overlaps ? shortened(whole) : whole;
      }),
    );
    this.cycles.fill += fill;
    this.cycles.compute += fold.compute;
    this.cycles.sync += fold.sync;
    this.cycles.drain += fold.drain;
    for (const timeline of physical.flat()) {
      if (timeline === undefined) this.peCycles.edge += duration;
      else for (const { state } of timeline) this.peCycles[accountOf[state]]++;
    }
    this.#show(physical, duration);
    this.#folds++;
  }

  #show(physical: readonly (readonly (readonly PeSnapshot[] | undefined)[])[], duration: number): void {
    if (this.observe === undefined) return;
    for (let cycle = 0; cycle < duration; cycle++) {
      const pes = physical.map((row) => row.map((timeline): PeSnapshot => timeline?.[cycle] ?? { state: 'edge' }));
      this.observe({ fold: this.#folds, cycle, pes });
    }
  }
}
