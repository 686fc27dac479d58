import { Random } from '../core/random.js';
import type { Precision } from '../core/precision.js';
import type { OutlierDraw } from '../machine/accelerator.js';
import type { Shape } from '../network/layer.js';
import { expandLevels, type LevelField } from './levels.js';

/** The levels of a layer with one more, the last: that of its drawn outliers, never narrower than the others. */
export function withOutlierLevel(levels: readonly Precision[], draw: OutlierDraw): readonly Precision[] {
  const weightBits = Math.max(...levels.map((level) => level.weightBits));
  return [
    ...levels,
    { activationBits: Math.max(draw.bits, ...levels.map((level) => level.activationBits)), weightBits },
  ];
}

/**
 * Which elements of a layer's input are outliers, one byte each: a draw that depends on the seed and the layer's position
 * alone, so that every image has the same ones and equal inputs give equal results.
 */
export function drawOutliers(draw: OutlierDraw, position: number, input: Shape): Uint8Array {
  const random = new Random(`outliers ${String(draw.seed)} ${String(position)}`);
  return Uint8Array.from({ length: input.channels * input.height * input.width }, () =>
    random.real() < draw.share ? 1 : 0,
  );
}

/** Levels of one image, element by element, with the outliers on top, at `level`; `field` is undefined where the layer runs at level 0. */
export function withOutliers(
  drawn: Uint8Array,
  level: number,
  input: Shape,
  field: LevelField | undefined,
): LevelField {
  const { channels, height, width } = input;
  const own = field?.levels ?? Uint8Array.of(0);
  const levels = new Uint8Array(drawn.length);
  for (let i = 0, at = 0; i < levels.length; i++) {
    levels[i] = drawn[i] === 1 ? level : own[at]!;
    if (++at === own.length) at = 0;
  }
  const map = { channels, gridHeight: height, gridWidth: width, regionHeight: 1, regionWidth: 1, levels };
  return expandLevels(map, input);
}
