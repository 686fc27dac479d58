import { expect, test } from 'vitest';
import { traceStatistics } from '../../src/trace/statistics.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import type { ImageTrace, RegionMap, Trace } from '../../src/trace/trace.js';
import { EXAMPLE } from './example-network.js';

const map = (channels: number, ...levels: number[]): RegionMap => ({
  channels,
  gridHeight: 1,
  gridWidth: levels.length / channels,
  regionHeight: 2,
  regionWidth: 2,
  levels: Uint8Array.from(levels),
});

function traceOf(...images: Omit<ImageTrace, 'index' | 'name'>[]): Trace {
  const region = { rows: 2, cols: 2 };
  const masks = [...(images[0]?.masks.get('2x2') ?? [])].map(([layer, { channels, gridHeight, gridWidth }]) => ({
    ...{ layer, region, channels, gridHeight, gridWidth },
  }));
  return {
    info: { source: 'test', images: images.length, masks, synthetic: false, accuracy: {} },
    // eslint-disable-next-line @typescript-eslint/require-await -- a Trace is read asynchronously
    async *images(limit = Infinity) {
      for (const [index, image] of images.slice(0, limit).entries())
        yield { index, name: `i${String(index)}`, ...image };
    },
  };
}

const silhouette = (...values: number[]) => ({ height: 1, width: values.length, values: Float32Array.from(values) });
const masks = (a: RegionMap, b: RegionMap) =>
  new Map([
    [
      '2x2',
      new Map([
        ['a', a],
        ['b', b],
      ]),
    ],
  ]);

test('every cell counts once: large layers weigh more than small ones', async () => {
  const trace = traceOf(
    { silhouette: silhouette(0, 0.5), masks: masks(map(1, 1, 1), map(2, 0, 0, 0, 0, 0, 3)) },
    { silhouette: silhouette(0.25, 0.75), masks: masks(map(1, 0, 1), map(2, 0, 0, 0, 0, 0, 0)) },
  );
  const statistics = await traceStatistics(trace);
  expect(statistics).toMatchObject({
    images: 2,
    silhouettes: { min: 0, mean: 0.375, max: 0.75 },
    regions: { '2x2': { cells: 16, cellsByLevel: [12, 3, 0, 1], importantShare: 0.25 } },
    layers: [
      { layer: 'a', channels: 1, cells: 4, cellsByLevel: [1, 3], importantShare: 0.75 },
      { layer: 'b', channels: 2, cells: 12, cellsByLevel: [11, 0, 0, 1], importantShare: 1 / 12 },
    ],
    perImage: [
      {
        index: 0,
        name: 'i0',
        silhouette: { min: 0, mean: 0.25, max: 0.5 },
        regions: { '2x2': { importantShare: 3 / 8 } },
      },
      {
        index: 1,
        name: 'i1',
        silhouette: { min: 0.25, mean: 0.5, max: 0.75 },
        regions: { '2x2': { importantShare: 1 / 8 } },
      },
    ],
  });
});

test('only the images asked for count, and a trace without silhouettes has no statistics of them', async () => {
  const one = { masks: masks(map(1, 1), map(1, 0)) };
  const statistics = await traceStatistics(traceOf(one, one, one), 2);
  expect(statistics.images).toBe(2);
  expect(statistics.layers[0]?.cells).toBe(2);
  expect(statistics).not.toHaveProperty('silhouettes');
  expect((await traceStatistics(traceOf(one), 0)).layers[0]).toMatchObject({ cells: 0, importantShare: 0 });
});

test('a synthetic trace has the share it was asked for', async () => {
  const { regions } = await traceStatistics(syntheticTrace(EXAMPLE, { ...SYNTH_DEFAULTS, share: 0.25 }));
  expect(regions['4x8']?.importantShare).toBeCloseTo(0.25, 2);
});
