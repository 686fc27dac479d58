/** Bits that move between DRAM and one buffer, in whole bursts. */
export interface Transfer {
  readonly write: boolean;
  readonly bursts: number;
  /**
   * Where they are: first burst, number of bursts, first burst, …, in the order in which they move. Empty where the
   * model does not look at addresses; else the numbers sum to `bursts`.
   */
  readonly runs: readonly number[];
}

/** When a transfer leaves the channel to the next, and when its data are there; in cycles of the accelerator. */
export interface TransferTimes {
  readonly start: number;
  readonly free: number;
  readonly done: number;
}

/** What the DRAM did in a span of time: commands, and clock cycles of all its ranks by state. Zero in `bandwidth`. */
export interface DramActivity {
  activate: number;
  precharge: number;
  read: number;
  write: number;
  refresh: number;
  /** Cycles of the part's clock in which a rank has some bank open, or all closed; summed over the ranks of all channels. */
  activeCycles: number;
  prechargedCycles: number;
}

export function noActivity(): DramActivity {
  return { activate: 0, precharge: 0, read: 0, write: 0, refresh: 0, activeCycles: 0, prechargedCycles: 0 };
}

/** DRAM as one layer finds it: closed banks, nothing queued, cycle 0. Transfers come in order and each is served to its end. */
export interface DramSession {
  /** Serves a transfer that may start at `earliest`, an integer, and not before the one before is `free`. */
  transfer(transfer: Transfer, earliest: number): TransferTimes;
  /** What was done by cycle `end`, not before the last transfer is done: refreshes go on while nothing moves. */
  activity(end: number): DramActivity;
}

/** A kind of DRAM, bound to an accelerator's clock. */
export interface DramModel {
  readonly burstBits: number;
  /** Whether transfers need their runs. */
  readonly addressed: boolean;
  open(): DramSession;
}
