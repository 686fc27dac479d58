import { ceilDiv } from '../../core/numbers.js';
import { fitting } from '../../core/unfit.js';
import { fullPackets, type MacUnit } from './unit.js';

/**
 * A b × b-bit multiplier that composes wider products over time: ⌈a/b⌉ · ⌈w/b⌉ cycles. DRQ's PE is `temporal(4)`:
 * 4×4 bits take 1 cycle, 8×8 bits 4.
 */
export function temporal(bits: number): MacUnit {
  return {
    spec: `temporal(${String(bits)})`,
    composition: { multipliers: [{ count: 1, bits }], shiftAdd: true },
    lanes: 1,
    law: ({ activationBits, weightBits }) =>
      fitting(fullPackets(1, ceilDiv(activationBits, bits) * ceilDiv(weightBits, bits))),
  };
}
