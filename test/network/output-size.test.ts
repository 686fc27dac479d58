import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelSpan, outputSize, paddedSize, type WindowAxis } from '../../src/network/output-size.js';

/** Counts window positions one by one. */
function countedSize({ size, kernel, stride, dilation, padding }: WindowAxis, ceil: boolean): number {
  const pixels = padding[0] + size + padding[1];
  let count = 0;
  for (let start = 0; start < pixels; start += stride) {
    const last = start + dilation * (kernel - 1);
    const fits = last < pixels;
    const partial =
      ceil && start < padding[0] + size && count > 0 && start - stride + dilation * (kernel - 1) < pixels - 1;
    if (fits || partial) count += 1;
  }
  return count;
}

const axis = fc
  .record({
    size: fc.integer({ min: 1, max: 40 }),
    kernel: fc.integer({ min: 1, max: 11 }),
    stride: fc.integer({ min: 1, max: 5 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
  })
  .filter((a) => kernelSpan(a) <= paddedSize(a));

describe('output size of a sliding window', () => {
  it('is the number of positions at which the window fits', () => {
    fc.assert(
      fc.property(axis, (a) => {
        expect(outputSize(a)).toBe(countedSize(a, false));
      }),
    );
  });

  it('in ceil mode counts one partial window, if it starts before the padding behind the map', () => {
    fc.assert(
      fc.property(axis, (a) => {
        expect(outputSize(a, true)).toBe(countedSize(a, true));
      }),
    );
  });

  it.each([
    [
      'a 3×3 of stride 2 over 112 with padding 1',
      { size: 112, kernel: 3, stride: 2, dilation: 1, padding: [1, 1] },
      56,
    ],
    [
      'a 7×7 of stride 2 over 224 with padding 3',
      { size: 224, kernel: 7, stride: 2, dilation: 1, padding: [3, 3] },
      112,
    ],
    ['a 3×3 dilated by 2 over 7', { size: 7, kernel: 3, stride: 1, dilation: 2, padding: [0, 0] }, 3],
  ] as const)('%s', (_, a, expected) => {
    expect(outputSize(a)).toBe(expected);
  });

  it('differs by one between floor and ceil mode for a 3-wide pool of stride 2 over 112', () => {
    const a = { size: 112, kernel: 3, stride: 2, dilation: 1, padding: [0, 0] } as const;
    expect([outputSize(a), outputSize(a, true)]).toEqual([55, 56]);
  });
});
