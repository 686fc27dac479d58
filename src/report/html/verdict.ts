import { isFit, type FitRun, type Run } from '../../result.js';
import { unsureShare } from '../provenance-table.js';
import type { BaselineOf } from '../table.js';

const timeOf = ({ totals }: FitRun): number => totals.timeNs;
const energyOf = ({ totals }: FitRun): number => totals.energyPj['total']!;

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
function largestLoss({ totals }: FitRun): string {
  const total = totals.cycles['total']!;
  const causes = [
    ['neighbours that wait for each other (sync)', totals.cycles['sync'] ?? 0],
    ['memory', totals.cycles['memory'] ?? 0],
    ['filling and draining the array', (totals.cycles['fill'] ?? 0) + (totals.cycles['drain'] ?? 0)],
  ] as const;
  const [cause, cycles] = causes.reduce((most, one) => (one[1] > most[1] ? one : most));
  if (cycles === 0) return 'It loses no cycle to waiting.';
  return `Of its cycles ${((100 * cycles) / total).toFixed(0)} % go to ${cause}.`;
}

function against(run: FitRun, base: FitRun | undefined): string {
  if (base === run) return ' (it is what ratios are to)';
  if (base === undefined) return '';
  const faster = timeOf(base) / timeOf(run);
  const energy = energyOf(run) / energyOf(base);
  const speed = faster >= 1 ? `${times(faster)} as fast as` : `${times(1 / faster)} slower than`;
  return `, ${speed} ${runName(base)}, with ${times(energy)} its energy`;
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

/** The fastest on each machine, where there are several. */
function byMachine(fit: readonly FitRun[]): string {
  const machines = [...new Set(fit.map(({ accelerator }) => accelerator))];
  if (machines.length < 2) return '';
  const fastest = machines.map((name) => {
    const own = fit.filter(({ accelerator }) => accelerator === name);
    return own.length === 1 ? undefined : `${least(own, timeOf).scheme} on ${name}`;
  });
  const named = fastest.filter((name) => name !== undefined);
  return named.length === 0 ? '' : ` The fastest of each machine: ${named.join(', ')}.`;
}

/** Of the runs of one network. */
function winners(fit: readonly FitRun[], baseline: BaselineOf): string {
  const fastest = least(fit, timeOf);
  if (fit.length === 1)
    return `${runName(fastest)} takes ${(timeOf(fastest) / 1e6).toPrecision(4)} ms an image. ${largestLoss(fastest)}`;
  const frugal = least(fit, energyOf);
  const both = frugal === fastest ? ' and takes the least energy' : '';
  const first = `${runName(fastest)} is the fastest${both}${against(fastest, baseline(fastest))}.`;
  const second =
    frugal === fastest ? '' : ` ${runName(frugal)} takes the least energy${against(frugal, baseline(frugal))}.`;
  const without = fit.every((run) => baseline(run) === undefined) ? ' What ratios would be to does not fit.' : '';
  return `${first}${second}${without} ${largestLoss(fastest)}${byMachine(fit)}`;
}

/** Which run wins on each network, by how much, what it still loses, and what that rests on: sentences. */
export function verdict(runs: readonly Run[], baseline: BaselineOf): string[] {
  const fit = runs.filter(isFit);
  if (fit.length === 0) return ['Nothing fits: below stands what each run would need.'];
  const networks = [...new Set(fit.map(({ network }) => network))];
  const won = networks.map((name) => {
    const text = winners(
      fit.filter(({ network }) => network === name),
      baseline,
    );
    return networks.length === 1 ? text : `${name}: ${text}`;
  });
  const judged = fit.some(({ accuracy }) => accuracy !== undefined);
  const quality = judged ? '' : ' How accurate the schemes are is not known here, and not weighed.';
  return [...won, assumptionsOf(fit) + quality];
}
