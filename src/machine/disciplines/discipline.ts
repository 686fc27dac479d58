import type { ElasticLanes, LaneShape } from '../kernel/elastic-lanes.js';
import type { ColumnTiming } from './column.js';
import type { FoldExtent, FoldServices, FoldTiming, StationaryFold } from './fold.js';
import type { StepOrder } from '../step-order.js';
import type { PeHistory, Stream } from './stream.js';

/** What folds have in common that are timed side by side. */
export type FoldShape = Omit<LaneShape, 'depth'>;

/** Output-stationary: rows are windows, time is packets. */
export interface OutputStationaryTiming {
  /** Looks at one fold and returns its timing for any number of columns. */
  fold(fold: FoldServices): (extent: FoldExtent) => FoldTiming;
  /** The same in column 0, where columns differ by nothing but their skew and the bound is {@link Discipline.bound}'s. */
  column?(fold: FoldServices): ColumnTiming;
  /** Times folds of a shape side by side, where that is faster than one by one and the shape is not too large for it. */
  lanes?(shape: FoldShape): ElasticLanes | undefined;
  /** Folds that follow each other without a barrier. */
  stream(stream: Stream): PeHistory;
}

/** Partial sums pass from row to row; times follow the preload. */
export interface PassingTiming {
  /** Weight-stationary: rows are packets, time is windows. */
  ws(fold: FoldServices): (extent: FoldExtent) => FoldTiming;
  /** Activation-stationary: rows are packets, columns windows, time is filters. */
  is(fold: StationaryFold): FoldTiming;
}

/** Who waits when neighbouring PEs work at different speeds. What it cannot time, it says why. */
export interface Discipline {
  /** As written in an accelerator file: `elastic(4)`. */
  readonly spec: string;
  /** Why its PEs wait, as half a sentence; undefined where they never do. `steps` is the order of steps, where time is steps of a window. */
  readonly why: ((steps: StepOrder | undefined) => string) | undefined;
  /** Operands pass from PE to PE, one hop a cycle, or reach all at once. */
  readonly feed: 'pumped' | 'broadcast';
  /** Rows that step together; undefined where rows do not come in groups. */
  readonly group?: number;
  /** Operands that fit between neighbours: 1 is the register of a hop. */
  readonly fifoDepth: number;
  /** The same feed where nobody waits: what is lost to waiting is measured against it. */
  readonly bound: Discipline;
  readonly outputStationary: OutputStationaryTiming;
  readonly passing: PassingTiming | string;
  /** Why a `reduce` array cannot work this way; undefined where it can. */
  readonly notReduce: string | undefined;
}
