/** A sum of doubles without rounding, in units of 2⁻¹⁰⁷⁴: whatever the order in which they are added, it is the same. */
export type ExactSum = bigint;

const UNIT_EXPONENT = 1074;
const MANTISSA_BITS = 52;
const view = new DataView(new ArrayBuffer(8));

/** A finite double in units of 2⁻¹⁰⁷⁴. */
export function exact(x: number): ExactSum {
  if (!Number.isFinite(x)) throw new RangeError(`${String(x)} is not a finite number`);
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> BigInt(MANTISSA_BITS));
  const fraction = bits & (2n ** BigInt(MANTISSA_BITS) - 1n);
  const magnitude = exponent === 0 ? fraction : (fraction | (1n << BigInt(MANTISSA_BITS))) << BigInt(exponent - 1);
  return x < 0 ? -magnitude : magnitude;
}

/** The double nearest to sum / count (ties to even; results below 2⁻¹⁰²² may be off by their last bit), 0 for a count of 0. `count` is a safe integer. */
export function exactMean(sum: ExactSum, count: number): number {
  if (count === 0 || sum === 0n) return 0;
  const magnitude = sum < 0n ? -sum : sum;
  const divisor = BigInt(count);
  // A quotient of at least 64 bits, whose last one says whether anything follows, rounds as the whole does.
  const shift = Math.max(0, 64 + divisor.toString(2).length - magnitude.toString(2).length);
  const shifted = magnitude << BigInt(shift);
  const quotient = shifted / divisor;
  const sticky = quotient * divisor === shifted ? quotient : quotient | 1n;
  const mean = scaledDown(sticky, shift + UNIT_EXPONENT);
  return sum < 0n ? -mean : mean;
}

/** value / 2^bits as the nearest double, of a value of at least 64 bits or one that is exact. */
function scaledDown(value: bigint, bits: number): number {
  // Doubles end at 2¹⁰²⁴: what is larger is cut to 64 bits first, and keeps a last bit for what is lost.
  const excess = Math.max(0, value.toString(2).length - 64);
  const head = value >> BigInt(excess);
  const kept = head << BigInt(excess) === value ? head : head | 1n;
  const exponent = excess - bits;
  // Two steps, neither of which leaves the range of doubles unless the result does.
  const half = Math.trunc(exponent / 2);
  return Number(kept) * 2 ** half * 2 ** (exponent - half);
}
