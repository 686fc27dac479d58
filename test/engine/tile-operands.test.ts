import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowGeometry } from '../../src/engine/geometry.js';
import type { LevelField } from '../../src/engine/levels.js';
import { touchedCols, touchedRows, type Range, type WindowTile } from '../../src/engine/mapping/tiling.js';
import { maskEntries } from '../../src/engine/masks.js';
import { rectangle } from '../../src/engine/storage/lines.js';
import { tileReads } from '../../src/engine/tile-operands.js';
import { randomLayer } from '../oracle/random-layers.js';
import { levelAt, randomField, randomRange } from './random-field.js';

const images = 2;
const levels = 3;

/** Strides of up to 4 on kernels of up to 3: rows and columns that nobody reads. */
const randomTile = fc
  .tuple(randomLayer, fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })))
  .chain(([drawn, stride]) => {
    const { input, kernel, dilation, padding } = drawn;
    const outputs = (size: number, axis: 0 | 1): number => {
      const reach = (kernel[axis] - 1) * dilation[axis] + 1;
      return Math.floor((size + padding[axis] + padding[axis + 2]! - reach) / stride[axis]) + 1;
    };
    const output = { ...drawn.output, height: outputs(input.height, 0), width: outputs(input.width, 1) };
    const geometry = windowGeometry({ ...drawn, stride, output });
    return fc.record({
      geometry: fc.constant(geometry),
      fields: fc.array(randomField(input, levels), { minLength: images, maxLength: images }),
      bitsOfLevel: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: levels, maxLength: levels }),
      wordBits: fc.constantFrom(1, 8, 24),
      channels: randomRange(input.channels),
      tile: fc
        .tuple(randomRange(images), randomRange(output.height), randomRange(output.width))
        .map(([some, rows, cols]): WindowTile => ({
          images: some,
          rows,
          cols,
          windows: (some.to - some.from) * (rows.to - rows.from) * (cols.to - cols.from),
          inputRows: touchedRows(geometry, rows),
          inputCols: touchedCols(geometry, cols),
        })),
    });
  });

type RandomTile = typeof randomTile extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Every channel under every tap of every window. */
function walk({ geometry, fields, bitsOfLevel, wordBits, channels, tile }: RandomTile) {
  const pairs = Array.from({ length: levels }, () => 0);
  let words = 0;
  const { kernelRows, kernelCols, inputRow, inputCol } = geometry;
  for (let image = tile.images.from; image < tile.images.to; image++)
    for (let i = tile.rows.from * kernelRows; i < tile.rows.to * kernelRows; i++)
      for (let j = tile.cols.from * kernelCols; j < tile.cols.to * kernelCols; j++) {
        let bits = 0;
        for (let c = channels.from; c < channels.to; c++) {
          const level = levelAt(fields[image]!, c, inputRow[i]!, inputCol[j]!);
          pairs[level]! += 1;
          bits += bitsOfLevel[level]!;
        }
        words += Math.ceil(bits / wordBits);
      }
  return { pairs, words };
}

function regionsOf(fields: readonly LevelField[], { images: some, inputRows, inputCols }: WindowTile, channels: Range) {
  const regions = new Set<string>();
  for (let image = some.from; image < some.to; image++)
    for (const y of inputRows)
      for (let x = inputCols.from; x < inputCols.to; x++)
        for (let c = channels.from; c < channels.to; c++) {
          const { map } = fields[image]!;
          const cell = [Math.floor(y / map.regionHeight), Math.floor(x / map.regionWidth)];
          regions.add([image, map.channels === 1 ? 0 : c, ...cell].join());
        }
  return regions.size;
}

describe('what a tile reads', () => {
  it('is what walking its windows, taps and channels meets of each level, and the words that they take', () => {
    fc.assert(
      fc.property(randomTile, (drawn) => {
        const { geometry, tile, fields, channels, bitsOfLevel, wordBits } = drawn;
        // Twice: the second time from what is known.
        for (let time = 0; time < 2; time++) {
          const { pairs, words } = tileReads(geometry, tile, fields, channels, { levels, bitsOfLevel, wordBits });
          expect({ pairs: [...pairs], words }).toEqual(walk(drawn));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('stands on as many regions as its rows and columns touch', () => {
    fc.assert(
      fc.property(randomTile, ({ tile, fields, channels }) => {
        const { rowRuns, colRuns } = rectangle(tile.images, tile.inputRows, tile.inputCols);
        const count = channels.to - channels.from;
        const entries = maskEntries(fields, tile.images, { rowRuns: rowRuns.runs, colRuns }, count);
        expect(entries).toBe(regionsOf(fields, tile, channels));
      }),
      { numRuns: 500 },
    );
  });
});
