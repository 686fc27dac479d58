import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowGeometry } from '../../dist/engine/geometry.js';
import type { ArrayLayer } from '../../dist/network/layer.js';
import { floorLayer, floorSum } from './floor.js';

interface Case {
  readonly layer: ArrayLayer;
  readonly levels: number;
  readonly values: Uint8Array;
  readonly channels: number;
}

const cases = fc
  .record({
    channels: fc.constantFrom(1, 3, 32, 40),
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    kernel: fc.constantFrom(1, 3),
    stride: fc.constantFrom(1, 2, 3),
    levels: fc.integer({ min: 2, max: 4 }),
  })
  .chain(({ channels, height, width, kernel, stride, levels }) => {
    const pad = (kernel - 1) / 2;
    const side = (size: number): number => Math.floor((size - 1) / stride) + 1;
    const layer: ArrayLayer = {
      name: 'one',
      kind: 'conv2d',
      from: ['input'],
      parameters: 0,
      input: { channels, height, width },
      output: { channels: 1, height: side(height), width: side(width) },
      filters: 1,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      dilation: [1, 1],
      padding: [pad, pad, pad, pad],
      groups: 1,
    };
    // Words along channels have one plane.
    const most = channels === 1 ? levels : 2;
    const size = channels * height * width;
    return fc
      .uint8Array({ minLength: size, maxLength: size, max: most - 1 })
      .map((values): Case => ({ layer, levels: most, values, channels }));
  });

test('the floor reads the level of every window, tap and channel once', () => {
  fc.assert(
    fc.property(cases, ({ layer, levels, values, channels }) => {
      const { height, width } = layer.input;
      const map = { channels, gridHeight: height, gridWidth: width, regionHeight: 1, regionWidth: 1, levels: values };
      const { inputRow, inputCol, kernelRows, kernelCols } = windowGeometry(layer);
      let sum = 0;
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < layer.output.height; y++)
          for (let x = 0; x < layer.output.width; x++)
            for (let r = 0; r < kernelRows; r++)
              for (let s = 0; s < kernelCols; s++) {
                const row = inputRow[y * kernelRows + r]!;
                sum += values[(c * height + row) * width + inputCol[x * kernelCols + s]!]!;
              }
      expect(floorSum([floorLayer(layer, map, levels)])).toBe(sum);
    }),
  );
});
