import type { Range } from '../mapping/tiling.js';
import { depthsOf, type ElementBits } from './stored.js';

/** One plane of some channels of one image: which of its elements have it. */
export interface Plane {
  /** The width that an element has with this plane and those below. */
  readonly width: number;
  /** Bits of the plane per element. */
  readonly depth: number;
  /** Elements on every pixel, where all have it. */
  readonly perPixel?: number;
  /** Elsewhere: elements before each column, [height, width + 1]. */
  readonly before?: Int32Array;
}

/** Elements of [from, to) before each column of each row that are at least `width` bits wide. */
function elementsBefore(bits: ElementBits & { uniform: false }, width: number, size: Size, { from, to }: Range) {
  const line = size.width + 1;
  const before = new Int32Array(size.height * line);
  const area = size.height * size.width;
  const shared = bits.channels === 1;
  const times = shared ? to - from : 1;
  for (let c = shared ? 0 : from; c < (shared ? 1 : to); c++)
    for (let y = 0, i = c * area; y < size.height; y++)
      for (let x = 0, at = y * line + 1; x < size.width; x++, i++, at++)
        if (bits.bits[i]! >= width) before[at]! += times;
  for (let y = 0; y < size.height; y++)
    for (let x = 1, at = y * line + 1; x < line; x++, at++) before[at]! += before[at - 1]!;
  return before;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * The planes of a range of channels (docs/memory-model.md); `widths` are ascending, and no element is wider than the
 * last or narrower than the first.
 */
export function planesOf(stored: ElementBits, widths: readonly number[], size: Size, channels: Range): Plane[] {
  const depths = depthsOf(widths);
  return widths.map((width, j): Plane => {
    const plane = { width, depth: depths[j]! };
    if (stored.uniform) return { ...plane, perPixel: width <= stored.bits ? channels.to - channels.from : 0 };
    if (j === 0) return { ...plane, perPixel: channels.to - channels.from };
    return { ...plane, before: elementsBefore(stored, width, size, channels) };
  });
}

/** What moving some lines moves: bits that are wanted, and bursts. */
export interface LineTraffic {
  bits: number;
  bursts: number;
}

/** Told of every plane that moves: the width that it completes, wanted bits, bursts. */
export type PlaneMeter = (width: number, bits: number, bursts: number) => void;

/** Told where bursts are: plane, row, first burst within the line, number of bursts. */
export type RunMeter = (plane: number, row: number, first: number, bursts: number) => void;

/**
 * Moves columns of rows: every plane of every line starts on a burst, and every burst that holds one of the wanted bits
 * moves.
 */
export function moveLines(
  planes: readonly Plane[],
  rows: readonly number[],
  cols: Range,
  width: number,
  burstBits: number,
  meter: PlaneMeter,
  run?: RunMeter,
): LineTraffic {
  const total = { bits: 0, bursts: 0 };
  planes.forEach(({ depth, perPixel, before, width: completes }, plane) => {
    let bits = 0;
    let bursts = 0;
    const line = (row: number, from: number, to: number): void => {
      if (to <= from) return;
      const first = Math.floor(from / burstBits);
      const count = Math.floor((to - 1) / burstBits) - first + 1;
      bits += to - from;
      bursts += count;
      run?.(plane, row, first, count);
    };
    if (before === undefined) {
      const each = perPixel! * depth;
      if (run === undefined) {
        line(0, cols.from * each, cols.to * each);
        bits *= rows.length;
        bursts *= rows.length;
      } else for (const row of rows) line(row, cols.from * each, cols.to * each);
    } else
      for (const row of rows) {
        const at = row * (width + 1);
        line(row, before[at + cols.from]! * depth, before[at + cols.to]! * depth);
      }
    if (bursts > 0) meter(completes, bits, bursts);
    total.bits += bits;
    total.bursts += bursts;
  });
  return total;
}
