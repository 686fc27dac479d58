import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SilhouetteError } from '../../src/core/errors.js';
import { shareOf } from '../../src/core/numbers.js';
import { maskedLayers } from '../../src/network/masked.js';
import {
  checkSynthOptions,
  SYNTH_DEFAULTS,
  synthMask,
  synthSilhouette,
  syntheticTrace,
  type SynthOptions,
} from '../../src/trace/synth.js';
import { arrayLayer, EXAMPLE, shape } from './example-network.js';

const options: SynthOptions = { ...SYNTH_DEFAULTS, images: 3, region: { rows: 4, cols: 4 } };
const layer = arrayLayer('conv', 'conv2d', shape(16, 56));

describe('a synthetic mask', () => {
  test('makes exactly the share of a layer sensitive, rounded half up', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.record({ rows: fc.integer({ min: 1, max: 9 }), cols: fc.integer({ min: 1, max: 40 }) }),
        fc.constantFrom(...maskedLayers(EXAMPLE)),
        (share, region, masked) => {
          const { levels, ...map } = synthMask({ ...options, share, region }, masked, 0);
          expect(levels.reduce((a, b) => a + b, 0)).toBe(shareOf(share, levels.length));
          expect(map).toEqual({
            channels: masked.input.channels,
            gridHeight: Math.ceil(masked.input.height / region.rows),
            gridWidth: Math.ceil(masked.input.width / region.cols),
            regionHeight: region.rows,
            regionWidth: region.cols,
          });
        },
      ),
    );
  });

  test('differs between channels, images, layers and seeds', () => {
    const mask = (changed: Partial<SynthOptions>, name = 'conv', image = 0) =>
      synthMask({ ...options, ...changed }, { ...layer, name }, image).levels.join('');
    const maps = synthMask({ ...options, share: 0.3 }, layer, 0);
    const cells = maps.gridHeight * maps.gridWidth;
    const channels = Array.from({ length: 16 }, (_, c) => maps.levels.subarray(c * cells, (c + 1) * cells).join(''));
    expect(new Set(channels).size).toBe(16);
    expect(new Set([mask({}), mask({}, 'other'), mask({}, 'conv', 1), mask({ seed: '2' })]).size).toBe(4);
  });

  test('is made of spots that channels share: neighbours and channels agree more often than chance', () => {
    const share = 0.2;
    const { levels, gridWidth, gridHeight } = synthMask({ ...options, share, region: { rows: 1, cols: 1 } }, layer, 0);
    const cells = gridWidth * gridHeight;
    let [right, next, ones] = [0, 0, 0];
    for (let i = 0; i < levels.length; i++) {
      if (levels[i] === 0 || i % gridWidth === gridWidth - 1 || i + cells >= levels.length) continue;
      ones++;
      right += levels[i + 1]!;
      next += levels[i + cells]!;
    }
    expect(right / ones).toBeGreaterThan(0.8);
    expect(next / ones).toBeGreaterThan(1.5 * share);
  });
});

describe('a synthetic silhouette', () => {
  test('spans 0 to 1 and is smooth', () => {
    const { values, height, width } = synthSilhouette(options, 0);
    expect([height, width, Math.min(...values), Math.max(...values)]).toEqual([56, 56, 0, 1]);
    const steps = values.map((value, i) => (i % width === 0 ? 0 : Math.abs(value - values[i - 1]!)));
    expect(Math.max(...steps)).toBeLessThan(0.25);
  });

  test('covers more of the image with larger blobs', () => {
    const covered = (blobSize: number): number =>
      synthSilhouette({ ...options, blobs: 1, blobSize }, 0).values.filter((value) => value > 0.5).length;
    expect(covered(0.1)).toBeLessThan(covered(0.3));
    expect(covered(0.3)).toBeLessThan(covered(0.6));
  });

  test('of one pixel is 0', () => {
    const silhouette = { height: 1, width: 1 };
    expect(synthSilhouette({ ...options, silhouette }, 0).values).toEqual(Float32Array.of(0));
  });
});

test('the same options give the same bits on every machine', () => {
  // Recorded when the generator was written; a change would silently change everybody's synthetic results.
  const hash = createHash('sha256');
  hash.update(synthMask(options, layer, 1).levels);
  hash.update(synthSilhouette(options, 1).values);
  expect(hash.digest('hex')).toBe('fc910ad42f9cd2ed481fcfc56ce5f2fc169064d70a1193b43efc1e18f635c64a');
});

test('a synthetic trace says so, and any image can be produced alone', async () => {
  const trace = syntheticTrace(EXAMPLE, options);
  expect(trace.info).toMatchObject({ images: 3, synthetic: true, network: 'example' });
  expect(trace.info.masks.map(({ layer: name }) => name)).toEqual(['conv', 'narrow', 'dw']);
  const seen: number[] = [];
  for await (const image of trace.images(2)) {
    seen.push(image.index);
    for (const masked of maskedLayers(EXAMPLE)) {
      expect(image.masks.get('4x4')?.get(masked.name)).toEqual(synthMask(options, masked, image.index));
    }
  }
  expect(seen).toEqual([0, 1]);
});

test('options out of range are all named', () => {
  const wrong = { ...options, share: 1.5, blobSize: 0, blobs: 0, images: NaN, region: { rows: 2.5, cols: 4 } };
  const fields = ['share', 'blobSize', 'blobs', 'images', 'region.rows'];
  expect(() => {
    checkSynthOptions(wrong);
  }).toThrow(SilhouetteError);
  try {
    checkSynthOptions(wrong);
  } catch (error) {
    expect((error as SilhouetteError).problems.map(({ where }) => where)).toEqual(
      fields.map((field) => `synth ${field}`),
    );
  }
});
