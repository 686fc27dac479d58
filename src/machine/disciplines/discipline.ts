/** Service times of one fold: `rows` windows side by side, `steps` packets in time. */
export interface FoldServices {
  /** Windows in this fold, 1 … array rows. */
  readonly rows: number;
  /** Packets per window, K. */
  readonly steps: number;
  /** Step-major: services[k · rows + r] ≥ 1 is the service time of window r at step k. May be longer than needed. */
  readonly services: Int32Array;
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
  /** PE-cycles summed over the PEs that hold a window and a filter; with the idle PEs' they make up rows·cols·cycles. */
  busy: number;
  syncOperand: number;
  syncRoom: number;
  fillDrain: number;
}

/** Where a fold ends in the array. Rows and columns beyond those in use repeat the last window and compute nothing. */
export interface FoldExtent {
  /** Columns that the fold occupies in time, C'. */
  readonly cols: number;
  /** Columns that hold a filter, ≤ cols. */
  readonly usedCols: number;
}

/**
 * Who waits when neighbouring PEs work at different speeds. `time` looks at one fold that occupies `rows` ≥ fold.rows
 * array rows (those beyond repeat the last window: `edge: full`) and returns its timing for any number of columns.
 */
export interface Discipline {
  /** As written in an accelerator file: `elastic(4)`. */
  readonly spec: string;
  time(fold: FoldServices, rows: number): (extent: FoldExtent) => FoldTiming;
}

export function noTiming(): FoldTiming {
  return { cycles: 0, fill: 0, compute: 0, sync: 0, drain: 0, busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0 };
}

/** The service that all packets of a fold share, or undefined. */
export function commonService({ rows, steps, services }: FoldServices): number | undefined {
  const service = services[0]!;
  for (let i = 1; i < rows * steps; i++) if (services[i] !== service) return undefined;
  return service;
}
