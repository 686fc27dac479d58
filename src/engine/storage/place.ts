import { ceilDiv, sum } from '../../core/numbers.js';
import type { Shape } from '../../network/layer.js';
import { depthsOf } from './stored.js';

/** Where a tensor lies in DRAM, in bursts: image by image, plane by plane, row by row; lines have room for all elements. */
export interface TensorPlace {
  readonly base: number;
  readonly shape: Shape;
  /** Per plane: bits of an element, bursts of a line, and where the plane begins within its image. */
  readonly depths: readonly number[];
  readonly lineBursts: readonly number[];
  readonly planeOffsets: readonly number[];
  readonly imageBursts: number;
  readonly burstBits: number;
}

/** Lays out a tensor from burst `base` on; `widths` are those of its planes, ascending. */
export function placeTensor(base: number, shape: Shape, widths: readonly number[], burstBits: number): TensorPlace {
  const depths = depthsOf(widths);
  const lineBursts = depths.map((depth) => ceilDiv(shape.width * shape.channels * depth, burstBits));
  const planeBursts = lineBursts.map((line) => line * shape.height);
  const planeOffsets = planeBursts.map((_, j) => sum(planeBursts.slice(0, j)));
  return { base, shape, depths, lineBursts, planeOffsets, imageBursts: sum(planeBursts), burstBits };
}

/** First burst of a line that begins with channel `channel`. */
export function lineStart(place: TensorPlace, image: number, plane: number, row: number, channel: number): number {
  const { base, shape, depths, lineBursts, planeOffsets, imageBursts, burstBits } = place;
  const within = Math.floor((shape.width * channel * depths[plane]!) / burstBits);
  return base + image * imageBursts + planeOffsets[plane]! + row * lineBursts[plane]! + within;
}

const nowhere: number[] = [];

/** Gathers the runs of one transfer; neighbours become one run. Keeps nothing but their number where nobody asks where they are. */
export class Runs {
  /** First burst and number of bursts of each. */
  readonly runs: number[];
  bursts = 0;

  constructor(readonly addressed: boolean) {
    this.runs = addressed ? [] : nowhere;
  }

  add(first: number, bursts: number): void {
    this.bursts += bursts;
    if (!this.addressed || bursts === 0) return;
    const last = this.runs.length - 2;
    const end = last < 0 ? -1 : this.runs[last]! + this.runs[last + 1]!;
    if (end === first) this.runs[last + 1]! += bursts;
    else this.runs.push(first, bursts);
  }
}
