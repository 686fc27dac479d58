import { isFit } from '../../result.js';
import { barChart } from './bars.js';
import type { ChartMaker } from './chart.js';
import { judgementOf } from './judgement.js';

export { pointsText } from './judgement.js';

/** Accuracy of every run whose scheme the trace states one for; SQNR where it states none. Axes begin at 0: a point of accuracy is as wide everywhere. */
export const accuracy: ChartMaker = (charted) => {
  const found = judgementOf(charted.runs.filter(isFit), 1);
  if (found === undefined) return [];
  const { by, judged } = found;
  const { what, best, unit, base, value, versus } = by;
  return barChart(
    { ...charted, runs: judged },
    { name: 'accuracy', what, best, value: (run) => value(run)!, unit, base, moreIsBetter: true, versus },
    charted,
  );
};
