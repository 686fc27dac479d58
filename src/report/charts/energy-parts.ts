import type { FitRun } from '../../result.js';
import type { ChartMaker } from './chart.js';
import { siScale } from './figures.js';
import { energyGroups } from './palette.js';
import { context, rowsOf, runName } from './rows.js';
import { groupedParts, largestPart, stackChart } from './stacks.js';

/** What the energy of every run is spent on. */
export const energyParts: ChartMaker = (charted) => {
  const rows = rowsOf(charted);
  const runs = rows.flatMap(({ run }) => (run === undefined ? [] : [run]));
  if (runs.length === 0) return [];
  const total = ({ totals }: FitRun): number => totals.energyPj['total']!;
  const parts = groupedParts(energyGroups, ({ totals }) => totals.energyPj);
  const { label, runs: where, shares } = largestPart(parts, runs, total);
  return stackChart(charted, {
    name: 'energy-parts',
    title: `Most energy goes into ${label}: ${shares}${where === runs.length ? '' : ` in ${String(where)} of ${String(runs.length)} runs`}`,
    subtitle: context(charted),
    what: 'energy per image',
    rows,
    parts,
    total,
    scale: siScale(Math.max(...runs.map(total)), 'J', 1e-12),
    nameOf: (run) => runName(run, charted),
  });
};
