import { cut, worth } from '../../core/low-bits.js';
import type { Precision } from '../../core/precision.js';

/** One activation on its way through the array: an integer already cut to its level's bits, and that level. */
export interface Activation {
  readonly value: number;
  readonly precision: Precision;
}

/** What a PE consumes as one step: up to L channels of one tap. */
export type ActivationPacket = readonly Activation[];

/** The weights that a packet meets, signed integers of full width: they are cut to the bits of the activation that each one meets. */
export type WeightPacket = readonly number[];

/** A member of a packet and its weight, inside a MAC unit. */
export interface Lane extends Activation {
  readonly weight: number;
  /** What a product of the cut operands is worth. */
  readonly scale: number;
}

/** The operands of a packet as they stand in the lanes of a MAC unit. */
export function meet(activations: ActivationPacket, weights: WeightPacket, full: Precision): Lane[] {
  if (activations.length !== weights.length) throw new Error('a packet met weights of another size');
  return activations.map(({ value, precision }, i) => {
    const { activationBits, weightBits } = precision;
    const scale = worth(full.activationBits, activationBits) * worth(full.weightBits, weightBits);
    return { value, precision, weight: cut(weights[i]!, full.weightBits, weightBits, true), scale };
  });
}

/**
 * Digit i, least significant first, of an integer of `bits` bits in digits of b bits; the last one carries the sign, if
 * there is one, and those beyond it are 0.
 */
export function digit(value: number, bits: number, b: number, i: number): number {
  const shift = i * b;
  if (shift >= bits) return 0;
  const rest = value >> shift;
  return shift + b < bits ? rest & ((1 << b) - 1) : rest;
}
