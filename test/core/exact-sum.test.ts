import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact, exactMean } from '../../src/core/exact-sum.js';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const sumOf = (numbers: readonly number[]): bigint => numbers.reduce((sum, x) => sum + exact(x), 0n);

describe('an exact sum', () => {
  it('of one number is that number', () => {
    fc.assert(
      fc.property(finite, (x) => {
        expect(exactMean(exact(x), 1)).toBe(x + 0);
      }),
    );
    for (const x of [5e-324, -5e-324, Number.MAX_VALUE, 2 ** -1022, 0.1]) expect(exactMean(exact(x), 1)).toBe(x);
    expect(() => exact(Infinity)).toThrow(RangeError);
  });

  it('does not depend on order, and forgets nothing beside large numbers', () => {
    fc.assert(
      fc.property(fc.array(finite), (numbers) => {
        expect(sumOf(numbers.toReversed())).toBe(sumOf(numbers));
        expect(sumOf([...numbers, ...numbers.map((x) => -x)])).toBe(0n);
      }),
    );
    expect(exactMean(sumOf([1e300, 1, -1e300, 2]), 2)).toBe(1.5);
    expect(0.1 + 0.2 + 0.3 - (0.3 + 0.2 + 0.1)).not.toBe(0);
    expect(exactMean(sumOf([0.1, 0.2, 0.3]), 1)).toBe(exactMean(sumOf([0.3, 0.2, 0.1]), 1));
  });

  it('has the mean that a division rounds to', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 1e6 }), (total, count) => {
        expect(exactMean(exact(total), count)).toBe(total / count + 0);
      }),
    );
    expect(exactMean(0n, 0)).toBe(0);
  });
});
