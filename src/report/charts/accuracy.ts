import { isFit, type FitRun } from '../../result.js';
import { barChart } from './bars.js';
import type { ChartMaker } from './chart.js';

/** A run whose quality is known. */
export type Judged = FitRun & { readonly accuracy: number };

export const isJudged = (run: FitRun): run is Judged => run.accuracy !== undefined;

/** `−0.82 points`. */
export function pointsText(value: number, base: number): string {
  const points = 100 * (value - base);
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)} points`;
}

/** Accuracy of every run whose scheme the trace states one for. Axes begin at 0: a point of accuracy is as wide everywhere. */
export const accuracy: ChartMaker = (charted) => {
  const judged = charted.runs.filter((run) => isFit(run) && isJudged(run));
  return barChart(
    { ...charted, runs: judged },
    {
      name: 'accuracy',
      what: 'accuracy',
      best: 'Most accurate',
      value: (run) => (run as Judged).accuracy,
      unit: '%',
      base: 0.01,
      moreIsBetter: true,
      versus: pointsText,
    },
    charted,
  );
};
