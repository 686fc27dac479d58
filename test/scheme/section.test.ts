import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsAt, resizeNearest, sectionByRank } from '../../src/scheme/section.js';

const runs = { numRuns: 500 };

/** Percentages that sum to 100, the least important level's first. */
const percentages = fc
  .array(fc.integer({ min: 0, max: 100 }), { maxLength: 4 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 100])
  .map((cuts) => cuts.slice(1).map((cut, i) => cut - cuts[i]!));

/** Importance with many ties. */
const importance = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 120 });
const map = (values: readonly number[]) => Float32Array.from(values, (value) => value / 8);

/** Ranks below which the levels lie, in exact integers: round-half-up(percent · n / 100). */
const cutsOf = (percents: readonly number[], n: number): number[] => {
  let percent = 0;
  return percents.map((part) => Math.floor((2 * (percent += part) * n + 100) / 200));
};

describe('sectioning by rank', () => {
  it('gives a pixel the level of its rank: how many are less important, or as important and before it', () => {
    fc.assert(
      fc.property(importance, percentages, (values, percents) => {
        const cuts = cutsOf(percents, values.length);
        const levels = values.map((value, i) => {
          const rank = values.filter((other, j) => other < value || (other === value && j < i)).length;
          return cuts.findIndex((cut) => rank < cut);
        });
        const shares = percents.map((percent) => percent / 100);
        expect([...sectionByRank(map(values), shares)]).toEqual(levels);
      }),
      runs,
    );
  });

  it('sorts any numbers as a comparison sorts them: negative ones, zeros of both signs, the smallest and the largest', () => {
    const values = fc.array(
      fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1e-45, -1e-45, Infinity, -Infinity, 0.5)),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(values, percentages, (numbers, percents) => {
        const floats = Float32Array.from(numbers);
        const order = Array.from(floats, (_, i) => i).sort((a, b) => {
          const [x, y] = [floats[a]!, floats[b]!];
          return x < y ? -1 : x > y ? 1 : a - b;
        });
        const cuts = cutsOf(percents, floats.length);
        const levels = new Uint8Array(floats.length);
        order.forEach((index, rank) => {
          levels[index] = cuts.findIndex((cut) => rank < cut);
        });
        const shares = percents.map((percent) => percent / 100);
        expect(sectionByRank(floats, shares)).toEqual(levels);
      }),
      runs,
    );
  });

  it('keeps the shares of a constant map, in raster order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), percentages, (pixels, percents) => {
        const shares = percents.map((percent) => percent / 100);
        const levels = sectionByRank(new Float32Array(pixels).fill(0.5), shares);
        const counts = percents.map((_, level) => levels.filter((own) => own === level).length);
        expect(counts).toEqual(cutsOf(percents, pixels).map((cut, i, cuts) => cut - (cuts[i - 1] ?? 0)));
        expect(levels).toEqual(levels.toSorted());
      }),
      runs,
    );
  });

  it('cuts 50, 30 and 20 % of ten pixels into five, three and two, whatever their order', () => {
    const values = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.4, 0.6, 0.5, 1);
    expect([...sectionByRank(values, [0.5, 0.3, 0.2])]).toEqual([2, 0, 1, 0, 0, 1, 0, 1, 0, 2]);
  });

  it('rounds half a pixel up, also where the share has no exact binary form', () => {
    // 57 % of 50 pixels are 28.5, but 0.57 · 50 is 28.499999999999996.
    const levels = sectionByRank(new Float32Array(50), [0.57, 0.43]);
    expect(levels.filter((level) => level === 0)).toHaveLength(29);
  });
});

describe('resizing to the nearest pixel', () => {
  it('takes source row ⌊y·H/h⌋ and column ⌊x·W/w⌋, up and down', () => {
    const side = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(side, side, side, side, (height, width, h, w) => {
        const values = Float32Array.from({ length: height * width }, (_, i) => i);
        const resized = resizeNearest({ height, width, values }, h, w, new Float32Array(h * w));
        const expected = Array.from({ length: h }, (_, y) =>
          Array.from({ length: w }, (__, x) => Math.floor((y * height) / h) * width + Math.floor((x * width) / w)),
        );
        expect([...resized]).toEqual(expected.flat());
      }),
      runs,
    );
  });

  it('repeats rows and columns when it doubles, and drops every second one when it halves', () => {
    const source = { height: 2, width: 2, values: Uint8Array.of(1, 2, 3, 4) };
    const doubled = resizeNearest(source, 4, 4, new Uint8Array(16));
    expect([...doubled]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
    const halved = resizeNearest({ height: 4, width: 4, values: doubled }, 2, 2, new Uint8Array(4));
    expect(halved).toEqual(source.values);
  });
});

describe('the order of resizing and sectioning', () => {
  // At half the width its columns 0 and 2 are left, both among the more important half.
  const silhouette = { height: 1, width: 4, values: Float32Array.of(0.9, 0, 1, 0.1) };

  it('interpolate first: the shares hold at the resolution of the layer', () => {
    expect([...levelsAt(silhouette, [0.5, 0.5], 1, 2, false)]).toEqual([0, 1]);
  });

  it('section first: the levels of the silhouette are resized, whatever becomes of the shares', () => {
    expect([...levelsAt(silhouette, [0.5, 0.5], 1, 2, true)]).toEqual([1, 1]);
  });

  it('agree at the resolution of the silhouette', () => {
    fc.assert(
      fc.property(importance, percentages, (values, percents) => {
        const own = { height: 1, width: values.length, values: map(values) };
        const shares = percents.map((percent) => percent / 100);
        expect(levelsAt(own, shares, 1, values.length, true)).toEqual(levelsAt(own, shares, 1, values.length, false));
      }),
      runs,
    );
  });
});
