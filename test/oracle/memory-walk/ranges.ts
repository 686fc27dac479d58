export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The numbers of a range, one by one. */
export function* range(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield i;
}

/** A range cut into pieces of `size`; the last one is what remains. */
export function folds({ from, to }: Range, size: number): Range[] {
  const cut: Range[] = [];
  for (let start = from; start < to; start += size) cut.push({ from: start, to: Math.min(to, start + size) });
  return cut;
}

/** Bits that tell this many things apart. */
export function bitsToTell(things: number): number {
  let bits = 0;
  while (2 ** bits < things) bits++;
  return bits;
}

/** Combinations of a number of each range, counted one by one. */
export function countTogether([first, ...others]: readonly Range[]): number {
  if (first === undefined) return 1;
  let count = 0;
  for (let i = first.from; i < first.to; i++) count += countTogether(others);
  return count;
}
