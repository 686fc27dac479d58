import type { ArrayLayer } from '../../../src/network/layer.js';
import { range, type Range } from './ranges.js';

/** The columns of an input row that a tile takes, both ends included. */
export interface TouchedLine {
  readonly y: number;
  readonly first: number;
  readonly last: number;
}

const clamped = (size: number, at: number): number => (at < 0 ? 0 : at >= size ? size - 1 : at);

/** The input rows that a rectangle of windows touches, tap by tap; a tap beyond the edge stands on the edge. */
export function touchedLines(layer: ArrayLayer, rows: Range, cols: Range): TouchedLine[] {
  const { input, kernel, stride, dilation, padding } = layer;
  const lines = new Map<number, TouchedLine>();
  for (const oy of range(rows.from, rows.to))
    for (const ox of range(cols.from, cols.to))
      for (const r of range(0, kernel[0]))
        for (const s of range(0, kernel[1])) {
          const y = clamped(input.height, oy * stride[0] + r * dilation[0] - padding[0]);
          const x = clamped(input.width, ox * stride[1] + s * dilation[1] - padding[1]);
          const { first, last } = lines.get(y) ?? { first: x, last: x };
          lines.set(y, { y, first: Math.min(first, x), last: Math.max(last, x) });
        }
  return [...lines.values()].sort((a, b) => a.y - b.y);
}

/** A line of a tensor as it lies in DRAM: `columns` columns of `channels` elements each. */
export interface StoredLine {
  readonly columns: number;
  readonly channels: readonly number[];
  /** Cumulative widths of the planes, ascending. */
  readonly widths: readonly number[];
  readonly bitsOf: (column: number, channel: number) => number;
}

/** What a tile moves of one plane of a line. */
export interface PlaneMove {
  /** Bits of an element that this plane completes. */
  readonly completes: number;
  readonly moved: number;
  readonly wanted: number;
}

/** Lays a line down bit by bit, and takes every burst in which a bit of the columns `taken` lies. */
export function movePlanes({ columns, channels, widths, bitsOf }: StoredLine, taken: Range, burst: number) {
  return widths.map((completes, plane): PlaneMove => {
    const bursts = new Set<number>();
    let at = 0;
    let wanted = 0;
    for (const column of range(0, columns))
      for (const channel of channels) {
        const width = bitsOf(column, channel);
        if (!widths.includes(width)) throw new RangeError(`no plane completes ${String(width)} bits`);
        if (width < completes) continue;
        for (let bit = widths[plane - 1] ?? 0; bit < completes; bit++, at++) {
          if (column < taken.from || column >= taken.to) continue;
          bursts.add(Math.floor(at / burst));
          wanted++;
        }
      }
    return { completes, moved: bursts.size * burst, wanted };
  });
}
