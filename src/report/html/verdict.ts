import { isFit, type FitRun, type Run } from '../../result.js';
import { unsureShare } from '../provenance-table.js';
import type { BaselineOf } from '../table.js';

const timeOf = ({ totals }: FitRun): number => totals.timeNs;
const energyOf = ({ totals }: FitRun): number => totals.energyPj['total']!;

/** `region:2@50 on region`. */
export function runName({ scheme, accelerator }: Pick<Run, 'scheme' | 'accelerator'>): string {
  return `${scheme} on ${accelerator}`;
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
  if (base === undefined || base === run) return '';
  const faster = timeOf(base) / timeOf(run);
  const energy = energyOf(run) / energyOf(base);
  const speed = faster >= 1 ? `${times(faster)} as fast as` : `${times(1 / faster)} slower than`;
  return `, ${speed} ${runName(base)}, with ${times(energy)} its energy`;
}

function assumptionsOf(runs: readonly FitRun[]): string {
  const [run] = runs as readonly [FitRun];
  const synthetic = runs.some(({ masks }) => masks === 'synthetic');
  const images = `${String(run.images)} image${run.images === 1 ? '' : 's'}`;
  const masks = synthetic ? 'masks that a generator made, not a model' : 'the masks of the trace';
  const which = runs.some((one) => one.masks !== 'none') ? ` and ${masks}` : '';
  const unsure = Math.max(...runs.map(unsureShare));
  const stand = [...new Set(runs.map(({ approximation }) => approximation))].filter((text) => text !== undefined);
  const standIn = stand.length === 0 ? '' : ` Approximation: ${stand.join('; ')}.`;
  return `This rests on ${images}${which}; of the energy, up to ${(100 * unsure).toFixed(0)} % is priced by constants that are not measured.${standIn}`;
}

/** Which run wins, by how much, what it still loses, and what that rests on: sentences. */
export function verdict(runs: readonly Run[], baseline: BaselineOf): string[] {
  const fit = runs.filter(isFit);
  if (fit.length === 0) return ['Nothing fits: the table below says what each run would need.'];
  const fastest = least(fit, timeOf);
  const frugal = least(fit, energyOf);
  const first = `${runName(fastest)} is the fastest${frugal === fastest ? ' and takes the least energy' : ''}${against(fastest, baseline(fastest))}.`;
  const second =
    frugal === fastest ? '' : ` ${runName(frugal)} takes the least energy${against(frugal, baseline(frugal))}.`;
  const alone =
    fit.length === 1 ? `${runName(fastest)} takes ${(timeOf(fastest) / 1e6).toPrecision(4)} ms an image.` : '';
  return [`${alone === '' ? first + second : alone} ${largestLoss(fastest)}`, assumptionsOf(fit)];
}
