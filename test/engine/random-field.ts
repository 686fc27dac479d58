import fc from 'fast-check';
import { expandLevels, type LevelField } from '../../src/engine/levels.js';
import type { Shape } from '../../src/network/layer.js';

const small = (max: number) => fc.integer({ min: 1, max });

/** Inputs whose size is seldom a multiple of a region's. */
export const randomShape: fc.Arbitrary<Shape> = fc.record({ channels: small(6), height: small(9), width: small(9) });

/** Levels below `levels` of an input of this shape, on any grid, shared by all channels or not. */
export function randomField(shape: Shape, levels: number): fc.Arbitrary<LevelField> {
  return fc
    .record({ isShared: fc.boolean(), regionHeight: small(4), regionWidth: small(4) })
    .chain(({ isShared, regionHeight, regionWidth }) => {
      const channels = isShared ? 1 : shape.channels;
      const gridHeight = Math.ceil(shape.height / regionHeight);
      const gridWidth = Math.ceil(shape.width / regionWidth);
      const size = channels * gridHeight * gridWidth;
      return fc
        .uint8Array({ minLength: size, maxLength: size, max: levels - 1 })
        .map((cells) =>
          expandLevels({ channels, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells }, shape),
        );
    });
}

/** Level of one element, looked up in the map. */
export function levelAt({ map }: LevelField, channel: number, y: number, x: number): number {
  const { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels } = map;
  const row = (channels === 1 ? 0 : channel) * gridHeight + Math.floor(y / regionHeight);
  return levels[row * gridWidth + Math.floor(x / regionWidth)]!;
}

/** A range within 0 … size − 1, never empty. */
export function randomRange(size: number): fc.Arbitrary<{ from: number; to: number }> {
  return fc
    .tuple(fc.nat(size - 1), fc.nat(size - 1))
    .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 }));
}
