import { siScale, withUnit } from '../charts/figures.js';
import { isFit, type FitRun, type Run } from '../../result.js';
import { unsureShare } from '../provenance-table.js';
import type { BaselineOf } from '../table.js';
import { html, type Html } from './markup.js';

const timeOf = ({ totals }: FitRun): number => totals.timeNs;
const energyOf = ({ totals }: FitRun): number => totals.energyPj['total']!;

/** Where a page says what runs would need that do not fit. */
export const unfitId = 'unfit';

/** `region:2@50 on region`. */
export function runName({ scheme, accelerator }: Pick<Run, 'scheme' | 'accelerator'>): string {
  return `${scheme} on ${accelerator}`;
}

/** The same, with the network where there are several. */
export function namesAmong(runs: readonly Run[]): (run: Run) => string {
  const several = new Set(runs.map(({ network }) => network)).size > 1;
  return (run) => (several ? `${runName(run)} (${run.network})` : runName(run));
}

/** 1.43 times, 12 times. */
function times(ratio: number): string {
  return `${Number(ratio.toPrecision(3)).toString()} times`;
}

function least(runs: readonly FitRun[], cost: (run: FitRun) => number): FitRun {
  return runs.reduce((best, run) => (cost(run) < cost(best) ? run : best));
}

/** The share of its cycles that a run loses to each cause, the largest first. */
function largestLoss({ totals }: FitRun, alone: boolean): string {
  const total = totals.cycles['total']!;
  const causes = [
    ['neighbours that wait for each other (sync)', totals.cycles['sync'] ?? 0],
    ['memory', totals.cycles['memory'] ?? 0],
    ['filling and draining the array', (totals.cycles['fill'] ?? 0) + (totals.cycles['drain'] ?? 0)],
  ] as const;
  const [cause, cycles] = causes.reduce((most, one) => (one[1] > most[1] ? one : most));
  if (cycles === 0) return `${alone ? 'It' : 'The fastest'} loses no cycle to waiting.`;
  return `Of ${alone ? 'its cycles' : 'the cycles of the fastest'} ${((100 * cycles) / total).toFixed(0)} % go to ${cause}.`;
}

/** A run as it is named beside another one: by its scheme where the machine is the same. */
function beside(run: FitRun, other: FitRun): string {
  return run.accelerator === other.accelerator ? run.scheme : runName(run);
}

function against(run: FitRun, base: FitRun | undefined): string {
  if (base === run) return ' (it is what ratios are to)';
  if (base === undefined) return '';
  const faster = timeOf(base) / timeOf(run);
  const energy = energyOf(run) / energyOf(base);
  const speed = faster >= 1 ? `${times(faster)} as fast as` : `${times(1 / faster)} slower than`;
  return `, ${speed} ${beside(base, run)}, with ${times(energy)} its energy`;
}

const accuracyText = (accuracy: number): string => `${(100 * accuracy).toFixed(2)} %`;

/** How accurate a run is, and by how much more or less than what it is held against; nothing where that is known of no run. */
function quality(run: FitRun, base: FitRun | undefined, fit: readonly FitRun[]): string {
  if (!isJudged(fit)) return '';
  if (run.accuracy === undefined) return ', accuracy not known';
  const own = `, accuracy ${accuracyText(run.accuracy)}`;
  if (base === undefined || base === run) return own;
  if (base.accuracy === undefined) return `${own} (that of ${beside(base, run)} is not known)`;
  const points = (100 * (run.accuracy - base.accuracy)).toFixed(2);
  const name = beside(base, run);
  if (Number(points) === 0) return `${own}, as ${name}`;
  return `${own}, ${points.replace('-', '')} points ${Number(points) < 0 ? 'below' : 'above'} ${name}`;
}

const isJudged = (fit: readonly FitRun[]): boolean => fit.some(({ accuracy }) => accuracy !== undefined);

/** Which accuracies are not known, where any is missing. */
function unjudged(fit: readonly FitRun[]): string {
  if (!isJudged(fit)) return ' How accurate the schemes are is not known here, and not weighed.';
  const nameOf = namesAmong(fit);
  const names = fit.filter(({ accuracy }) => accuracy === undefined).map(nameOf);
  return names.length === 0 ? '' : ` The accuracy of ${joined(names)} is not known.`;
}

function joined(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}`;
}

function assumptionsOf(runs: readonly FitRun[]): string {
  const [run] = runs as readonly [FitRun];
  const synthetic = runs.some(({ masks }) => masks === 'synthetic');
  const counts = [...new Set(runs.map(({ images: own }) => own))].sort((a, b) => a - b);
  const images = `${counts.map(String).join(' or ')} image${counts.at(-1) === 1 ? '' : 's'}${run.batch > 1 ? ` in batches of ${String(run.batch)}` : ''}`;
  const masks = synthetic ? 'masks that a generator made, not a model' : 'the masks of the trace';
  const which = runs.some((one) => one.masks !== 'none') ? ` and ${masks}` : '';
  const unsure = Math.max(...runs.map(unsureShare));
  const stand = [...new Set(runs.map(({ approximation }) => approximation))].filter((text) => text !== undefined);
  const standIn = stand.length === 0 ? '' : ` Approximation: ${stand.join('; ')}.`;
  return `This rests on ${images}${which}; of the energy, up to ${(100 * unsure).toFixed(0)} % is priced by constants that are not measured.${standIn}`;
}

const machinesOf = (runs: readonly FitRun[]): string[] => [...new Set(runs.map(({ accelerator }) => accelerator))];

/** The fastest on each machine, where there are several. */
function byMachine(fit: readonly FitRun[]): string {
  const machines = machinesOf(fit);
  if (machines.length < 2) return '';
  const fastest = machines.map((name) => {
    const own = fit.filter(({ accelerator }) => accelerator === name);
    return own.length === 1 ? undefined : runName(least(own, timeOf));
  });
  const named = fastest.filter((name) => name !== undefined);
  return named.length === 0 ? '' : ` The fastest of each machine: ${named.join(', ')}.`;
}

/** What a run costs and how good it is, against what it is held against. */
function standing(run: FitRun, baseline: BaselineOf, fit: readonly FitRun[]): string {
  const base = baseline(run);
  return against(run, base) + quality(run, base, fit);
}

/** How the best scheme that reads masks stands on each machine; nothing where it has been said. */
function maskedByMachine(fit: readonly FitRun[], baseline: BaselineOf, said: readonly FitRun[]): string {
  const masked = fit.filter(({ masks }) => masks !== 'none');
  const best = machinesOf(masked)
    .map((name) =>
      least(
        masked.filter(({ accelerator }) => accelerator === name),
        timeOf,
      ),
    )
    .filter((run) => !said.includes(run));
  if (best.length === 0) return '';
  const stand = best.map((run) => runName(run) + standing(run, baseline, fit));
  const where = machinesOf(fit).length === 1 ? '' : ' on each machine';
  return ` The fastest with masks${where}: ${stand.join('; ')}.`;
}

/** Of the runs of one network: two sentences. */
function headline(fit: readonly FitRun[], baseline: BaselineOf): string {
  const fastest = least(fit, timeOf);
  if (fit.length === 1) {
    const time = withUnit(timeOf(fastest), siScale(timeOf(fastest), 's', 1e-9));
    return `${runName(fastest)} takes ${time} an image${quality(fastest, undefined, fit)}.`;
  }
  const frugal = least(fit, energyOf);
  const both = frugal === fastest ? ' and takes the least energy' : '';
  const less =
    frugal === fastest ? '' : `; the least energy takes ${runName(frugal)}${standing(frugal, baseline, fit)}`;
  const first = `${runName(fastest)} is the fastest${both}${standing(fastest, baseline, fit)}${less}.`;
  return first + maskedByMachine(fit, baseline, [fastest, frugal]);
}

/** What is behind it. */
function behind(fit: readonly FitRun[], baseline: BaselineOf): string {
  const fastest = least(fit, timeOf);
  const none = fit.length > 1 && fit.every((run) => baseline(run) === undefined);
  return `${largestLoss(fastest, fit.length === 1)}${byMachine(fit)}${none ? ' What ratios would be to does not fit.' : ''}`;
}

/** A paragraph of a verdict: text, or markup. */
export type Said = string | Html;

/** Which run wins on each network, by how much, how accurate it is, what it still loses, and what all that rests on: paragraphs. */
export function verdict(runs: readonly Run[], baseline: BaselineOf): Said[] {
  const fit = runs.filter(isFit);
  if (fit.length === 0) return [html`Nothing fits: <a href="#${unfitId}">what each run would need</a> stands below.`];
  const networks = [...new Set(fit.map(({ network }) => network))];
  if (networks.length === 1)
    return [headline(fit, baseline), `${behind(fit, baseline)} ${assumptionsOf(fit)}${unjudged(fit)}`];
  const won = networks.map((name) => {
    const own = fit.filter(({ network }) => network === name);
    return `${name}: ${headline(own, baseline)} ${behind(own, baseline)}`;
  });
  return [...won, assumptionsOf(fit) + unjudged(fit)];
}
