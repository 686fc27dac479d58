/** Keeps the highest `bits` of a `full`-bit integer, signed or not, as an integer of `bits` bits: what hardware does that drops low planes. */
export function cut(value: number, full: number, bits: number): number {
  return value >> (full - bits);
}

/** What one step of an integer of `bits` bits is worth among integers of `full` bits. */
export function worth(full: number, bits: number): number {
  return 2 ** (full - bits);
}
