import type { FitRun } from '../../result.js';
import type { ChartMaker } from './chart.js';
import { figure } from './figures.js';
import { areaGroups } from './palette.js';
import { groupsOf, nameLines } from './rows.js';
import { groupedParts, stackChart } from './stacks.js';

/** The area of every machine, which is the same for all schemes, by what takes it. */
export const area: ChartMaker = (charted) => {
  // Two results may have different machines of one name: then each stands with its network.
  const machines = new Map<string, FitRun>();
  for (const { name, runs } of groupsOf(charted)) {
    const run = runs[0]!;
    const same = [...machines.values()].some(
      ({ accelerator, totals }) => accelerator === run.accelerator && totals.areaMm2 === run.totals.areaMm2,
    );
    if (!same) machines.set(machines.has(run.accelerator) ? name : run.accelerator, run);
  }
  if (machines.size === 0) return [];
  const total = ({ totals }: FitRun): number => totals.areaMm2;
  const nameOf = (run: FitRun): string => [...machines].find(([, machine]) => machine === run)![0];
  const runs = [...machines.values()];
  const [least, most] = [Math.min(...runs.map(total)), Math.max(...runs.map(total))];
  const text = (value: number): string => `${figure(value)} mm²`;
  const smallest = runs.find((run) => total(run) === least)!;
  return stackChart(charted, {
    name: 'area',
    title:
      runs.length === 1
        ? `${nameOf(smallest)} takes ${text(least)}`
        : `Smallest machine: ${nameOf(smallest)}, ${text(least)}; the largest takes ${text(most)}`,
    subtitle: 'area of MAC units, FIFOs, buffers and components; the same for every scheme',
    what: 'area',
    rows: runs.map((run) => ({ label: nameLines(nameOf(run), charted.width), run })),
    parts: groupedParts(areaGroups, ({ totals }) => totals.areaPartsMm2),
    total,
    scale: { divisor: 1, unit: 'mm²' },
    nameOf,
  });
};
