import type { Shape } from '../../network/layer.js';
import type { Range } from '../mapping/tiling.js';
import { lineStart, type Runs, type TensorPlace } from './place.js';
import { moveLines, planesOf, type Plane, type PlaneMeter } from './planes.js';
import type { ElementBits } from './stored.js';

/** A rectangle of pixels of some images. */
export interface Rectangle {
  readonly images: Range;
  readonly rows: readonly number[];
  readonly cols: Range;
}

/** The lines of one tensor of a batch: what any rectangle of it holds, and the bursts that it takes to move it. */
export class TensorLines {
  readonly #planes = new Map<string, readonly Plane[]>();

  /** `stored` has one entry per image; `place` is needed only where the DRAM looks at addresses. */
  constructor(
    readonly stored: readonly ElementBits[],
    readonly widths: readonly number[],
    readonly shape: Shape,
    readonly burstBits: number,
    readonly place?: TensorPlace,
  ) {}

  /** Forgets what it found out about ranges of channels, which a walk in ascending order will not need again. */
  forget(): void {
    this.#planes.clear();
  }

  /** Moves channels of a rectangle into `runs`, and returns the bits that were wanted. */
  move({ images, rows, cols }: Rectangle, channels: Range, runs: Runs, meter: PlaneMeter): number {
    let bits = 0;
    for (let image = images.from; image < images.to; image++) {
      const { place } = this;
      const placed = runs.addressed && place !== undefined;
      const traffic = moveLines(
        this.#planesOf(image, channels),
        rows,
        cols,
        this.shape.width,
        this.burstBits,
        meter,
        placed
          ? (plane, row, first, bursts) => {
              runs.add(lineStart(place, image, plane, row, channels.from) + first, bursts);
            }
          : undefined,
      );
      if (!placed) runs.add(0, traffic.bursts);
      bits += traffic.bits;
    }
    return bits;
  }

  #planesOf(image: number, channels: Range): readonly Plane[] {
    const stored = this.stored[image]!;
    const shared = stored.uniform || stored.channels === 1;
    const range = shared ? { from: 0, to: channels.to - channels.from } : channels;
    const key = [image, range.from, range.to].join('/');
    let planes = this.#planes.get(key);
    if (planes === undefined) {
      planes = planesOf(stored, this.widths, this.shape, range);
      this.#planes.set(key, planes);
    }
    return planes;
  }
}
