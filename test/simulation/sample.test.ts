import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sample } from '../../src/simulation/sample.js';

/** Few enough values that many come twice, and some that do not. */
const pushes = fc.array(
  fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 12 }), fc.double({ min: 0, max: 1e12, noNaN: true })),
    fc.constantFrom(1, 1, 1, 3),
  ),
  { minLength: 1, maxLength: 400 },
);

function sampleOf(values: readonly (readonly [number, number])[]): Sample {
  const sample = new Sample();
  for (const [value, times] of values) sample.push(value, times);
  return sample;
}

/** Nearest-rank percentiles of a list, and its mean added up from the least value. */
function plainly(values: readonly (readonly [number, number])[]) {
  const sorted = values.flatMap(([value, times]) => Array.from({ length: times }, () => value)).sort((a, b) => a - b);
  const at = (p: number): number => sorted[Math.max(1, Math.ceil(p * sorted.length)) - 1]!;
  const distinct = [...new Set(sorted)];
  const total = distinct.reduce((sum, value) => sum + value * sorted.filter((other) => other === value).length, 0);
  return {
    mean: total / sorted.length,
    min: sorted[0],
    p5: at(0.05),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: sorted.at(-1),
  };
}

describe('a sample', () => {
  it('says what the sorted list of all its values says', () => {
    fc.assert(
      fc.property(pushes, (values) => {
        expect(sampleOf(values).distribution()).toEqual(plainly(values));
      }),
    );
  });

  it('says the same whatever the order in which values come', () => {
    fc.assert(
      fc.property(pushes, fc.func(fc.integer()), (values, key) => {
        const shuffled = values
          .map((pushed, i) => ({ pushed, key: key(i) }))
          .sort((a, b) => a.key - b.key)
          .map(({ pushed }) => pushed);
        expect(sampleOf(shuffled).distribution()).toEqual(sampleOf(values).distribution());
      }),
    );
  });

  it('goes on from its data as if it had never stopped', () => {
    fc.assert(
      fc.property(pushes, pushes, (before, after) => {
        const { values, times } = sampleOf(before).data();
        const resumed = Sample.of({ values: values.slice(), times: times.slice() });
        for (const [value, count] of after) resumed.push(value, count);
        expect(resumed.distribution()).toEqual(sampleOf([...before, ...after]).distribution());
      }),
    );
  });

  it('holds each distinct value once, in 12 bytes and at most a quarter more', () => {
    const sample = new Sample();
    for (let i = 0; i < 10_000; i++) sample.push((i * 7919) % 5000, 1);
    const { values, times } = sample.data();
    expect([...values]).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(times.every((count) => count === 2)).toBe(true);
    expect(values.buffer.byteLength + times.buffer.byteLength).toBeLessThanOrEqual(12 * 5000 * 1.25);
  });
});
