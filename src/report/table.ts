import Table from 'cli-table3';
import { isFit, type FitRun, type Run } from '../result.js';

/** Finds the run that another is compared with. */
export type BaselineOf = (run: FitRun) => FitRun | undefined;

/**
 * `SPEC` compares every machine's runs with that scheme on the same machine; `ACCELERATOR/SPEC` compares all runs of a network
 * with one.
 */
export function baselineOf(runs: readonly Run[], baseline: string): BaselineOf {
  const fit = runs.filter(isFit);
  return ({ network, accelerator }) => {
    const own = fit.filter((other) => other.network === network);
    return (
      own.find((other) => `${other.accelerator}/${other.scheme}` === baseline) ??
      own.find((other) => other.scheme === baseline && other.accelerator === accelerator)
    );
  };
}

/** Four significant digits with a unit prefix: 1234567 → `1.235 M`. */
export function short(value: number): string {
  const prefixes = ['', ' k', ' M', ' G', ' T', ' P'];
  let scaled = value;
  let i = 0;
  while (Math.abs(scaled) >= 999.95 && i < prefixes.length - 1) [scaled, i] = [scaled / 1000, i + 1];
  return `${Number(scaled.toPrecision(4)).toString()}${prefixes[i]!}`;
}

/** Four significant digits in the unit of the column: 9.597, 0.3722, 1235. */
const figure = (value: number): string =>
  value >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(4)).toString();

const percent = (part: number, whole: number): string => (whole === 0 ? '0' : ((100 * part) / whole).toFixed(1));
const ratio = (value: number, base: number | undefined): string =>
  base === undefined || base === 0 ? '–' : (value / base).toFixed(3);

const titles = [
  'scheme',
  'masks',
  'cycles',
  '×base',
  'bound',
  'compute%',
  'sync%',
  'memory%',
  'fill%',
  'util%',
  'energy mJ',
  '×base',
  'DRAM bit',
  '×base',
  'time ms',
  'power W',
];

function row(run: Run, baseline: BaselineOf, judged: boolean): (string | { content: string; colSpan: number })[] {
  if (!isFit(run)) {
    const { reason, demand, bound, unit, levers } = run.unfit;
    const need = `${reason}: needs ${String(demand)} ${unit}, has ${String(bound)}`;
    return [
      run.scheme,
      {
        content: `does not fit: ${need}\n  try ${levers.join(', or ')}`,
        colSpan: titles.length - (judged ? 0 : 1),
      },
    ];
  }
  const { totals } = run;
  const base = baseline(run)?.totals;
  const cycles = totals.cycles['total']!;
  const part = (name: string): number => totals.cycles[name] ?? 0;
  return [
    run.scheme,
    run.masks,
    short(cycles),
    ratio(cycles, base?.cycles['total']),
    short(totals.boundCycles),
    percent(part('compute'), cycles),
    percent(part('sync'), cycles),
    percent(part('memory'), cycles),
    percent(part('fill') + part('drain'), cycles),
    (100 * totals.utilization).toFixed(1),
    figure(totals.energyPj['total']! / 1e9),
    ratio(totals.energyPj['total']!, base?.energyPj['total']),
    short(totals.dramBits['total']!),
    ratio(totals.dramBits['total']!, base?.dramBits['total']),
    figure(totals.timeNs / 1e6),
    figure(totals.powerMw / 1e3),
    ...(judged ? [run.accuracy === undefined ? '–' : (100 * run.accuracy).toFixed(2)] : []),
  ];
}

const memoryTitles = [
  'scheme',
  'compulsory',
  'kept',
  'again',
  'packing',
  'mask',
  'DRAM bit',
  'stall%',
  'ports%',
  'DRAM mJ',
];

/** Energy of DRAM by command, where a machine's DRAM has commands. */
const commandTitles = ['ACT', 'RD', 'WR', 'REF', 'background'];
const commandParts = ['dramActivate', 'dramRead', 'dramWrite', 'dramRefresh', 'dramBackground'];

function memoryRow({ scheme, totals }: FitRun, commands: boolean): string[] {
  const { energyPj } = totals;
  const millijoules = (part: string): number => (energyPj[part] ?? 0) / 1e9;
  const cycles = totals.cycles['total']!;
  const dram = ['dram', ...commandParts].reduce((total, part) => total + millijoules(part), 0);
  return [
    scheme,
    short(totals.compulsoryBits),
    short(totals.keptBits['total']!),
    short(totals.refetchedBits),
    short(totals.packingBits['total']!),
    short(totals.dramBits['mask'] ?? 0),
    short(totals.dramBits['total']!),
    percent(totals.memoryStalls['dram'] ?? 0, cycles),
    percent(totals.memoryStalls['sram'] ?? 0, cycles),
    figure(dram),
    ...(commands ? commandParts.map((part) => figure(millijoules(part))) : []),
  ];
}

/**
 * One table per machine of what moves: DRAM bits = compulsory − kept on chip + again + packing loss, masks among them; the share of
 * cycles that the array waits for DRAM, and for buffer ports; DRAM energy, by command where there are commands.
 */
export function memoryTable(runs: readonly Run[]): string {
  const accelerators = [...new Set(runs.filter(isFit).map((run) => run.accelerator))];
  return accelerators
    .map((accelerator) => {
      const own = runs.filter(isFit).filter((run) => run.accelerator === accelerator);
      const commands = own.some((run) => commandParts.some((part) => (run.totals.energyPj[part] ?? 0) > 0));
      const head = [...memoryTitles, ...(commands ? commandTitles : [])];
      const table = new Table({
        head,
        colAligns: ['left', ...head.slice(1).map((): 'right' => 'right')],
        style: { head: [], border: [], compact: true },
      });
      for (const run of own) table.push(memoryRow(run, commands));
      return `${accelerator}: bits to and from DRAM\n${table.toString()}`;
    })
    .join('\n\n');
}

/**
 * One table per machine: every scheme's cost per image beside its lower bound and its ratio to the baseline; with accuracies, where a
 * trace states any.
 */
export function comparisonTable(
  runs: readonly Run[],
  baseline: string,
  describe: (accelerator: string) => string,
): string {
  const find = baselineOf(runs, baseline);
  const accelerators = [...new Set(runs.map((run) => run.accelerator))];
  const judged = runs.some((run) => isFit(run) && run.accuracy !== undefined);
  const head = [...titles, ...(judged ? ['accuracy%'] : [])];
  return accelerators
    .map((accelerator) => {
      const own = runs.filter((run) => run.accelerator === accelerator);
      const first = own.find(isFit);
      const table = new Table({
        head,
        colAligns: ['left', 'left', ...head.slice(2).map((): 'right' => 'right')],
        style: { head: [], border: [], compact: true },
      });
      for (const run of own) table.push(row(run, find, judged));
      const area = first === undefined ? '' : `, ${first.totals.areaMm2.toFixed(3)} mm²`;
      const note = own[0]?.approximation === undefined ? '' : `\n  approximation: ${own[0].approximation}`;
      return `${accelerator}: ${describe(accelerator)}${area}${note}\n${table.toString()}`;
    })
    .join('\n\n');
}
