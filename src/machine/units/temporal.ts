import { ceilDiv } from '../../core/numbers.js';
import { fitting } from '../../core/unfit.js';
import type { MacUnit } from './unit.js';

/**
 * A b × b-bit multiplier that composes wider products over time: ⌈a/b⌉ · ⌈w/b⌉ cycles. DRQ's PE is `temporal(4)`:
 * 4×4 bits take 1 cycle, 8×8 bits 4.
 */
export function temporal(bits: number): MacUnit {
  return {
    spec: `temporal(${String(bits)})`,
    composition: { multiplierBits: bits, shiftAdd: true },
    service: ({ activationBits, weightBits }) => fitting(ceilDiv(activationBits, bits) * ceilDiv(weightBits, bits)),
  };
}
