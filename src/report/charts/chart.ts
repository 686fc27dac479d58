import type { Run } from '../../result.js';
import type { Theme } from './palette.js';

/** A picture of a result, before anything is drawn. */
export interface Chart {
  /** Unique among the charts of a result; a file name without ending. */
  readonly name: string;
  /** What is seen, in a sentence without a full stop. */
  readonly title: string;
  /** A text alternative: what is seen, with the numbers that matter. */
  readonly description: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * What Chart.js draws, a `ChartConfiguration`, in the colours of a theme; a new object each time, for Chart.js writes into it. Its type is
   * left open, so that programs need Chart.js only where they draw.
   */
  config(theme: Theme): object;
}

/** What charts are made of. */
export interface Charted {
  readonly runs: readonly Run[];
  /** The scheme that ratios are to, `SPEC` on the same machine or `ACCELERATOR/SPEC`; where absent or unfit there are no ratios. */
  readonly baseline?: string | undefined;
  /** Of the charts in pixels, 860 where absent. Layers and roofline have widths of their own. */
  readonly width?: number | undefined;
}

/** The charts of one name: none where the runs hold nothing that it could show. */
export type ChartMaker = (charted: Charted) => Chart[];
