import { fitting, unfitting } from '../../core/unfit.js';
import { fullPackets, type MacUnit } from './unit.js';

/** A b × b-bit multiplier that takes one cycle for anything that fits into it: INT8 and INT16 systolic arrays. */
export function fixed(bits: number): MacUnit {
  return {
    spec: `fixed(${String(bits)})`,
    composition: { multipliers: [{ count: 1, bits }], shiftAdd: false },
    lanes: 1,
    law({ activationBits, weightBits }) {
      const demand = Math.max(activationBits, weightBits);
      if (demand <= bits) return fitting(fullPackets(1, 1));
      return unfitting({
        reason: `array.unit fixed(${String(bits)}) cannot multiply ${String(activationBits)}-bit activations by ${String(weightBits)}-bit weights`,
        demand,
        bound: bits,
        unit: 'bit',
        levers: [
          `--set array.unit='fixed(${String(demand)})'`,
          `--set array.unit='temporal(${String(bits)})'`,
          `a scheme of at most ${String(bits)} bits`,
        ],
      });
    },
  };
}
