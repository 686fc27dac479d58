import { accuracy } from './accuracy.js';
import { area } from './area.js';
import type { Chart, Charted, ChartMaker } from './chart.js';
import { cycles } from './cycles.js';
import { distribution } from './distribution.js';
import { dram } from './dram.js';
import { energy } from './energy.js';
import { energyParts } from './energy-parts.js';
import { latency } from './latency.js';
import { layers } from './layers.js';
import { pareto } from './pareto.js';
import { roofline } from './roofline.js';

const makers = {
  latency,
  energy,
  dram,
  area,
  accuracy,
  'energy-parts': energyParts,
  cycles,
  layers,
  roofline,
  distribution,
  pareto,
} satisfies Record<string, ChartMaker>;

export type ChartName = keyof typeof makers;

/** In the order in which they tell the story. */
export const chartNames = Object.keys(makers) as readonly ChartName[];

/**
 * The charts of one name, which may be several: one per run for `layers` and `roofline`, one per quantity for `distribution`. Runs that do
 * not fit their machine are left out, and said to be in the descriptions of bars. Empty where the runs hold nothing that the chart
 * could show.
 */
export function chartsOf(charted: Charted, name: ChartName): Chart[] {
  return makers[name](charted);
}
