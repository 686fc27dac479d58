import { rangesOf, type Range } from '../../core/range.js';
import { lineStart, type Runs, type TensorPlace } from './place.js';
import { burstsOf, mixedPlanes, type MixedPlanes, type PlaneWidths, type RowRuns } from './planes.js';
import type { ElementBits } from './stored.js';

/** A rectangle of pixels of some images. */
export interface Rectangle {
  readonly images: Range;
  /** Ascending, and as runs of neighbours. */
  readonly rows: readonly number[];
  readonly rowRuns: RowRuns;
  readonly cols: Range;
  readonly colRuns: readonly Range[];
}

export function rectangle(images: Range, rows: readonly number[], cols: Range): Rectangle {
  const runs = rangesOf(rows);
  const name = runs.map(({ from, to }) => `${String(from)}-${String(to)}`).join();
  return { images, rows, rowRuns: { runs, name }, cols, colRuns: [cols] };
}

/** Told of every plane that moves: the width that it completes, wanted bits, bursts. */
export type PlaneMeter = (width: number, bits: number, bursts: number) => void;

/**
 * The lines of one tensor of a batch: what any rectangle of it holds, and the bursts that it takes to move it. Every plane of
 * every line starts on a burst, and every burst that holds one of the wanted bits moves.
 */
export class TensorLines {
  /** Of images whose elements differ. */
  readonly #mixed: (MixedPlanes | undefined)[] = [];

  /** `stored` has one entry per image; `place` is needed only where the DRAM looks at addresses. */
  constructor(
    readonly stored: readonly ElementBits[],
    readonly planes: PlaneWidths,
    readonly burstBits: number,
    readonly place?: TensorPlace,
  ) {
    for (const own of stored) this.#mixed.push(own.uniform ? undefined : mixedPlanes(own, planes, burstBits));
  }

  /** Forgets what it found out about ranges of channels, which a walk in ascending order will not need again. */
  forget(): void {
    for (const mixed of this.#mixed) mixed?.forget();
  }

  /** Bits of some channels of a rectangle. */
  bits({ images, rows, rowRuns, cols }: Rectangle, channels: Range): number {
    let bits = 0;
    for (let image = images.from; image < images.to; image++) {
      const mixed = this.#mixed[image]?.of(channels);
      for (let plane = 0; plane < this.planes.widths.length; plane++)
        if (mixed === undefined || plane === 0)
          bits += (cols.to - cols.from) * rows.length * this.#bitsEach(image, plane, channels);
        else for (const run of rowRuns.runs) bits += mixed.bitsIn(plane, run, cols);
    }
    return bits;
  }

  /** Moves channels of a rectangle into `runs`, and returns the bits that were wanted. */
  move(rectangle: Rectangle, channels: Range, runs: Runs, meter: PlaneMeter): number {
    let bits = 0;
    for (let image = rectangle.images.from; image < rectangle.images.to; image++)
      bits +=
        runs.addressed && this.place !== undefined
          ? this.#moveLines(this.place, image, rectangle, channels, runs, meter)
          : this.#moveSums(image, rectangle, channels, runs, meter);
    return bits;
  }

  /** Bits of each pixel in a plane whose lines are all alike. */
  #bitsEach(image: number, plane: number, { from, to }: Range): number {
    const stored = this.stored[image]!;
    const has = !stored.uniform || this.planes.widths[plane]! <= stored.bits;
    return has ? (to - from) * this.planes.depths[plane]! : 0;
  }

  /** Where nobody asks for places: rows add up. */
  #moveSums(image: number, { rows, rowRuns, cols }: Rectangle, channels: Range, runs: Runs, meter: PlaneMeter): number {
    const { widths } = this.planes;
    const mixed = this.#mixed[image]?.of(channels);
    const sums = mixed?.columns(cols).sums(rowRuns);
    let [total, moved] = [0, 0];
    for (let plane = 0; plane < widths.length; plane++) {
      let bits: number;
      let bursts: number;
      if (sums === undefined || plane === 0) {
        const each = this.#bitsEach(image, plane, channels);
        bits = (cols.to - cols.from) * each * rows.length;
        bursts = burstsOf(cols.from * each, cols.to * each, this.burstBits) * rows.length;
      } else {
        bits = sums[2 * plane - 2]!;
        bursts = sums[2 * plane - 1]!;
      }
      if (bursts > 0) meter(widths[plane]!, bits, bursts);
      total += bits;
      moved += bursts;
    }
    runs.add(0, moved);
    return total;
  }

  /** Line by line, each where it lies. */
  #moveLines(
    place: TensorPlace,
    image: number,
    { rows, cols }: Rectangle,
    channels: Range,
    runs: Runs,
    meter: PlaneMeter,
  ): number {
    const { widths } = this.planes;
    const mixed = this.#mixed[image]?.of(channels);
    const regionHeight = mixed?.planes.stored.field.map.regionHeight ?? 1;
    let total = 0;
    for (let plane = 0; plane < widths.length; plane++) {
      const start = lineStart(place, image, plane, 0, channels.from);
      const each = this.#bitsEach(image, plane, channels);
      let [from, end] = [cols.from * each, cols.to * each];
      let [bits, bursts, gridRow] = [0, 0, -1];
      for (const row of rows) {
        if (mixed !== undefined && plane > 0 && Math.floor(row / regionHeight) !== gridRow) {
          gridRow = Math.floor(row / regionHeight);
          from = mixed.bitsBefore(plane, gridRow, cols.from);
          end = mixed.bitsBefore(plane, gridRow, cols.to);
        }
        const own = burstsOf(from, end, this.burstBits);
        runs.add(start + row * place.lineBursts[plane]! + Math.floor(from / this.burstBits), own);
        bits += end - from;
        bursts += own;
      }
      if (bursts > 0) meter(widths[plane]!, bits, bursts);
      total += bits;
    }
    return total;
  }
}
