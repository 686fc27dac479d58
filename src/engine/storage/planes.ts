import type { Range } from '../mapping/tiling.js';
import { depthsOf, sameNumbers, type MixedBits } from './stored.js';

/** The widths that an element has with each plane and those below, ascending, and the bits of each plane alone. */
export interface PlaneWidths {
  readonly widths: readonly number[];
  readonly depths: readonly number[];
}

export function planeWidths(widths: readonly number[]): PlaneWidths {
  return { widths, depths: depthsOf(widths) };
}

/** Bursts that hold any of the bits from … end − 1 of a line that starts on a burst. */
export function burstsOf(from: number, end: number, burstBits: number): number {
  return end > from ? Math.floor((end - 1) / burstBits) - Math.floor(from / burstBits) + 1 : 0;
}

/** Rows of a tensor, ascending. */
export interface RowRuns {
  /** Runs of neighbours. */
  readonly runs: readonly Range[];
  /** Equal where the runs are. */
  readonly name: string;
}

/** Wanted bits and bursts of rows of lines: [plane above the lowest, bits or bursts]. */
export type LineSums = readonly number[];

/** Some columns of some channels of a tensor: all their lines begin and end with the same columns. */
class ColumnLines {
  readonly #sums = new Map<string, LineSums>();

  constructor(
    readonly channels: ChannelPlanes,
    readonly cols: Range,
  ) {}

  sums(rows: RowRuns): LineSums {
    let sums = this.#sums.get(rows.name);
    if (sums === undefined) {
      const found = new Array<number>(2 * (this.channels.planes.depths.length - 1)).fill(0);
      for (const { from, to } of rows.runs) this.#addUp(from, to, found);
      this.#sums.set(rows.name, (sums = found));
    }
    return sums;
  }

  #addUp(from: number, to: number, found: number[]): void {
    const { planes, sums, times } = this.channels;
    const { stored, depths, burstBits } = planes;
    const { gridHeight, gridWidth, regionHeight, regionWidth } = stored.field.map;
    const { cols } = this;
    const line = gridWidth + 1;
    // `bitsBefore`, written out: most time of a tensor goes into its lines.
    const firstG = Math.floor(cols.from / regionWidth);
    const endG = Math.floor(cols.to / regionWidth);
    const firstPart = cols.from - firstG * regionWidth;
    const endPart = cols.to - endG * regionWidth;
    const firstRow = Math.floor(from / regionHeight);
    for (let plane = 1; plane < depths.length; plane++) {
      const each = times * depths[plane]!;
      let bits = 0;
      let bursts = 0;
      let at = ((plane - 1) * (gridHeight + 1) + firstRow) * line;
      for (let y = from, next = (firstRow + 1) * regionHeight; y < to; next += regionHeight, at += line) {
        let first = (sums[at + line + firstG]! - sums[at + firstG]!) * regionWidth;
        if (firstPart > 0) first += cellAt(sums, line, at + firstG) * firstPart;
        let end = (sums[at + line + endG]! - sums[at + endG]!) * regionWidth;
        if (endPart > 0) end += cellAt(sums, line, at + endG) * endPart;
        const rows = (next < to ? next : to) - y;
        bits += rows * (end - first) * each;
        bursts += rows * burstsOf(first * each, end * each, burstBits);
        y += rows;
      }
      found[2 * plane - 2]! += bits;
      found[2 * plane - 1]! += bursts;
    }
  }
}

/** Elements of the cell below and right of a corner of sums. */
function cellAt(sums: Int32Array, line: number, at: number): number {
  return sums[at + line + 1]! - sums[at + line]! - sums[at + 1]! + sums[at]!;
}

/**
 * Some channels of a tensor of mixed bits, in the planes above the lowest: that one all elements have, so that its lines are
 * alike.
 */
export class ChannelPlanes {
  readonly #columns = new Map<number, ColumnLines>();

  /** `sums`: elements of each plane as in a level table, for one of `times` channels that are alike. */
  constructor(
    readonly planes: MixedPlanes,
    readonly sums: Int32Array,
    readonly times: number,
  ) {}

  columns(cols: Range): ColumnLines {
    const key = cols.from * (this.planes.stored.field.width + 1) + cols.to;
    let columns = this.#columns.get(key);
    if (columns === undefined) this.#columns.set(key, (columns = new ColumnLines(this, cols)));
    return columns;
  }

  /** Bits of the plane before column x in any pixel row of a row of regions. */
  bitsBefore(plane: number, gridRow: number, x: number): number {
    const { gridHeight, gridWidth, regionWidth } = this.planes.stored.field.map;
    const { sums } = this;
    const line = gridWidth + 1;
    const g = Math.floor(x / regionWidth);
    const at = ((plane - 1) * (gridHeight + 1) + gridRow) * line + g;
    let elements = (sums[at + line]! - sums[at]!) * regionWidth;
    const within = x - g * regionWidth;
    if (within > 0) elements += cellAt(sums, line, at) * within;
    return elements * this.times * this.planes.depths[plane]!;
  }

  /** Bits of the plane in these rows and columns. */
  bitsIn(plane: number, rows: Range, cols: Range): number {
    const elements =
      this.#above(plane, rows.to, cols.to) -
      this.#above(plane, rows.from, cols.to) -
      this.#above(plane, rows.to, cols.from) +
      this.#above(plane, rows.from, cols.from);
    return elements * this.times * this.planes.depths[plane]!;
  }

  /** Elements of the plane above row y and left of column x. */
  #above(plane: number, y: number, x: number): number {
    const { gridHeight, gridWidth, regionHeight, regionWidth } = this.planes.stored.field.map;
    const { sums } = this;
    const line = gridWidth + 1;
    const r = Math.floor(y / regionHeight);
    const g = Math.floor(x / regionWidth);
    const at = ((plane - 1) * (gridHeight + 1) + r) * line + g;
    const corner = sums[at]!;
    const down = y - r * regionHeight;
    const across = x - g * regionWidth;
    let elements = corner * regionHeight * regionWidth;
    if (down > 0) elements += (sums[at + line]! - corner) * down * regionWidth;
    if (across > 0) elements += (sums[at + 1]! - corner) * regionHeight * across;
    if (down > 0 && across > 0) elements += cellAt(sums, line, at) * down * across;
    return elements;
  }
}

/** The planes of a tensor of mixed bits (docs/memory-model.md): which elements have them, and the bursts of lines, each found out once. */
export class MixedPlanes {
  readonly depths: readonly number[];
  readonly #ranges = new Map<number, ChannelPlanes>();
  #last: ChannelPlanes | undefined;
  #lastKey = 0;
  /** Sums of channels that share their levels. */
  #shared: Int32Array | undefined;

  /** No element is wider than the last of the widths or narrower than the first. */
  constructor(
    readonly stored: MixedBits,
    readonly planes: PlaneWidths,
    readonly burstBits: number,
  ) {
    this.depths = planes.depths;
  }

  of(channels: Range): ChannelPlanes {
    const { channels: all } = this.stored.field;
    const size = channels.to - channels.from;
    const key = all === 1 ? size : channels.from * (all + 1) + channels.to;
    // The tiles of a layer ask for the same channels one after another.
    if (key === this.#lastKey && this.#last !== undefined) return this.#last;
    let found = this.#ranges.get(key);
    if (found === undefined) {
      if (all === 1) this.#shared ??= this.#sums(channels);
      found = new ChannelPlanes(this, this.#shared ?? this.#sums(channels), all === 1 ? size : 1);
      this.#ranges.set(key, found);
    }
    this.#lastKey = key;
    this.#last = found;
    return found;
  }

  /** Forgets ranges of channels that have their own levels. */
  forget(): void {
    if (this.stored.field.channels === 1) return;
    this.#ranges.clear();
    this.#last = undefined;
    this.stored.field.forget();
  }

  /** Sums of the levels that are wide enough for each plane above the lowest. */
  #sums(channels: Range): Int32Array {
    const { field, bitsOfLevel } = this.stored;
    const { levels, sums } = field.table(channels);
    const { widths } = this.planes;
    const size = sums.length / levels;
    const own = new Int32Array((widths.length - 1) * size);
    for (let plane = 1; plane < widths.length; plane++)
      for (let level = 0; level < levels; level++) {
        if (bitsOfLevel[level]! < widths[plane]!) continue;
        for (let i = 0, to = (plane - 1) * size, at = level * size; i < size; i++) own[to++]! += sums[at++]!;
      }
    return own;
  }
}

const known = new WeakMap<MixedBits, MixedPlanes[]>();

/** The planes of a tensor at these widths: one object for all that ask for the same. */
export function mixedPlanes(stored: MixedBits, planes: PlaneWidths, burstBits: number): MixedPlanes {
  let own = known.get(stored);
  if (own === undefined) known.set(stored, (own = []));
  for (const other of own)
    if (other.burstBits === burstBits && sameNumbers(other.planes.widths, planes.widths)) return other;
  const made = new MixedPlanes(stored, planes, burstBits);
  own.push(made);
  return made;
}
