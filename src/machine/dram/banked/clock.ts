import { ceilDiv, gcd } from '../../../core/numbers.js';

/** Times one clock's cycles in another's: rounded up, exact while the results are safe integers. */
export interface ClockRatio {
  /** Cycles of the part that have begun by the start of an accelerator's cycle, rounded up. */
  toPart(cycles: number): number;
  toAccelerator(cycles: number): number;
}

/** ⌈cycles · numerator / denominator⌉. */
function scaled(cycles: number, numerator: number, denominator: number): number {
  const product = cycles * numerator;
  if (Number.isSafeInteger(product)) return ceilDiv(product, denominator);
  const exact = BigInt(cycles) * BigInt(numerator);
  return Number((exact + BigInt(denominator) - 1n) / BigInt(denominator));
}

/**
 * @param tCK the part's clock period in ps, an integer.
 * @param clock of the accelerator in Hz, rounded to an integer.
 */
export function clockRatio(tCK: number, clock: number): ClockRatio {
  const picoseconds = 1e12;
  const hertz = Math.round(clock);
  // An accelerator's cycle is 10^12 / clock ps; the product of clock and tCK stays below 2^53 for the clocks that files allow.
  const common = gcd(picoseconds, hertz * tCK);
  const part = picoseconds / common;
  const accelerator = (hertz * tCK) / common;
  return {
    toPart: (cycles) => scaled(cycles, part, accelerator),
    toAccelerator: (cycles) => scaled(cycles, accelerator, part),
  };
}
