/** How long and how often things are measured. */
export interface Effort {
  readonly rounds: number;
  /** Least time of a candidate in a round, in ms: what is shorter runs several times. */
  readonly leastMs: number;
  /** Least time of running a candidate before the first round, in ms. */
  readonly warmUpMs: number;
}

/** One of the things that a scenario compares. */
export interface Candidate {
  readonly name: string;
  /** Images of a network that a run counts; 1 where it counts something else. */
  readonly images: number;
  /** What a run needs that is not part of it; it gets an input of its own, so that nothing is remembered from the last. */
  readonly next?: () => void;
  readonly run: () => unknown;
  /** Memory that the last run took at most, in MB, where that is known. */
  readonly peakMb?: () => number;
}

/** What is to be measured, ready to run. */
export interface Prepared {
  readonly candidates: readonly Candidate[];
  /** The candidate that the others are held against: what nothing exact can do without, or what is as fast on every machine. */
  readonly base: string;
  /** The candidate that a profile is made of. */
  readonly main: string;
}

/** Something that takes time, in several ways. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What its runs count. */
  readonly unit: 'image' | 'fold' | 'run';
  /** Other than usual. */
  readonly effort?: Partial<Effort>;
  /** Ratios depend on what else the process has run, and are not compared with recorded ones. */
  readonly unsteady?: boolean;
  /** Too long to be run unless it is asked for. */
  readonly long?: boolean;
  readonly prepare: () => Promise<Prepared>;
}

/** The middle of an odd number of values, the mean of the two middle ones of an even number; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(half)]!;
  return (sorted[half - 1]! + sorted[half]!) / 2;
}
