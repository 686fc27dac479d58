import { ceilDiv } from '../../core/numbers.js';
import { fitting } from '../../core/unfit.js';
import type { MacUnit } from './unit.js';

/** The next width that digits of `min` bits compose to by doubling. */
function supported(bits: number, min: number): number {
  let width = min;
  while (width < bits) width *= 2;
  return width;
}

/**
 * Bit Fusion's fusion unit (Sharma et al., ISCA 2018): (max/min)² multipliers of `min` bits that fuse in space. Widths are
 * rounded up to min · 2^i, and p = max² / (ā · w̄) channels pass per cycle, so that n channels take ⌈n/p⌉ cycles.
 */
export function spatial(max: number, min: number): MacUnit {
  return {
    spec: `spatial(${String(max)},${String(min)})`,
    composition: { multipliers: [{ count: 1, bits: max, finest: min }], shiftAdd: false },
    lanes: (max / min) ** 2,
    law({ activationBits, weightBits }) {
      const share = supported(activationBits, min) * supported(weightBits, min);
      return fitting({ work: (channels) => ({ units: ceilDiv(channels * share, max * max), cycles: 1 }), serial: 0 });
    },
  };
}
