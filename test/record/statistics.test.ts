import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact } from '../../src/core/exact-sum.js';
import type { ActivationMap } from '../../src/record/activation-map.js';
import { activationTally, addActivations, mergeActivations, summarise } from '../../src/record/statistics.js';
import { mapOf, randomMap } from './maps.js';

/** Any floats at all, tiny and huge ones too. */
const anyMap = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 })
  .map((values) => mapOf([1, 1, values.length], values));
const images = fc.array(fc.oneof(randomMap, anyMap), { minLength: 1, maxLength: 5 });

function tallyOf(maps: readonly ActivationMap[]) {
  const tally = activationTally();
  for (const map of maps) addActivations(tally, map);
  return tally;
}

/** ⌊log₂|x|⌋ by repeated halving; −127 for what is below 2⁻¹²⁶. */
function octave(x: number): number {
  let [magnitude, n] = [Math.abs(x), 0];
  while (magnitude >= 2) [magnitude, n] = [magnitude / 2, n + 1];
  while (magnitude < 1 && n > -127) [magnitude, n] = [magnitude * 2, n - 1];
  return n;
}

describe('activation statistics', () => {
  it('are those of all values together', () => {
    fc.assert(
      fc.property(images, (maps) => {
        const values = maps.flatMap((map) => [...map.values]);
        const { count, min, max, mean, zeroShare, negativeShare, histogram } = summarise(tallyOf(maps))!;
        expect(count).toBe(values.length);
        expect([min, max]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
        expect(zeroShare).toBe(values.filter((x) => x === 0).length / count);
        expect(negativeShare).toBe(values.filter((x) => x < 0).length / count);
        expect(tallyOf(maps).sum).toBe(values.reduce((sum, x) => sum + exact(x), 0n));
        expect(mean).toBeGreaterThanOrEqual(min);
        expect(mean).toBeLessThanOrEqual(max);
        for (const [sign, bins] of [
          [1, histogram.positive],
          [-1, histogram.negative],
        ] as const)
          bins.forEach((own, i) => {
            const inBin = values.filter((x) => x * sign > 0 && octave(x) === histogram.from + i);
            expect(own).toBe(inBin.length);
          });
        const counted = [...histogram.positive, ...histogram.negative].reduce((a, b) => a + b, 0);
        expect(counted).toBe(values.filter((x) => x !== 0).length);
      }),
    );
  });

  it('do not depend on the order of images or on interruptions', () => {
    fc.assert(
      fc.property(images, fc.nat(5), (maps, cut) => {
        const merged = tallyOf(maps.slice(cut).toReversed());
        mergeActivations(merged, tallyOf(maps.slice(0, cut)));
        expect(merged).toEqual(tallyOf(maps));
      }),
    );
  });

  it('of an ordinary map', () => {
    expect(summarise(tallyOf([mapOf([1, 2, 4], [0, 1, 1.5, 2, 0, -0.5, -0, 5])]))).toEqual({
      count: 8,
      min: -0.5,
      max: 5,
      mean: 1.125,
      zeroShare: 3 / 8,
      negativeShare: 1 / 8,
      histogram: { from: -1, positive: [0, 2, 1, 1], negative: [1, 0, 0, 0] },
    });
    expect(summarise(tallyOf([mapOf([1, 1, 2], [0, -0])]))).toMatchObject({
      min: 0,
      max: 0,
      mean: 0,
      histogram: { from: 0, positive: [], negative: [] },
    });
    expect(summarise(activationTally())).toBeUndefined();
  });
});
