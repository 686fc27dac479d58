import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASPECT_TOLERANCE, MAX_PES, MAX_SIDE, nearestSize, type SizeRequest } from '../../src/cost/resize.js';
import { complaints, parse, small } from '../formats/small-machine.js';

/** An array whose PEs, FIFOs between neighbours and buffers all have area. */
const requests = fc
  .record({
    rows: fc.integer({ min: 1, max: 24 }),
    cols: fc.integer({ min: 1, max: 24 }),
    group: fc.integer({ min: 1, max: 4 }),
    fifo: fc.double({ min: 0, max: 2, noNaN: true }),
    edge: fc.double({ min: 0, max: 3, noNaN: true }),
    pes: fc.integer({ min: 4, max: 500 }),
  })
  .map(({ rows, cols, group, fifo, edge, pes }): SizeRequest => {
    const areaOf: SizeRequest['areaOf'] = (size) => {
      const links = size.rows * (size.cols - 1) + size.cols * (size.rows - 1);
      return 10 + size.rows * size.cols + fifo * links + edge * size.rows;
    };
    const original = { rows: rows * group, cols };
    return { original, rowStep: group, target: areaOf({ rows: group, cols: Math.ceil(pes / group) }) * 1.01, areaOf };
  });

const aspectChange = ({ original }: SizeRequest, rows: number, cols: number): number => {
  const change = (rows * original.cols) / (cols * original.rows);
  return Math.max(change, 1 / change);
};

describe('the size of an area', () => {
  test('is as near to it as that of any number of rows whose aspect ratio is within the tolerance', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { target, areaOf, rowStep } = request;
        const off = (size: { rows: number; cols: number }): number => Math.abs(areaOf(size) - target);
        const found = nearestSize(request);
        let [near, kept] = [Infinity, Infinity];
        for (let rows = rowStep; rows <= 1200; rows += rowStep) {
          let cols = 1;
          if (areaOf({ rows, cols }) > target) continue;
          while (off({ rows, cols: cols + 1 }) < off({ rows, cols })) cols++;
          const change = aspectChange(request, rows, cols);
          kept = Math.min(kept, change);
          if (change <= ASPECT_TOLERANCE) near = Math.min(near, off({ rows, cols }));
        }
        const change = aspectChange(request, found.rows, found.cols);
        expect(found.rows % rowStep).toBe(0);
        if (near < Infinity) {
          expect(change).toBeLessThanOrEqual(ASPECT_TOLERANCE + 1e-8);
          expect(off(found)).toBeLessThanOrEqual(near + 1e-8 * target);
        } else expect(change).toBeLessThanOrEqual(kept + 1e-8);
      }),
      { numRuns: 150 },
    );
  });

  test('changes the aspect ratio no more than groups of rows make necessary', () => {
    const request = { original: { rows: 16, cols: 256 }, rowStep: 16, target: 1000, areaOf: pes };
    // 16 × 62 is off by 8 as 16 × 63 is, and does not exceed 1000.
    expect(nearestSize(request)).toEqual({ rows: 16, cols: 62 });
    expect(nearestSize({ ...request, rowStep: 1 }).rows).toBeLessThan(10);
  });

  test('is the original where that has the area', () => {
    expect(nearestSize({ original: { rows: 7, cols: 11 }, rowStep: 1, target: 77, areaOf: pes })).toEqual({
      rows: 7,
      cols: 11,
    });
  });

  test('prefers what does not exceed the area where two are equally near', () => {
    // 2 × 2 and 2 × 3 are both off by 1.
    expect(nearestSize({ original: { rows: 2, cols: 2 }, rowStep: 2, target: 5, areaOf: pes })).toEqual({
      rows: 2,
      cols: 2,
    });
  });

  test('has at most the sides and PEs of a machine file', () => {
    const large = nearestSize({ original: { rows: 1, cols: 1 }, rowStep: 1, target: 1e12, areaOf: pes });
    expect(large.rows * large.cols).toBeLessThanOrEqual(MAX_PES);
    expect(large.rows * large.cols).toBeGreaterThan(0.999 * MAX_PES);
    const flat = nearestSize({ original: { rows: 1, cols: 60_000 }, rowStep: 1, target: 64_000, areaOf: pes });
    expect(flat).toEqual({ rows: 1, cols: 64_000 });
    const set = (rows: number, cols: number): string[] =>
      complaints(small, `array.rows=${String(rows)}`, `array.cols=${String(cols)}`);
    expect(parse(small, `array.rows=${String(MAX_SIDE)}`, `array.cols=${String(MAX_PES / MAX_SIDE)}`).array.rows).toBe(
      MAX_SIDE,
    );
    expect(set(MAX_SIDE + 1, 1)).toHaveLength(1);
    expect(set(MAX_SIDE, MAX_PES / MAX_SIDE + 1)).toHaveLength(1);
  });
});

function pes({ rows, cols }: { rows: number; cols: number }): number {
  return rows * cols;
}
