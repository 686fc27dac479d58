/** A number as it is: numerator / denominator, the denominator positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The decimal that stands for a finite number when it is written down: 0.06 is 6/100, although the nearest double is a little less. A number
 * with a short binary fraction, such as a sixteenth, is exactly itself.
 */
export function decimalFraction(x: number): Fraction {
  const match = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(x));
  if (match === null) throw new RangeError(`${String(x)} is not a finite number`);
  const [, whole = '0', decimals = '', exponent = '0'] = match;
  const digits = BigInt(whole + decimals);
  const shift = Number(exponent) - decimals.length;
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

/** ⌈a / b⌉ for a ≥ 0 and b > 0. */
export function ceilQuotient(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
