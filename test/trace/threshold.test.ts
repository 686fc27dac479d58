import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutSums, isMultiple, regridded, type Threshold } from '../../src/trace/threshold.js';
import type { RegionSums } from '../../src/trace/trace.js';

interface Case {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly magnitudes: readonly number[];
  readonly rows: number;
  readonly cols: number;
  readonly down: number;
  readonly right: number;
}

const side = fc.integer({ min: 1, max: 9 });
const cases: fc.Arbitrary<Case> = fc
  .record({ channels: fc.integer({ min: 1, max: 3 }), height: side, width: side })
  .chain(({ channels, height, width }) => {
    const pixels = channels * height * width;
    return fc.record({
      channels: fc.constant(channels),
      height: fc.constant(height),
      width: fc.constant(width),
      magnitudes: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), {
        minLength: pixels,
        maxLength: pixels,
      }),
      rows: fc.integer({ min: 1, max: 4 }),
      cols: fc.integer({ min: 1, max: 4 }),
      down: fc.integer({ min: 1, max: 3 }),
      right: fc.integer({ min: 1, max: 3 }),
    });
  });

/** Pixels of one region of one channel, straight from the map. */
function pixelsOf(of: Case, channel: number, gridY: number, gridX: number, rows: number, cols: number): number[] {
  const found: number[] = [];
  for (let y = gridY * rows; y < Math.min(of.height, (gridY + 1) * rows); y++)
    for (let x = gridX * cols; x < Math.min(of.width, (gridX + 1) * cols); x++)
      found.push(of.magnitudes[(channel * of.height + y) * of.width + x]!);
  return found;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** One number per region, in the order of a map. */
function perRegion(of: Case, rows: number, cols: number, tell: (pixels: number[]) => number): number[] {
  const told: number[] = [];
  for (let c = 0; c < of.channels; c++)
    for (let y = 0; y * rows < of.height; y++)
      for (let x = 0; x * cols < of.width; x++) told.push(tell(pixelsOf(of, c, y, x, rows, cols)));
  return told;
}

function sumsOf(of: Case): RegionSums {
  const { rows, cols, channels } = of;
  return {
    channels,
    gridHeight: Math.ceil(of.height / rows),
    gridWidth: Math.ceil(of.width / cols),
    regionHeight: rows,
    regionWidth: cols,
    sums: Uint16Array.from(perRegion(of, rows, cols, total)),
  };
}

describe('a mask cut from sums', () => {
  it('marks the regions whose mean reaches the threshold, of multiples of what was summed', () => {
    const threshold: fc.Arbitrary<Threshold> = fc.oneof(
      fc.record({ kind: fc.constant('absolute' as const), mean: fc.integer({ min: 0, max: 255 }) }),
      // Gates of short binary fractions, of which doubles have no other opinion.
      fc.record({ kind: fc.constant('gate' as const), gate: fc.constantFrom(0, 0.0625, 0.25, 0.5, 1) }),
    );
    fc.assert(
      fc.property(cases, threshold, (of, rule) => {
        const region = { rows: of.rows * of.down, cols: of.cols * of.right };
        const means = perRegion(of, region.rows, region.cols, (pixels) => total(pixels) / pixels.length);
        const least = rule.kind === 'absolute' ? rule.mean : rule.gate * Math.max(...means);
        const map = cutSums(sumsOf(of), region, of, rule);
        expect([...map.levels]).toEqual(means.map((mean) => (mean > 0 && mean >= least ? 1 : 0)));
        const array = { layer: 'a', region: { rows: of.rows, cols: of.cols }, ...sumsOf(of) };
        expect(regridded(array, region)).toMatchObject({ gridHeight: map.gridHeight, gridWidth: map.gridWidth });
        expect([map.regionHeight, map.regionWidth]).toEqual([region.rows, region.cols]);
      }),
    );
  });

  it('is cut of whole multiples alone', () => {
    expect(isMultiple({ rows: 4, cols: 8 }, { rows: 2, cols: 4 })).toBe(true);
    expect(isMultiple({ rows: 4, cols: 6 }, { rows: 2, cols: 4 })).toBe(false);
    expect(isMultiple({ rows: 2, cols: 4 }, { rows: 4, cols: 4 })).toBe(false);
  });
});
