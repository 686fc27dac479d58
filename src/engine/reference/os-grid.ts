import type { ActivationPacket, WeightPacket } from './operand.js';
import type { Pe } from './pe.js';
import type { Share, Window } from './windows.js';

/** A fold as the tokens of its operands know it. */
export interface OsFold {
  readonly index: number;
  readonly windows: Share<Window>;
  /** Places in the group's filters. */
  readonly filters: Share<number>;
}

/** An operand on its way: step `step` of a fold. */
export interface Token<T> {
  readonly packet: T;
  readonly step: number;
  readonly fold: OsFold;
}

/**
 * What the edges feed, by row and by column, over all folds of the stream one after another. A fold that does not
 * reach a row or column feeds nothing there: `undefined` as long as it lasts.
 */
export interface OsStreams {
  readonly steps: number;
  readonly activations: readonly (readonly (Token<ActivationPacket> | undefined)[])[];
  readonly weights: readonly (readonly (Token<WeightPacket> | undefined)[])[];
}

/** Output-stationary PEs; every one knows which packets will ever come. */
export interface OsGrid {
  readonly pes: readonly (readonly Pe[])[];
  readonly streams: OsStreams;
  /** Lets a PE begin with the two operands that have met in it. */
  start(pe: Pe, activation: Token<ActivationPacket>, weight: Token<WeightPacket>): void;
  /** One cycle of a PE; results whose last packet ends go to the second accumulator or wait for the drain. */
  tick(pe: Pe, wait?: 'operand' | 'room'): void;
  /** Whether all packets of all PEs are done. */
  finished(): boolean;
}
