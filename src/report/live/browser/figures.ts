import type { FitRun } from '../../../result.js';
import { causes } from '../../charts/palette.js';
import { element } from './dom.js';

/** A line of the table: what, in which unit, and how it is read off a run. */
interface Line {
  readonly label: string;
  readonly read: (run: FitRun) => number;
  readonly part?: boolean;
}

const cycle =
  (part: string) =>
  ({ totals }: FitRun): number =>
    totals.cycles[part] ?? 0;

const lines: readonly Line[] = [
  { label: 'time, ms', read: ({ totals }) => totals.timeNs / 1e6 },
  { label: 'cycles', read: cycle('total') },
  ...causes.map(({ key }) => ({ label: key, read: cycle(key), part: true })),
  { label: 'bound, cycles', read: ({ totals }) => totals.boundCycles },
  { label: 'energy, mJ', read: ({ totals }) => (totals.energyPj['total'] ?? 0) / 1e9 },
  { label: 'DRAM, Mbit', read: ({ totals }) => (totals.dramBits['total'] ?? 0) / 1e6 },
  { label: 'utilization, %', read: ({ totals }) => 100 * totals.utilization },
  { label: 'area, mm²', read: ({ totals }) => totals.areaMm2 },
];

const shown = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(4)).toString();

const ratio = (value: number, base: number): string => (base === 0 ? '–' : (value / base).toFixed(3));

/** Both runs side by side, with what the second is of the first; without a first the second alone. */
export function figureTable(given: FitRun | undefined, changed: FitRun): HTMLElement {
  const number = (value: number): HTMLElement => element('td', { 'data-value': String(value) }, shown(value));
  const none = (): HTMLElement => element('td', {}, '–');
  const head = ['per image', 'as simulated', 'changed', 'ratio'].map((text) => element('th', { scope: 'col' }, text));
  const rows = lines.map(({ label, read, part }) => {
    const after = read(changed);
    const name = element('th', { scope: 'row', class: part === true ? 'part' : '' }, label);
    if (given === undefined) return element('tr', {}, name, none(), number(after), none());
    const before = read(given);
    return element('tr', {}, name, number(before), number(after), element('td', {}, ratio(after, before)));
  });
  return element(
    'table',
    { class: 'numbers', id: 'live-figures' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
}

/** The cycles of runs as bars of one scale, cut by cause. */
export function cycleBars(runs: readonly (readonly [string, FitRun])[]): HTMLElement {
  const most = Math.max(...runs.map(([, run]) => cycle('total')(run)));
  const bars = runs.map(([name, run]) => {
    const parts = causes.map(({ key }) => {
      const share = (100 * cycle(key)(run)) / most;
      return element('span', { class: `cause ${key}`, style: `width:${String(share)}%` });
    });
    return element('div', { class: 'bar' }, element('b', {}, name), element('div', { class: 'strip' }, ...parts));
  });
  const legend = causes.map(({ key, label }) => element('li', {}, element('span', { class: `cause ${key}` }), label));
  return element('div', { 'aria-hidden': 'true' }, ...bars, element('ul', { class: 'legend' }, ...legend));
}

/** What changed, in a sentence. */
export function sentence(given: FitRun | undefined, changed: FitRun, image: string | undefined): string {
  const ms = ({ totals }: FitRun): number => totals.timeNs / 1e6;
  const energy = ({ totals }: FitRun): number => totals.energyPj['total']!;
  const images =
    changed.images === 1
      ? `the first image alone${image === undefined ? '' : ` (${image})`}`
      : `the first ${String(changed.images)} images`;
  const start = `Of ${images}: ${shown(ms(changed))} ms an image`;
  if (given === undefined) return `${start}. As simulated, the machine cannot run its scheme.`;
  return `${start}, ${ratio(ms(changed), ms(given))} times the time and ${ratio(energy(changed), energy(given))} times the energy of ${given.scheme} on this machine as simulated.`;
}
