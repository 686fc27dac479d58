import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputSpans, tapsPerPixel, windowGeometry } from '../../src/engine/geometry.js';
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

  it('stand on each pixel as often as their taps do', () => {
    fc.assert(
      fc.property(randomLayer, (layer) => {
        const counts = new Int32Array(layer.input.height * layer.input.width);
        const windows = layer.output.height * layer.output.width;
        for (let w = 0; w < windows; w++) for (const pixel of pixelsUnder(layer, w)) counts[pixel]!++;
        expect(tapsPerPixel(windowGeometry(layer))).toEqual(counts);
      }),
      { numRuns: 500 },
    );
  });

  it('touch, output row by output row, whole ranges of input rows, and nothing between the ends of a straddling tile', () => {
    fc.assert(
      fc.property(randomLayer, fc.nat(), fc.nat(), (layer, start, length) => {
        const windows = layer.output.height * layer.output.width;
        const from = start % (3 * windows);
        const to = from + 1 + (length % (3 * windows - from));
        const lines = new Map<string, { place: string; cols: number[] }>();
        for (let w = from; w < to; w++)
          for (const pixel of pixelsUnder(layer, w % windows)) {
            const place = `${String(Math.floor(w / windows))}/${String(Math.floor(pixel / layer.input.width))}`;
            const key = `${place} by ${String(Math.floor(w / layer.output.width))}`;
            const line = lines.get(key) ?? { place, cols: [] };
            line.cols.push(pixel % layer.input.width);
            lines.set(key, line);
          }
        const expected = new Set<string>();
        for (const { place, cols } of lines.values())
          for (let x = Math.min(...cols); x <= Math.max(...cols); x++) expected.add(`${place}/${String(x)}`);
        const found: string[] = [];
        for (const { image, rows, low, high } of inputSpans(windowGeometry(layer), from, to))
          rows.forEach((row, i) => {
            for (let x = low[i]!; x <= high[i]!; x++) found.push(`${String(image)}/${String(row)}/${String(x)}`);
          });
        expect(found.length).toBe(expected.size);
        expect(new Set(found)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
