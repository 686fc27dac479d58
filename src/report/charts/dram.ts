import { barChart } from './bars.js';
import type { ChartMaker } from './chart.js';

/** Bits to and from DRAM per image of every run, with those that would move if each operand did once and bursts had no rests. */
export const dram: ChartMaker = (charted) =>
  barChart(charted, {
    name: 'dram',
    what: 'DRAM traffic per image',
    best: 'Least DRAM traffic',
    value: ({ totals }) => totals.dramBits['total']!,
    unit: 'bit',
    base: 1,
    mark: {
      because: 'every operand once, less what stays on chip',
      value: ({ totals }) => totals.compulsoryBits - totals.keptBits['total']!,
    },
  });
