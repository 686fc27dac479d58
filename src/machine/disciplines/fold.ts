/** Vectors of services [from, from + vectors) of a fold, one after another, `repeats` times over. */
export interface Segment {
  readonly from: number;
  readonly vectors: number;
  readonly repeats: number;
}

/**
 * Service times of one fold: `rows` rows side by side, `steps` packets (os) or windows (ws) in time. Many steps are alike,
 * so that the vectors of services are kept once and the segments say in which order they come.
 */
export interface FoldServices {
  /** Rows that the fold occupies in time, R'. */
  readonly rows: number;
  /** Rows with work, 1 … rows; those beyond repeat the last of them. */
  readonly usedRows: number;
  readonly steps: number;
  /** services[vector · rows + r] ≥ 1. May be longer than needed. */
  readonly services: Int32Array;
  /** Their vectors · repeats sum to `steps`. */
  readonly segments: readonly Segment[];
}

/** A fold whose services stay the same for all its stream items: `is`. */
export interface StationaryFold {
  readonly rows: number;
  readonly usedRows: number;
  readonly cols: number;
  readonly usedCols: number;
  /** services[r · cols + c] ≥ 1. */
  readonly services: Int32Array;
  /** Items that stream through, N. */
  readonly items: number;
}

/** Cycle counts of one fold without a serial drain, or of many folds summed. All integers ≥ 0. */
export interface FoldTiming {
  /** Duration of the fold: fill + compute + sync + drain. */
  cycles: number;
  /** First start of the PE that finishes last (ties: smallest row, then column). */
  fill: number;
  /** Sum of the services of that PE. */
  compute: number;
  /** Gaps between the services of that PE. */
  sync: number;
  /** What follows its last service until the fold has left. */
  drain: number;
  /** PE-cycles summed over the PEs that have work; with the idle PEs' they make up rows·cols·cycles. */
  busy: number;
  syncOperand: number;
  syncRoom: number;
  fillDrain: number;
}

/** Columns beyond those in use repeat the last one and compute nothing. */
export interface FoldExtent {
  /** Columns that the fold occupies in time, C'. */
  readonly cols: number;
  /** Columns that hold a filter, ≤ cols. */
  readonly usedCols: number;
}

/** Vectors that the segments of a fold refer to. */
export function vectorCount({ segments }: FoldServices): number {
  return segments.reduce((most, { from, vectors }) => Math.max(most, from + vectors), 0);
}

/** The service that all packets of a fold share, or undefined. */
export function commonService(fold: FoldServices): number | undefined {
  const { rows, services } = fold;
  const service = services[0]!;
  for (let i = vectorCount(fold) * rows - 1; i > 0; i--) if (services[i] !== service) return undefined;
  return service;
}

/** Σ_k s(r, k) for every row of a fold. */
export function serviceSums({ rows, services, segments }: FoldServices): Float64Array {
  const sums = new Float64Array(rows);
  for (const { from, vectors, repeats } of segments)
    for (let i = from * rows, end = i + vectors * rows; i < end;)
      for (let r = 0; r < rows; r++, i++) sums[r]! += services[i]! * repeats;
  return sums;
}

/** The vector of every step, in order. */
export function vectorsInOrder({ steps, segments }: FoldServices): Int32Array {
  const order = new Int32Array(steps);
  let k = 0;
  for (const { from, vectors, repeats } of segments)
    for (let n = 0; n < repeats; n++) for (let v = 0; v < vectors; v++) order[k++] = from + v;
  return order;
}

/** Segments of vectors that stand one after another, each run of equal ones taken together. */
export function runsOf(rows: number, steps: number, services: Int32Array): Segment[] {
  const segments: { from: number; vectors: number; repeats: number }[] = [];
  let run: { from: number; vectors: number; repeats: number } | undefined;
  for (let k = 0; k < steps; k++) {
    let same = run !== undefined;
    for (let r = 0, a = k * rows, b = (run?.from ?? 0) * rows; same && r < rows; r++)
      same = services[a + r] === services[b + r];
    if (same) run!.repeats++;
    else segments.push((run = { from: k, vectors: 1, repeats: 1 }));
  }
  return segments;
}
