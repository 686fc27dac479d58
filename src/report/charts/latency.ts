import { barChart } from './bars.js';
import type { ChartMaker } from './chart.js';

/** Time per image of every run, with what it would be if nobody waited. */
export const latency: ChartMaker = (charted) =>
  barChart(charted, {
    name: 'latency',
    what: 'time per image',
    best: 'Fastest',
    value: ({ totals }) => totals.timeNs,
    unit: 's',
    base: 1e-9,
    mark: {
      because: 'nobody waits, memory is unlimited',
      value: ({ totals, machine }) => (totals.boundCycles / machine.clockHz) * 1e9,
    },
  });
