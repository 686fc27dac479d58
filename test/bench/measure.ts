import { performance } from 'node:perf_hooks';
import { median, type Candidate, type Effort, type Prepared } from './scenario.js';

/** A ratio in every round. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** What was measured of a candidate. */
export interface Figure {
  /** Milliseconds per image, or per run: the median of the rounds. */
  readonly ms: number;
  /** Of the fastest round. */
  readonly best: number;
  /** To the base, round by round; of the base itself 1. */
  readonly ratio: Spread;
  /** Memory of a process of its own, in MB. */
  readonly peakMb?: number;
}

export type Figures = Readonly<Record<string, Figure>>;

/** Results go here, so that no run can be left out for having none. */
export const results: unknown[] = [undefined];

/** Milliseconds of so many runs, without what precedes each of them. */
async function time({ next, run }: Candidate, times: number): Promise<number> {
  let total = 0;
  for (let i = 0; i < times; i++) {
    next?.();
    const begin = performance.now();
    const result = run();
    results[0] = result instanceof Promise ? await result : result;
    total += performance.now() - begin;
  }
  return total;
}

/** Runs a candidate until it has run for so long, and says how often it must run to take `leastMs`. */
async function warmUp(candidate: Candidate, { leastMs, warmUpMs }: Effort): Promise<number> {
  if (warmUpMs === 0) return 1;
  let [total, last, runs] = [0, 0, 0];
  while (total < warmUpMs || runs < 2) {
    last = await time(candidate, 1);
    total += last;
    runs++;
  }
  return Math.max(1, Math.ceil(leastMs / Math.max(last, 1e-3)));
}

/**
 * Measures all candidates in turn, A, B, A, B …, so that whatever slows the machine down for a while slows all of them
 * down: only their ratios within a round are compared.
 */
export async function measure({ candidates, base }: Prepared, effort: Effort): Promise<Figures> {
  const times: number[] = [];
  for (const candidate of candidates) times.push(await warmUp(candidate, effort));
  const perImage = candidates.map((): number[] => []);
  for (let round = 0; round < effort.rounds; round++)
    for (const [i, candidate] of candidates.entries())
      perImage[i]!.push((await time(candidate, times[i]!)) / (times[i]! * candidate.images));
  const baseTimes = perImage[candidates.findIndex(({ name }) => name === base)]!;
  return Object.fromEntries(
    candidates.map(({ name, peakMb }, i) => {
      const ratios = perImage[i]!.map((ms, round) => ms / baseTimes[round]!);
      const ratio = { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
      const memory = peakMb === undefined ? {} : { peakMb: peakMb() };
      return [name, { ms: median(perImage[i]!), best: Math.min(...perImage[i]!), ratio, ...memory }];
    }),
  );
}
