import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elementBits,
  storedAt,
  tensorBits,
  uniformBits,
  widestBits,
  type ElementBits,
} from '../../../src/engine/storage/stored.js';
import { expandLevels, type LevelField } from '../../../src/engine/levels.js';
import type { Shape } from '../../../src/network/layer.js';
import { levelAt, randomField, randomShape } from '../random-field.js';

const width = fc.integer({ min: 1, max: 8 });
const levels = 3;
const bitsOfLevel = fc.array(width, { minLength: levels, maxLength: levels });

const randomBits = (shape: Shape): fc.Arbitrary<ElementBits> =>
  fc.oneof(
    { weight: 1, arbitrary: width.map(uniformBits) },
    {
      weight: 4,
      arbitrary: fc.tuple(randomField(shape, levels), bitsOfLevel).map(([field, bits]) => storedAt(field, bits)),
    },
  );

const shapeAndTwo = randomShape.chain((shape) => fc.tuple(fc.constant(shape), randomBits(shape), randomBits(shape)));

/** Bits of every element, one by one. */
function everyElement(stored: ElementBits, shape: Shape): number[] {
  const bits: number[] = [];
  for (let c = 0; c < shape.channels; c++)
    for (let y = 0; y < shape.height; y++)
      for (let x = 0; x < shape.width; x++)
        bits.push(stored.uniform ? stored.bits : stored.bitsOfLevel[levelAt(stored.field, c, y, x)]!);
  return bits;
}

describe('bits of stored elements', () => {
  it('add up to those of all elements, cells at the edge by what is left of them', () => {
    fc.assert(
      fc.property(shapeAndTwo, ([shape, stored]) => {
        const sum = everyElement(stored, shape).reduce((a, b) => a + b, 0);
        expect(tensorBits(stored, shape)).toBe(sum);
      }),
      { numRuns: 500 },
    );
  });

  it('of two readers are the wider ones, element by element, on any two grids', () => {
    fc.assert(
      fc.property(shapeAndTwo, ([shape, a, b]) => {
        const [first, second] = [everyElement(a, shape), everyElement(b, shape)];
        const widest = first.map((bits, i) => Math.max(bits, second[i]!));
        expect(everyElement(widestBits(a, b), shape)).toEqual(widest);
        expect(tensorBits(widestBits(b, a), shape)).toBe(widest.reduce((sum, bits) => sum + bits, 0));
      }),
      { numRuns: 1000 },
    );
  });

  it('stay on the grid of both where it is one, and meet on the finest that is needed', () => {
    const on = (regionHeight: number, regionWidth: number): LevelField => {
      const [gridHeight, gridWidth] = [Math.ceil(13 / regionHeight), Math.ceil(10 / regionWidth)];
      const cells = Uint8Array.from({ length: gridHeight * gridWidth }, (_, i) => i % 2);
      const map = { channels: 1, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells };
      return expandLevels(map, { channels: 4, height: 13, width: 10 });
    };
    const gridOf = (a: LevelField, b: LevelField): unknown => {
      const widest = widestBits(storedAt(a, [2, 7]), storedAt(b, [3, 5]));
      return widest.uniform ? undefined : [widest.field.map.regionHeight, widest.field.map.regionWidth];
    };
    expect(gridOf(on(4, 8), on(4, 8))).toEqual([4, 8]);
    expect(gridOf(on(4, 8), on(6, 2))).toEqual([2, 2]);
    expect(gridOf(on(3, 1), on(4, 8))).toEqual([1, 1]);
  });

  it('are one object where nothing is wider, so that what is known of it stays known', () => {
    fc.assert(
      fc.property(
        randomShape.chain((shape) => randomField(shape, levels)),
        fc.array(fc.record({ activationBits: width, weightBits: width }), { minLength: levels, maxLength: levels }),
        (field, precisions) => {
          const stored = elementBits(field, precisions);
          const bits = precisions.map(({ activationBits }) => activationBits);
          expect(elementBits(field, [...precisions])).toBe(stored);
          expect(widestBits(stored, stored)).toBe(stored);
          expect(widestBits(stored, uniformBits(Math.min(...bits) - 1))).toBe(stored);
          const wide = uniformBits(Math.max(...bits));
          expect(widestBits(stored, wide)).toBe(wide);
        },
      ),
    );
  });
});
