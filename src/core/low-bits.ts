/** The largest integer of `bits` bits, with a sign or without. */
function largestOf(bits: number, signed: boolean): number {
  return 2 ** (signed ? bits - 1 : bits) - 1;
}

/**
 * A `full`-bit integer cut to its highest `bits` bits, rounded to nearest, ties up: hardware adds the highest bit that it drops. What would
 * then be beyond the largest integer of `bits` bits is that one; nothing gets below the smallest.
 */
export function cut(value: number, full: number, bits: number, signed: boolean): number {
  const dropped = full - bits;
  return Math.min((value + ((1 << dropped) >> 1)) >> dropped, largestOf(bits, signed));
}

/** What one step of an integer of `bits` bits is worth among integers of `full` bits. */
export function worth(full: number, bits: number): number {
  return 2 ** (full - bits);
}

/** @throws RangeError where one of the integers does not have that many bits, with a sign or without */
export function checkBits(values: Int32Array, bits: number, signed: boolean, what: string): void {
  const most = largestOf(bits, signed);
  const least = signed ? -most - 1 : 0;
  let i = 0;
  // Not `for … of`, which takes several times as long.
  while (i < values.length) {
    const value = values[i++]!;
    if (value < least || value > most)
      throw new RangeError(`${what} have ${String(value)}, not in ${String(least)} … ${String(most)}`);
  }
}
