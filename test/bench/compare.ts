import type { HistoryLine } from './history.js';

/** A ratio that is worse by more than this has become worse. */
export const TOLERANCE = 0.15;

/** A candidate whose ratio to its base has become worse. */
export interface Regression {
  readonly scenario: string;
  readonly candidate: string;
  readonly before: number;
  readonly now: number;
  /** When `before` was measured. */
  readonly date: string;
}

/** Scenarios of a run that no earlier one on a CPU of the same model has measured. */
export function unrecorded(history: readonly HistoryLine[], run: HistoryLine): string[] {
  const known = new Set(
    history.filter(({ cpu }) => cpu === run.cpu).flatMap(({ scenarios }) => Object.keys(scenarios)),
  );
  return Object.keys(run.scenarios).filter((scenario) => !known.has(scenario));
}

/**
 * Ratios of a run that are more than {@link TOLERANCE} above the last ones recorded on a CPU of the same model, each scenario's
 * own last ones, and that no round overlaps with: a run need not have measured all of them. Milliseconds are not compared, since other work slows them down.
 */
export function regressions(history: readonly HistoryLine[], run: HistoryLine): Regression[] {
  const comparable = history.filter(({ cpu }) => cpu === run.cpu);
  return Object.entries(run.scenarios).flatMap(([scenario, figures]) =>
    Object.entries(figures).flatMap(([candidate, { ratio }]): Regression[] => {
      const last = comparable.findLast(({ scenarios }) => scenarios[scenario]?.[candidate] !== undefined);
      const before = last?.scenarios[scenario]?.[candidate]?.ratio;
      if (last === undefined || before === undefined) return [];
      if (ratio.median <= before.median * (1 + TOLERANCE) || ratio.least <= before.most) return [];
      return [{ scenario, candidate, before: before.median, now: ratio.median, date: last.date }];
    }),
  );
}
