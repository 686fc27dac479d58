import type { Precision } from '../../core/precision.js';
import type { Fit } from '../../core/unfit.js';

/** What a MAC unit is made of; the cost layer prices this, not the unit's name. */
export interface UnitComposition {
  /** Width of the multiplier that works in every busy cycle. */
  readonly multiplierBits: number;
  /** Products are shifted and added over several cycles, which takes a shifter and a wide register per unit. */
  readonly shiftAdd: boolean;
}

/** A MAC unit: how many cycles one packet of operands takes at a precision. */
export interface MacUnit {
  /** As written in an accelerator file: `temporal(4)`. */
  readonly spec: string;
  readonly composition: UnitComposition;
  /** Cycles for one packet at this precision, ≥ 1, or why the unit cannot compute it. */
  service(precision: Precision): Fit<number>;
}
