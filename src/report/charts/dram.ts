import { barChart } from './bars.js';
import type { ChartMaker } from './chart.js';

/** Bits to and from DRAM per image of every run. */
export const dram: ChartMaker = (charted) =>
  barChart(charted, {
    name: 'dram',
    what: 'DRAM traffic per image',
    best: 'Least DRAM traffic',
    value: ({ totals }) => totals.dramBits['total']!,
    unit: 'bit',
    base: 1,
  });
