import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskOf } from '../../src/trace/threshold.js';
import { magnitudesOf, type Magnitudes } from '../../src/record/magnitudes.js';
import { regionSums } from '../../src/record/region-sums.js';
import { largestMean } from '../../src/trace/region-means.js';
import type { RegionSize } from '../../src/trace/trace.js';
import { mapOf, randomMap, randomRegion } from './maps.js';

/** The pixels of every region, written out. */
function regionsOf({ channels, height, width, values }: Magnitudes, { rows, cols }: RegionSize): number[][] {
  const regions: number[][] = [];
  for (let c = 0; c < channels; c++)
    for (let top = 0; top < height; top += rows)
      for (let left = 0; left < width; left += cols) {
        const pixels: number[] = [];
        for (let y = top; y < Math.min(top + rows, height); y++)
          for (let x = left; x < Math.min(left + cols, width); x++) pixels.push(values[(c * height + y) * width + x]!);
        regions.push(pixels);
      }
  return regions;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe('magnitudes', () => {
  it('are |x| over the largest of the map, on 255 or, with signs, on 127', () => {
    expect([...magnitudesOf(mapOf([1, 1, 4], [0, 1, 2, 4])).values]).toEqual([0, 64, 128, 255]);
    expect([...magnitudesOf(mapOf([1, 1, 4], [0, -1, 2, -4])).values]).toEqual([0, 32, 64, 127]);
    expect(magnitudesOf(mapOf([1, 1, 2], [-0, 0]))).toMatchObject({ levels: 255, values: new Uint8Array(2) });
  });

  it.each([NaN, Infinity, -Infinity])('say where a value is %d', (stray) => {
    const map = mapOf([2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, stray, 11]);
    expect(() => magnitudesOf(map)).toThrow(/^image a: layer b, channel 1, pixel \(1, 1\): .*got -?(NaN|Infinity)/);
  });
});

describe('region sums', () => {
  it('are the sums of the regions, those at the edges of what is there', () => {
    fc.assert(
      fc.property(randomMap, randomRegion, (map, region) => {
        const magnitudes = magnitudesOf(map);
        const regions = regionsOf(magnitudes, region);
        const sums = regionSums(magnitudes, region);
        expect([...sums.sums]).toEqual(regions.map(sum));
        const { sum: total, pixels } = largestMean(sums);
        expect(total / pixels).toBeCloseTo(Math.max(...regions.map((r) => sum(r) / r.length)), 10);
      }),
    );
  });
});

describe('a DRQ mask', () => {
  it('marks the regions whose mean reaches a gate, as the bundled trace does', () => {
    fc.assert(
      // Gates with short binary fractions, so that doubles have no other opinion of ties.
      fc.property(randomMap, randomRegion, fc.integer({ min: 0, max: 16 }), (map, region, sixteenths) => {
        const magnitudes = magnitudesOf(map);
        const regions = regionsOf(magnitudes, region).map((r) => [sum(r), r.length] as const);
        const [most, size] = regions.reduce((a, b) => (b[0] * a[1] > a[0] * b[1] ? b : a));
        const expected = regions.map(([s, n]) => (s > 0 && 16 * s * size >= sixteenths * most * n ? 1 : 0));
        const mask = maskOf(regionSums(magnitudes, region), { kind: 'gate', gate: sixteenths / 16 });
        expect([...mask.levels]).toEqual(expected);
        expect(mask.gridHeight * mask.gridWidth * mask.channels).toBe(expected.length);
      }),
    );
  });

  it('marks the regions whose mean reaches a threshold, in units of the magnitudes', () => {
    fc.assert(
      fc.property(randomMap, randomRegion, fc.integer({ min: 0, max: 25_500 }), (map, region, hundredths) => {
        const magnitudes = magnitudesOf(map);
        const expected = regionsOf(magnitudes, region).map((r) =>
          sum(r) > 0 && sum(r) * 100 >= hundredths * r.length ? 1 : 0,
        );
        const mask = maskOf(regionSums(magnitudes, region), { kind: 'absolute', mean: hundredths / 100 });
        expect([...mask.levels]).toEqual(expected);
      }),
    );
  });

  it('marks a mean that equals the threshold, also where doubles would fall short', () => {
    // 0.15 · 255 is 38.25, and the first region's mean is just that; 0.15 as a double is less, 0.57 · 100 more than 57.
    const map = mapOf([1, 1, 8], [255, 255, 255, 255, 38, 38, 38, 39]);
    expect([
      ...maskOf(regionSums(magnitudesOf(map), { rows: 1, cols: 4 }), { kind: 'gate', gate: 0.15 }).levels,
    ]).toEqual([1, 1]);
    const other = mapOf([1, 1, 3], [100, 57, 56]);
    const sums = { ...regionSums(magnitudesOf(other), { rows: 1, cols: 1 }), sums: Uint32Array.of(100, 57, 56) };
    expect([...maskOf(sums, { kind: 'gate', gate: 0.57 }).levels]).toEqual([1, 1, 0]);
  });

  it('never marks zeros, not even of an empty map at no threshold at all', () => {
    const sums = regionSums(magnitudesOf(mapOf([1, 2, 2], [0, 0, 0, 0])), { rows: 1, cols: 2 });
    expect([...maskOf(sums, { kind: 'gate', gate: 0 }).levels]).toEqual([0, 0]);
    expect([...maskOf(sums, { kind: 'absolute', mean: 0 }).levels]).toEqual([0, 0]);
  });
});
