import { isFit, type FitRun } from '../../result.js';

/** A measure of quality; more is better. */
export interface Judgement {
  /** For titles. */
  readonly short: string;
  /** For axes. */
  readonly what: string;
  readonly best: string;
  readonly unit: string;
  /** How many of the unit one of `value` is. */
  readonly base: number;
  /** Where it comes from. */
  readonly origin: string;
  readonly value: (run: FitRun) => number | undefined;
  readonly versus: (value: number, base: number) => string;
}

const signed = (value: number, digits: number, unit: string): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)} ${unit}`;

/** `−0.82 points`. */
export function pointsText(value: number, base: number): string {
  return signed(100 * (value - base), 2, 'points');
}

export const byAccuracy: Judgement = {
  short: 'accuracy',
  what: 'accuracy',
  best: 'Most accurate',
  unit: '%',
  base: 0.01,
  origin: 'accuracy as the trace states it',
  value: ({ accuracy }) => accuracy,
  versus: pointsText,
};

export const bySqnr: Judgement = {
  short: 'SQNR',
  what: 'SQNR of the network’s output against floating point',
  best: 'Nearest to floating point',
  unit: 'dB',
  base: 1,
  origin: 'SQNR as recorded; no accuracy is stated',
  value: ({ quality }) => quality?.sqnrDb,
  versus: (value, base) => signed(value - base, 1, 'dB'),
};

/** What runs are judged by: accuracy where it is known of `least` of them, else SQNR where that is. Never both: they are no one scale. */
export function judgementOf(
  runs: readonly FitRun[],
  least: number,
): { readonly by: Judgement; readonly judged: readonly FitRun[] } | undefined {
  for (const by of [byAccuracy, bySqnr]) {
    const judged = runs.filter((run) => isFit(run) && by.value(run) !== undefined);
    if (judged.length >= least) return { by, judged };
  }
  return undefined;
}
