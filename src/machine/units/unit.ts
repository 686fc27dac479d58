import type { Precision } from '../../core/precision.js';
import type { Fit } from '../../core/unfit.js';

/** Equal multipliers of a MAC unit. */
export interface Multipliers {
  readonly count: number;
  /** Width of the widest operands of one of them. */
  readonly bits: number;
  /** Smallest width that it can be split into, where it fuses smaller products in space. */
  readonly finest?: number;
}

/** Bits of adders, of a shifter, of registers and of AND gates. */
export interface UnitLogic {
  readonly adderBits: number;
  readonly shifterBits: number;
  readonly registerBits: number;
  readonly gateBits: number;
}

/** What a MAC unit is made of; the cost layer prices this, not the unit's name. */
export interface UnitComposition {
  /** All of them work in every busy cycle. */
  readonly multipliers: readonly Multipliers[];
  /** Logic beside the multipliers that works in every busy cycle; absent where their synthesis has it. */
  readonly logic?: UnitLogic;
  /** Products are shifted and added over several cycles, which takes a shifter and a wide register per multiplier. */
  readonly shiftAdd: boolean;
}

/** What members of one precision cost. */
export interface PacketLaw {
  /** Channels of one tap become `units` pieces of work, any of which takes `cycles` on one MAC unit. */
  work(channels: number): { readonly units: number; readonly cycles: number };
  /** Cycles that each such member of a packet takes one after another, beside all others: outliers. */
  readonly serial: number;
}

/** A MAC unit: how many cycles one packet of operands takes. */
export interface MacUnit {
  /** As written in an accelerator file: `temporal(4)`. */
  readonly spec: string;
  readonly composition: UnitComposition;
  /** Channels of one packet. */
  readonly lanes: number;
  /** Why it cannot work in a `reduce` array; undefined where it can. */
  readonly notReduce?: string;
  /**
   * What a precision costs, or why the unit cannot compute it. A packet of n ≤ lanes members takes the most that any
   * member's level takes for n, `units · cycles`, and no less than the serial cycles of its members together.
   */
  law(precision: Precision): Fit<PacketLaw>;
}

/** A law whose packets of up to `lanes` channels all take `cycles`. */
export function fullPackets(lanes: number, cycles: number): PacketLaw {
  return { work: (channels) => ({ units: Math.ceil(channels / lanes), cycles }), serial: 0 };
}
