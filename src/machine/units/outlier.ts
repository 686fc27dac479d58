import { MAX_BITS } from '../../core/precision.js';
import { fitting, unfitting } from '../../core/unfit.js';
import type { MacUnit } from './unit.js';

/**
 * OLAccel (Park et al., ISCA 2018): `lanes` multipliers of b bits take the packet's ordinary members in one cycle, and one
 * wide multiplier beside them its outliers, activations of more than b bits, one per cycle: max(1, outliers).
 */
export function outlier(bits: number, lanes: number): MacUnit {
  const spec = `outlier(${String(bits)},${String(lanes)})`;
  return {
    spec,
    composition: {
      multipliers: [
        { count: lanes, bits },
        { count: 1, bits: MAX_BITS },
      ],
      shiftAdd: false,
    },
    lanes,
    notReduce: 'it counts outliers per packet, and there a whole tap is one item',
    law({ activationBits, weightBits }) {
      if (weightBits > bits)
        return unfitting({
          reason: `array.unit ${spec} has wide activations but no wide weights, and cannot multiply by ${String(weightBits)}-bit weights`,
          demand: weightBits,
          bound: bits,
          unit: 'bit',
          levers: [
            `--set array.unit='outlier(${String(weightBits)},${String(lanes)})'`,
            `a scheme of at most ${String(bits)}-bit weights`,
          ],
        });
      return fitting({ work: () => ({ units: 1, cycles: 1 }), serial: activationBits > bits ? 1 : 0 });
    },
  };
}
