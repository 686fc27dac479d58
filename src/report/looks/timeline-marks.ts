/** What a mark shows: the array's two states, what a transfer carries or a wait is for, or a half of a buffer that holds something. */
export const markKinds = ['compute', 'wait', 'inputs', 'weights', 'sums', 'store', 'regions', 'copy', 'held'] as const;
export type MarkKind = (typeof markKinds)[number];

/** Something that takes time on a row, in cycles from the start of the layer. Pieces of a row are apart and in order. */
export interface Piece {
  readonly kind: MarkKind;
  readonly start: number;
  readonly end: number;
}

/** A piece that is drawn as it is, or a run of short ones; `cycles` by kind sum to the busy time between start and end. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly { readonly kind: MarkKind; readonly cycles: number }[];
  /** Pieces in it. */
  readonly pieces: number;
}

/** Marks of every row, and what was merged into runs so that they are few. */
export interface Marks {
  readonly rows: readonly (readonly Mark[])[];
  /** Pieces of fewer cycles were merged with their neighbours. */
  readonly shortest: number;
  /** Pieces that are in runs. */
  readonly merged: number;
}

/** A run is as long as so many of the shortest pieces that are drawn alone. */
const runLength = 4;

function markOf(run: readonly Piece[]): Mark {
  const cycles = new Map<MarkKind, number>();
  for (const { kind, start, end } of run) cycles.set(kind, (cycles.get(kind) ?? 0) + end - start);
  const parts = markKinds.flatMap((kind) => {
    const own = cycles.get(kind);
    return own === undefined ? [] : [{ kind, cycles: own }];
  });
  return { start: run[0]!.start, end: run.at(-1)!.end, parts, pieces: run.length };
}

/**
 * Pieces of fewer than `shortest` cycles that stand closer together than that become runs of at most four times as many cycles. Nothing
 * is left out: a run has the time of everything in it.
 */
export function marksOf(pieces: readonly Piece[], shortest: number): Mark[] {
  const marks: Mark[] = [];
  let run: Piece[] = [];
  const flush = (): void => {
    if (run.length > 0) marks.push(markOf(run));
    run = [];
  };
  for (const piece of pieces) {
    const short = piece.end - piece.start < shortest;
    const last = run.at(-1);
    const joins =
      short &&
      last !== undefined &&
      piece.start - last.end < shortest &&
      piece.end - run[0]!.start <= runLength * shortest;
    if (!joins) flush();
    run.push(piece);
    if (!short) flush();
  }
  flush();
  return marks;
}

/** Parts that are drawn. */
export function drawnParts(rows: readonly (readonly Mark[])[]): number {
  return rows.reduce((sum, marks) => sum + marks.reduce((own, { parts }) => own + parts.length, 0), 0);
}

/** Merges pieces shorter than `shortest` cycles, and longer ones until at most `most` parts are drawn. `shortest` is above 0. */
export function fewMarks(rows: readonly (readonly Piece[])[], shortest: number, most: number): Marks {
  const marks = rows.map((pieces) => marksOf(pieces, shortest));
  if (drawnParts(marks) > most) return fewMarks(rows, 2 * shortest, most);
  const runs = marks.flat().filter(({ pieces }) => pieces > 1);
  return { rows: marks, shortest, merged: runs.reduce((sum, { pieces }) => sum + pieces, 0) };
}
