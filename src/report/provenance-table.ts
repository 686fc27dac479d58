import Table from 'cli-table3';
import { isFit, type ConstantResult, type FitRun, type Run } from '../result.js';

/** Constants named per run: those that an interval comes from, mostly. */
const namedConstants = 2;

const figure = (pj: number): string => Number((pj / 1e9).toPrecision(4)).toString();
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Share of the energy whose price is uncertain: terms with at least one factor that is not measured. */
export function unsureShare({ energyTerms, constants, totals }: FitRun): number {
  const unsure = new Set(constants.filter(({ uncertainty }) => uncertainty > 0).map(({ name }) => name));
  const energy = energyTerms.reduce(
    (sum, { energyPj, factors }) => sum + (factors.some((name) => unsure.has(name)) ? energyPj : 0),
    0,
  );
  return totals.energyPj['total'] === 0 ? 0 : energy / totals.energyPj['total']!;
}

function shown({ name, status, share, uncertainty }: ConstantResult): string {
  return `${name} ${percent(share)} (${status}, ±${percent(uncertainty)})`;
}

function row(run: FitRun): string[] {
  const { low, high } = run.totals.energyIntervalPj;
  const weight = ({ share, uncertainty }: ConstantResult): number => share * uncertainty;
  const unsure = run.constants.filter(({ uncertainty }) => uncertainty > 0).sort((a, b) => weight(b) - weight(a));
  return [
    run.accelerator,
    run.scheme,
    figure(run.totals.energyPj['total']!),
    `${figure(low)} … ${figure(high)}`,
    percent(unsureShare(run)),
    unsure.slice(0, namedConstants).map(shown).join(', '),
  ];
}

/** What the energies rest on: interval, share whose price is not measured, and the constants that weigh most. */
export function provenanceTable(runs: readonly Run[]): string {
  const table = new Table({
    head: [
      'machine',
      'scheme',
      'energy mJ',
      'interval',
      'unsure',
      'what weighs most: share of the energy (status, uncertainty)',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const run of runs.filter(isFit)) table.push(row(run));
  return `what the energies rest on\n${table.toString()}`;
}
