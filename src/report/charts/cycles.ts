import type { FitRun } from '../../result.js';
import type { ChartMaker } from './chart.js';
import { siScale } from './figures.js';
import { causes } from './palette.js';
import { context, rowsOf, runName } from './rows.js';
import { largestPart, stackChart } from './stacks.js';

/** What the cycles of every run are spent on. */
export const cycles: ChartMaker = (charted) => {
  const rows = rowsOf(charted);
  const runs = rows.flatMap(({ run }) => (run === undefined ? [] : [run]));
  if (runs.length === 0) return [];
  const total = ({ totals }: FitRun): number => totals.cycles['total']!;
  const parts = causes.map(({ key, label, colour }) => ({
    label,
    colour,
    value: ({ totals }: FitRun) => totals.cycles[key] ?? 0,
  }));
  const { label, runs: where, shares } = largestPart(parts, runs, total);
  return stackChart(charted, {
    name: 'cycles',
    title: `Most cycles are ${label.split(':')[0]!}${where === runs.length ? '' : ` in ${String(where)} of ${String(runs.length)} runs`}: ${shares}`,
    subtitle: context(charted),
    what: 'cycles per image',
    rows,
    parts,
    total,
    scale: siScale(Math.max(...runs.map(total)), ''),
    nameOf: (run) => runName(run, charted),
  });
};
