/** ⌈a / b⌉ for non-negative safe integers a and positive b, exact. */
export function ceilDiv(a: number, b: number): number {
  const quotient = Math.floor(a / b);
  return quotient * b < a ? quotient + 1 : quotient;
}

/** More than a sum of shares is off by, and far less than any difference that a user can mean. */
const SHARE_ERROR = 1e-12;

/** `share` of `count` things, rounded half up (0.5 → 1), with shares such as 0.57 taken as the decimals they are. */
export function shareOf(share: number, count: number): number {
  return Math.floor((share + SHARE_ERROR) * count + 0.5);
}

/** Greatest common divisor of two positive safe integers. */
export function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** Bits that an index or level below `count` needs: 0 for one value, 1 for two, ⌈log2 count⌉. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : Math.ceil(Math.log2(count));
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The value at x on the line through two points on double-logarithmic paper. All numbers above 0; x0 and x1 differ. */
export function logLog(x: number, [x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): number {
  return y0 * (y1 / y0) ** (Math.log(x / x0) / Math.log(x1 / x0));
}
