import { ceilDiv, clamp } from '../core/numbers.js';
import type { ArrayConfig } from '../machine/accelerator.js';

/** Bounds of a machine file on the sides and the PEs of an array. */
export const MAX_SIDE = 65_536;
export const MAX_PES = 2 ** 24;

/** Rows over columns may change by this factor, in either direction, for the sake of a closer area. */
export const ASPECT_TOLERANCE = 1.25;

export type ArraySize = Pick<ArrayConfig, 'rows' | 'cols'>;

/** What an array is resized to, and what keeps it from any size. */
export interface SizeRequest {
  readonly original: ArraySize;
  /** Rows come in multiples of this, which the original's rows are. */
  readonly rowStep: number;
  readonly target: number;
  /** Grows with rows and with columns; in the unit of `target`. */
  readonly areaOf: (size: ArraySize) => number;
}

/** The most columns that an array of so many rows can have. */
export function mostCols(rows: number): number {
  return Math.min(MAX_SIDE, Math.floor(MAX_PES / rows));
}

/** Both sides times `scale`, at least 1. */
function scaled({ rows, cols }: ArraySize, scale: number): ArraySize {
  return { rows: Math.max(1, Math.round(rows * scale)), cols: Math.max(1, Math.round(cols * scale)) };
}

/** The original grown or shrunk in proportion until its area is about the target. */
function inProportion({ original, target, areaOf }: SizeRequest): ArraySize {
  const { rows, cols } = original;
  let low = 1 / Math.max(rows, cols);
  let high = Math.min(Math.sqrt(MAX_PES / (rows * cols)), MAX_SIDE / Math.max(rows, cols));
  // The sides are integers of at most 17 bits: more halvings change nothing.
  for (let i = 0; i < 24; i++) {
    const middle = Math.sqrt(low * high);
    if (areaOf(scaled(original, middle)) <= target) low = middle;
    else high = middle;
  }
  return scaled(original, low);
}

/** The most columns whose area does not exceed the target, 0 where one already does. Gallops from a guess, then halves. */
function colsWithin({ target, areaOf }: SizeRequest, rows: number, guess: number): number {
  const most = mostCols(rows);
  let low = 0;
  let high = most + 1;
  for (let cols = clamp(guess, 1, most), stride = 1; low + 1 < high; stride *= 2) {
    if (areaOf({ rows, cols }) <= target) low = cols;
    else high = cols;
    if (high === most + 1) cols = Math.min(most, low + stride);
    else if (low === 0) cols = Math.max(1, high - stride);
    else cols = Math.floor((low + high) / 2);
  }
  return low;
}

/** How far a size is from what is wanted: the first number that differs decides, and less is better. */
function badness({ original, target, areaOf }: SizeRequest, size: ArraySize): number[] {
  const area = areaOf(size);
  // Parts in a billion: equal areas differ by the order of their sums.
  const off = Math.round((Math.abs(area - target) / target) * 1e9);
  const aspect = Math.abs(Math.log((size.rows * original.cols) / (size.cols * original.rows)));
  const beyond = Math.max(0, Math.round((aspect - Math.log(ASPECT_TOLERANCE)) * 1e9));
  return [beyond, off, area > target ? 1 : 0, Math.round(aspect * 1e9), size.rows];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i >= 0 && a[i]! < b[i]!;
}

/** The columns whose area is nearest, for one number of rows: fewer where two are equally near, 0 where even one is too many. */
function nearestCols(request: SizeRequest, rows: number, guess: number): number {
  const { target, areaOf } = request;
  const below = colsWithin(request, rows, guess);
  if (below === 0 || below === mostCols(rows)) return below;
  const above = below + 1;
  return target - areaOf({ rows, cols: below }) <= areaOf({ rows, cols: above }) - target ? below : above;
}

/** The smallest array that its rows allow. */
export function smallestSize({ rowStep }: SizeRequest): ArraySize {
  return { rows: rowStep, cols: 1 };
}

/**
 * The size whose area is nearest to the target. Every number of rows of which a column is within it has its nearest columns; of these sizes the one that is nearest is
 * taken among those whose aspect ratio is within a factor of {@link ASPECT_TOLERANCE} of the original's, or where there is none, among those
 * that come nearest to it. Of equally near ones the one that does not exceed the target, then the one whose aspect ratio is nearest,
 * then the one of fewer rows.
 */
export function nearestSize(request: SizeRequest): ArraySize {
  const { rowStep } = request;
  const about = inProportion(request);
  // Rows go with the root of the aspect ratio, which a whole column more or less changes where columns are few.
  const reach = Math.sqrt(ASPECT_TOLERANCE * (1 + 2 / about.cols));
  const first = Math.max(1, Math.floor((about.rows - 1) / reach / rowStep)) * rowStep;
  const last =
    Math.min(Math.floor(MAX_SIDE / rowStep), ceilDiv(Math.ceil((about.rows + 1) * reach), rowStep)) * rowStep;
  let best = smallestSize(request);
  let least = [Infinity];
  for (let rows = first; rows <= last; rows += rowStep) {
    const cols = nearestCols(request, rows, Math.round((about.rows * about.cols) / rows));
    if (cols === 0) continue;
    const size = { rows, cols };
    const bad = badness(request, size);
    if (isBetter(bad, least)) [best, least] = [size, bad];
  }
  return best;
}
