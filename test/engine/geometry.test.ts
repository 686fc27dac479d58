import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowGeometry } from '../../src/engine/geometry.js';
import { touchedCols, touchedRows, touchedRuns, type Range, type WindowTile } from '../../src/engine/mapping/tiling.js';
import { tapCounts } from '../../src/engine/tile-operands.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import { randomLayer } from '../oracle/random-layers.js';
import { arrayLayer, shape } from '../trace/example-network.js';

/** Input pixels under the taps of a window of one image, by the definition of a convolution; padding is clamped. */
function pixelsUnder({ input, output, kernel, stride, dilation, padding }: ArrayLayer, window: number): number[] {
  const pixels: number[] = [];
  const [oy, ox] = [Math.floor(window / output.width), window % output.width];
  for (let r = 0; r < kernel[0]; r++)
    for (let s = 0; s < kernel[1]; s++) {
      const y = Math.max(0, Math.min(input.height - 1, oy * stride[0] + r * dilation[0] - padding[0]));
      const x = Math.max(0, Math.min(input.width - 1, ox * stride[1] + s * dilation[1] - padding[1]));
      pixels.push(y * input.width + x);
    }
  return pixels;
}

describe('the windows of a layer', () => {
  it('see padding as the nearest real pixel', () => {
    // A 3×3 kernel on a 4×4 map with one pixel of padding.
    const { inputRow, inputCol, windowSize } = windowGeometry(arrayLayer('same', 'conv2d', shape(5, 4)));
    expect([...inputRow]).toEqual([0, 0, 1, 0, 1, 2, 1, 2, 3, 2, 3, 3]);
    expect(inputCol).toEqual(inputRow);
    expect(windowSize).toBe(9 * 5);
  });

  it('hold the channels of one group only', () => {
    expect(windowGeometry(arrayLayer('dw', 'depthwise', shape(6, 14)))).toMatchObject({ channels: 1, windowSize: 9 });
  });

  it('stand on the rows and columns of a tile as often as their taps do, and touch no others', () => {
    const part = (total: number, [a, b]: [number, number]): Range => {
      const from = a % total;
      return { from, to: from + 1 + (b % (total - from)) };
    };
    fc.assert(
      fc.property(randomLayer, fc.tuple(fc.nat(), fc.nat()), fc.tuple(fc.nat(), fc.nat()), (layer, r, c) => {
        const geometry = windowGeometry(layer);
        const [rows, cols] = [part(layer.output.height, r), part(layer.output.width, c)];
        const counts = new Map<number, number>();
        for (let oy = rows.from; oy < rows.to; oy++)
          for (let ox = cols.from; ox < cols.to; ox++)
            for (const pixel of pixelsUnder(layer, oy * layer.output.width + ox))
              counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
        const taps = tapCounts(geometry, { rows, cols } as WindowTile);
        for (let y = 0; y < layer.input.height; y++)
          for (let x = 0; x < layer.input.width; x++)
            expect(taps.rows[y]! * taps.cols[x]!).toBe(counts.get(y * layer.input.width + x) ?? 0);
        const touchedX = [...counts.keys()].map((pixel) => pixel % layer.input.width);
        expect(touchedCols(geometry, cols)).toEqual({ from: Math.min(...touchedX), to: Math.max(...touchedX) + 1 });
        expect(new Set(touchedRows(geometry, rows))).toEqual(
          new Set([...counts.keys()].map((pixel) => Math.floor(pixel / layer.input.width))),
        );
        const whole = touchedRuns(geometry).flatMap(({ from, to }) =>
          Array.from({ length: to - from }, (_, i) => from + i),
        );
        expect(whole).toEqual([...new Set(geometry.inputCol)].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});
