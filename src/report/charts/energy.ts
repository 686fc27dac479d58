import { barChart } from './bars.js';
import type { ChartMaker } from './chart.js';

/** Energy per image of every run. */
export const energy: ChartMaker = (charted) =>
  barChart(charted, {
    name: 'energy',
    what: 'energy per image',
    best: 'Least energy',
    value: ({ totals }) => totals.energyPj['total']!,
    unit: 'J',
    base: 1e-12,
    note: ({ totals: { energyIntervalPj } }, text) =>
      ` (${text(energyIntervalPj.low)} to ${text(energyIntervalPj.high)} over the uncertainty of its constants)`,
  });
