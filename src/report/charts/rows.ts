import { isFit, type FitRun, type Run } from '../../result.js';
import type { Charted } from './chart.js';
import { wrapped } from './figures.js';

/** Runs that are compared with each other: of one network on one machine. */
export interface Group {
  /** `drq`, or `resnet50 on drq` where there are several networks. */
  readonly name: string;
  readonly runs: readonly FitRun[];
}

/** A row of bars of a run, or of what else is drawn; or the name of the group above its rows. */
export interface Row<T = FitRun> {
  readonly label: readonly string[];
  readonly run?: T;
}

/** Letters of a row's label in a line; longer names are broken at commas. */
export const labelWidth = 34;

function several(values: readonly unknown[]): boolean {
  return new Set(values).size > 1;
}

/** The runs that fit, by network and machine, in the order in which they come. */
export function groupsOf({ runs }: Charted): Group[] {
  const fit = runs.filter(isFit);
  const networks = several(fit.map(({ network }) => network));
  const groups = new Map<string, FitRun[]>();
  for (const run of fit) {
    const name = networks ? `${run.network} on ${run.accelerator}` : run.accelerator;
    groups.set(name, [...(groups.get(name) ?? []), run]);
  }
  return [...groups].map(([name, members]) => ({ name, runs: members }));
}

/** A row for every run; each group under its name where there are several. */
export function rowsOf(charted: Charted): Row[] {
  const groups = groupsOf(charted);
  return groups.flatMap(({ name, runs }) => [
    ...(groups.length > 1 ? [{ label: wrapped(name, labelWidth) }] : []),
    ...runs.map((run) => ({ label: wrapped(run.scheme, labelWidth), run })),
  ]);
}

/** `drq on region`; with the network where there are several. */
export function runName(run: Run, { runs }: Charted): string {
  const networks = several(runs.map(({ network }) => network));
  return `${run.scheme} on ${run.accelerator}${networks ? ` (${run.network})` : ''}`;
}

/** What all runs have in common: network, machine where there is one, images, and where masks came from. */
export function context(charted: Charted): string {
  const fit = charted.runs.filter(isFit);
  const one = <T>(values: readonly T[]): T | undefined => (several(values) ? undefined : values[0]);
  const network = one(fit.map((run) => run.network));
  const machine = one(fit.map((run) => run.accelerator));
  const images = one(fit.map((run) => run.images));
  const place = [network, machine === undefined ? undefined : `on ${machine}`].filter((part) => part !== undefined);
  return [
    ...(place.length > 0 ? [place.join(' ')] : []),
    images === undefined ? 'means over images' : images === 1 ? 'one image' : `mean of ${String(images)} images`,
    ...(fit.some(({ masks }) => masks === 'synthetic') ? ['synthetic masks'] : []),
  ].join(', ');
}

/** The run that another is compared with; undefined where it does not fit, or there is none. */
export function baselineRun(run: FitRun, { runs, baseline }: Charted): FitRun | undefined {
  const fit = runs.filter(isFit).filter(({ network }) => network === run.network);
  return (
    fit.find(({ accelerator, scheme }) => `${accelerator}/${scheme}` === baseline) ??
    fit.find(({ accelerator, scheme }) => scheme === baseline && accelerator === run.accelerator)
  );
}

/** Sentences on what no chart can show. */
export function leftOut(charted: Charted): string {
  return charted.runs
    .map((run) => (isFit(run) ? '' : ` ${runName(run, charted)} does not fit: ${run.unfit.reason}.`))
    .join('');
}

/** Names for one chart of each run: letters, digits, dots and dashes, no two alike. */
export function chartNamesOf(prefix: string, runs: readonly FitRun[]): string[] {
  const networks = several(runs.map(({ network }) => network));
  const taken = new Map<string, number>();
  return runs.map(({ network, accelerator, scheme }) => {
    const parts = [prefix, ...(networks ? [network] : []), accelerator, scheme];
    const name = parts.join('-').replaceAll(/[^A-Za-z0-9.]+/g, '-');
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return times === 1 ? name : `${name}-${String(times)}`;
  });
}
