/** Equal parts of something, and how many there are of them. */
export interface Piece {
  readonly size: number;
  readonly count: number;
}

/** 0 … total − 1 cut into pieces of `size` ≤ total; the last one is what remains. */
export function piecesOf(total: number, size: number): Piece[] {
  const count = Math.floor(total / size);
  const whole = { size, count };
  const rest = total - count * size;
  return rest === 0 ? [whole] : [whole, { size: rest, count: 1 }];
}

/** Every piece of one dimension with every piece of another. */
export function crossed(a: readonly Piece[], b: readonly Piece[]): Piece[] {
  const pieces: Piece[] = [];
  for (const x of a) for (const y of b) pieces.push({ size: x.size * y.size, count: x.count * y.count });
  return pieces;
}

/** Pieces along an array side: whole sides, and what remains of each piece. */
export function foldsOf(pieces: readonly Piece[], side: number): Piece[] {
  let whole = 0;
  const rests = new Map<number, number>();
  for (const { size, count } of pieces) {
    whole += Math.floor(size / side) * count;
    const rest = size % side;
    if (rest > 0) rests.set(rest, (rests.get(rest) ?? 0) + count);
  }
  const folds = [...rests].map(([size, count]) => ({ size, count }));
  return whole > 0 ? [{ size: side, count: whole }, ...folds] : folds;
}

/** Σ count. */
export function countOf(pieces: readonly Piece[]): number {
  let count = 0;
  for (const piece of pieces) count += piece.count;
  return count;
}
