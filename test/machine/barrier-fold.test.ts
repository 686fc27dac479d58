import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalCycles, type LayerCounts } from '../../src/engine/counts.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import { machineOf, type ArraySpec } from '../oracle/machines.js';
import { countAlone, placeAlone } from '../oracle/placed.js';

const small = (max: number) => fc.integer({ min: 1, max });

/** One fold: a 1×1 convolution of K channels over `windows` pixels to `filters` channels. */
function pointwise(steps: number, windows: number, filters: number): ArrayLayer {
  return {
    name: 'pointwise',
    kind: 'conv2d',
    from: ['input'],
    parameters: 0,
    input: { channels: steps, height: 1, width: windows },
    output: { channels: filters, height: 1, width: windows },
    filters,
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    groups: 1,
  };
}

function count(layer: ArrayLayer, array: ArraySpec): LayerCounts {
  const placed = placeAlone(layer, machineOf(array), [{ activationBits: 8, weightBits: 8 }]);
  if (!placed.fits) throw new Error(placed.unfit.reason);
  return countAlone(placed.value, undefined);
}

const array = { unit: 'fixed(8)', steps: 'channel-inner', order: 'raster' } as const;

describe.each(['decoupled', 'elastic(1)', 'elastic(4)', 'global'])('a barrier fold under %s', (discipline) => {
  it('takes SCALE-Sim’s cycles: K + R + C − 2, and R more where results leave row by row', () => {
    fc.assert(
      fc.property(small(60), small(12), small(12), fc.nat(5), fc.nat(5), (steps, windows, filters, rows, cols) => {
        const layer = pointwise(steps, windows, filters);
        const [R, C] = [windows + rows, filters + cols];
        const cycles = (edge: 'full' | 'clipped', drain: 'overlapped' | 'serial') =>
          totalCycles(count(layer, { ...array, discipline, rows: R, cols: C, edge, drain }).cycles);
        expect(cycles('clipped', 'overlapped')).toBe(steps + windows + filters - 2);
        expect(cycles('clipped', 'serial')).toBe(steps + 2 * windows + filters - 2);
        expect(cycles('full', 'overlapped')).toBe(steps + R + C - 2);
        expect(cycles('full', 'serial')).toBe(steps + 2 * R + C - 2);
      }),
      { numRuns: 300 },
    );
  });

  it('follows the one before: a layer of many folds takes their sum', () => {
    // 10 windows on 4 rows, 7 filters on 3 columns: edge folds hold 2 windows or 1 filter.
    const { cycles } = count(pointwise(5, 10, 7), {
      ...array,
      discipline,
      rows: 4,
      cols: 3,
      edge: 'clipped',
      drain: 'serial',
    });
    let expected = 0;
    for (const windows of [4, 4, 2]) for (const filters of [3, 3, 1]) expected += 5 + 2 * windows + filters - 2;
    expect(totalCycles(cycles)).toBe(expected);
    expect(cycles.drain).toBe(3 * (4 + 4 + 2));
  });
});
