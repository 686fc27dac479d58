import fc from 'fast-check';
import type { ActivationMap } from '../../src/record/activation-map.js';

/** A map of these values. */
export function mapOf(
  [channels, height, width]: readonly [number, number, number],
  values: Iterable<number>,
): ActivationMap {
  return { where: 'image a: layer b', channels, height, width, values: Float32Array.from(values) };
}

/** Small maps: dense or sparse, with and without negative values, and constant ones. */
export const randomMap: fc.Arbitrary<ActivationMap> = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    value: fc.constantFrom(
      fc.float({ min: -4, max: 4, noNaN: true }),
      fc.float({ min: 0, max: 8, noNaN: true }),
      fc.integer({ min: 0, max: 5 }),
      fc.constant(0),
      fc.constant(1.5),
    ),
  })
  .chain(({ shape, value }) => {
    const count = shape[0] * shape[1] * shape[2];
    return fc.array(value, { minLength: count, maxLength: count }).map((values) => mapOf(shape, values));
  });

export const randomRegion = fc.record({ rows: fc.integer({ min: 1, max: 6 }), cols: fc.integer({ min: 1, max: 6 }) });
