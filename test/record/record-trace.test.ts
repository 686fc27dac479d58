import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordTrace } from '../../src/record/record-trace.js';
import type { RecordedTrace } from '../../src/record/recorded-trace.js';
import type { RecordOptions } from '../../src/record/record-options.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { npy, temporaryFolder } from '../formats/npz-fixture.js';
import { ModelBuilder } from '../formats/onnx/model-builder.js';
import { noise, png, put, readTrace, twoConvolutions } from './small-recording.js';

const folder = temporaryFolder();
let model: string;
let runs = 0;

beforeAll(async () => {
  model = await put(folder.path('two.onnx'), twoConvolutions().bytes());
});

async function record(photos: Readonly<Record<string, Uint8Array>>, more: Partial<RecordOptions>) {
  const images = folder.path(`photos-${String(++runs)}`);
  for (const [name, bytes] of Object.entries(photos)) await put(`${images}/${name}`, bytes);
  const out = folder.path(`t-${String(runs)}.npz`);
  const recording: RecordedTrace = await recordTrace({ model, images, out, preprocess: 'raw', ...more });
  expect(existsSync(`${out}.parts`)).toBe(false);
  return { recording, out, ...(await readTrace(out)) };
}

/** Four regions of 2×4 pixels: 250, 100, 20 and 0 throughout. */
const quarters = png(
  4,
  8,
  [250, 250, 250, 250, 100, 100, 100, 100, 250, 250, 250, 250, 100, 100, 100, 100].concat([
    20, 20, 20, 20, 0, 0, 0, 0, 20, 20, 20, 20, 0, 0, 0, 0,
  ]),
);

describe('masks, by hand: [v, max(0, 100 − v)] of regions of 250, 100, 20, 0', () => {
  // The largest value is 250, so that magnitudes are 255, 102, 20, 0 and 0, 0, 82, 102.
  it.each([
    ['2x4@20', [1, 1, 1, 0, 0, 0, 1, 1]],
    ['2x4@21', [1, 1, 0, 0, 0, 0, 1, 1]],
    ['2x4@103', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['2x4@gate:0.3', [1, 1, 0, 0, 0, 0, 1, 1]],
    ['2x4@gate:0.4', [1, 1, 0, 0, 0, 0, 0, 1]],
    ['2x4@gate:0.06', [1, 1, 1, 0, 0, 0, 1, 1]],
    // Of eight regions half: 20 is not sensitive, and three are 0.
    ['2x4@auto:50', [1, 1, 0, 0, 0, 0, 1, 1]],
    ['2x4@auto:62', [1, 1, 0, 0, 0, 0, 0, 1]],
    // A row of both: means are 178.5, 10 and 0, 92.
    ['2x8@100', [1, 0, 0, 0]],
    ['2x8@90', [1, 0, 0, 1]],
  ])('%s', async (drq, expected) => {
    const { images, info, recording } = await record({ 'a.png': quarters }, { drq: [drq] });
    const size = drq.split('@')[0]!;
    expect([...images[0]!.masks.get(size)!.get('second')!.levels]).toEqual(expected);
    expect(info.masks.map(({ layer, channels }) => [layer, channels])).toEqual([['second', 2]]);
    const sensitive = expected.reduce((a, b) => a + b) / expected.length;
    expect(recording.masks[0]).toMatchObject({ region: size, request: drq, sensitive, lowMacs: 1 - sensitive });
  });

  it('of layers with thresholds of their own, several sizes at once', async () => {
    const thresholds = await put(folder.path('own.yaml'), 'second: 103\n');
    const { images } = await record({ 'a.png': quarters }, { drq: ['2x4@auto:50', '2x8'], thresholds });
    expect([...images[0]!.masks.get('2x4')!.get('second')!.levels]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect([...images[0]!.masks.get('2x8')!.get('second')!.levels]).toEqual([1, 0, 0, 0]);
  });

  it('cut later from sums are the same', async () => {
    const { images, info, recording, out } = await record(
      { 'a.png': quarters },
      { drq: ['2x4@gate:0.3'], sums: ['2x4', '32x32'] },
    );
    expect(recording.sums).toEqual(['2x4', '32x32']);
    expect([...images[0]!.sums!.get('2x4')!.get('second')!.sums]).toEqual(
      [255, 102, 20, 0, 0, 0, 82, 102].map((m) => 8 * m),
    );
    expect(images[0]!.sums!.get('32x32')!.get('second')!.sums).toBeInstanceOf(Uint32Array);
    const network = recording.network;
    const cut = parseScheme('drq:2x4,gate=0.3').plan(network, info);
    const read = parseScheme('drq:2x4').plan(network, info);
    expect(cut.maps(images[0]!)).toEqual(read.maps(images[0]!));
    expect(out).toBeTruthy();
  });
});

it('masks of a random colour image equal a plain computation, pixel by pixel', async () => {
  const [height, width, filters] = [9, 14, 3];
  const weights = Array.from({ length: filters * 3 * 9 }, (_, i) => ((i * 5) % 7) - 3);
  const builder = new ModelBuilder();
  const x = builder.input([1, 3, height, width]);
  const w = builder.weights([filters, 3, 3, 3], 'FLOAT', weights);
  const relu = builder.node('Relu', [builder.node('Conv', [x, w], { pads: [1, 1, 1, 1] })]);
  builder.output(builder.conv(relu, [1, filters, 1, 1], {}, 'last'));
  const path = await put(folder.path('colour.onnx'), builder.filled().bytes());
  const bytes = noise(height, width, 3, 3);
  const { images } = await record({ 'a.png': bytes }, { model: path, drq: ['4x5@gate:0.25'] });

  const pixel = (c: number, y: number, i: number): number =>
    y < 0 || y >= height || i < 0 || i >= width
      ? 0
      : (Math.imul((y * width + i) * 3 + c + 22, 2654435761) >>> 24) & 255;
  const map = Array.from({ length: filters * height * width }, (_, at) => {
    const [f, y, i] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    let sum = 0;
    for (let c = 0; c < 3; c++)
      for (let r = 0; r < 3; r++)
        for (let s = 0; s < 3; s++) sum += weights[((f * 3 + c) * 3 + r) * 3 + s]! * pixel(c, y + r - 1, i + s - 1);
    return Math.max(0, sum);
  });
  const top = Math.max(...map);
  const means: number[] = [];
  for (let f = 0; f < filters; f++)
    for (let gy = 0; gy < 3; gy++)
      for (let gx = 0; gx < 3; gx++) {
        const region: number[] = [];
        for (let y = 4 * gy; y < Math.min(height, 4 * gy + 4); y++)
          for (let i = 5 * gx; i < Math.min(width, 5 * gx + 5); i++)
            region.push(Math.round((map[(f * height + y) * width + i]! / top) * 255));
        means.push(region.reduce((a, b) => a + b) / region.length);
      }
  const most = Math.max(...means);
  const expected = means.map((mean) => (mean > 0 && mean >= 0.25 * most ? 1 : 0));
  expect(new Set(expected).size).toBe(2);
  expect([...images[0]!.masks.get('4x5')!.get('last')!.levels]).toEqual(expected);
});

describe('silhouettes', () => {
  const both = { 'a.png': quarters, 'b/c.png': png(4, 8, Array<number>(32).fill(50)) };
  const scaled = (values: readonly number[], times: number) => values.flatMap((v) => Array<number>(times).fill(v));
  const rows = (four: readonly number[]) => {
    const [a, b, c, d] = four as [number, number, number, number];
    return [...scaled([a, b], 4), ...scaled([a, b], 4), ...scaled([c, d], 4), ...scaled([c, d], 4)];
  };
  const values = async (silhouette: string, more: Partial<RecordOptions> = {}) => {
    const { images } = await record(both, { silhouette, ...more });
    return images.map((image) => [...image.silhouette!.values].map((v) => Number(v.toFixed(4))));
  };

  it('are squeezed from what the next layer reads, least to most', async () => {
    // max: 250, 100, 80, 100; avg: 125, 50, 50, 50.
    expect(await values('max@first')).toEqual([rows([1, 0.1176, 0, 0.1176]), Array(32).fill(0)]);
    expect(await values('avg@layer1')).toEqual([rows([1, 0, 0, 0]), Array(32).fill(0)]);
    expect((await values('topk-activation:1@first'))[0]).toEqual(rows([1, 0.4, 0.08, 0]));
    expect((await values('topk-deviation:1@first'))[0]).toEqual(rows([1, 0.4, 0.08, 0]));
    const above = (await values('above-mean@first'))[0]!;
    expect(above).toEqual(rows([0.5, 0.5, 0.5, 0.5]));
    const random = await values('random:7@first');
    expect(random).toEqual(await values('random:7@first'));
    expect([rows([1, 0.4, 0.08, 0]), rows([0, 0, 0.8, 1])]).toContainEqual(random[0]);
  });

  it('are projected by weights of the user’s, with or without a bias', async () => {
    const file = folder.path('w.npy');
    const sigmoid = (x: number): number => Number((1 / (1 + Math.exp(-x))).toFixed(4));
    await put(file, npy({ dtype: '<f4', shape: [1, 2, 1, 1], data: Float32Array.of(0.01, -0.02) }));
    const without = [2.5, 1, 0.2 - 1.6, -2].map(sigmoid);
    expect((await values(`1x1:${file}@first`))[0]).toEqual(rows(without));
    await put(file, npy({ dtype: '<f8', shape: [3], data: Float64Array.of(0.01, -0.02, -1) }));
    const withBias = [1.5, 0, -2.4, -3].map(sigmoid);
    expect((await values(`1x1:${file}@first`))[0]).toEqual(rows(withBias));
  });

  it('are what another model sees, at its own size', async () => {
    const seg = new ModelBuilder();
    const pooled = seg.node('AveragePool', [seg.input([1, 1, 4, 8])], { kernel_shape: [2, 4], strides: [2, 4] });
    seg.output(seg.node('Sigmoid', [pooled]));
    const file = await put(folder.path('seg.onnx'), seg.bytes());
    const more = { segmentationPreprocess: 'scale=1/100,mean=1' };
    const expected = [1.5, 0, -0.8, -1].map((x) => Number((1 / (1 + Math.exp(-x))).toFixed(4)));
    expect((await values(`model:${file}`, more))[0]).toEqual(expected);
    expect((await values(`model:${file}`, { ...more, silhouetteSize: '4x8' }))[0]).toEqual(rows(expected));
  });

  it('are seen in as many pixels as the recorded model has, where the other leaves its sizes open', async () => {
    const open = new ModelBuilder();
    open.output(open.node('Sigmoid', [open.input(['n', 1, 'h', 'w'])]));
    const file = await put(folder.path('open.onnx'), open.bytes());
    const [image] = (await record(both, { silhouette: `model:${file}` })).images;
    expect(image!.silhouette).toMatchObject({ height: 4, width: 8 });
  });

  it('are masks of the user’s, by name, area by area', async () => {
    await put(folder.path('masks/a.png'), quarters);
    await put(folder.path('masks/b/c.png'), png(4, 8, Array<number>(32).fill(255)));
    const grey = [250, 100, 20, 0].map((v) => Number((v / 255).toFixed(4)));
    expect(await values(`masks:${folder.path('masks')}`)).toEqual([rows(grey), Array(32).fill(1)]);
    expect(await values(`masks:${folder.path('masks')}`, { silhouetteSize: '2x2' })).toEqual([grey, Array(4).fill(1)]);
  });
});

it('without any wish, masks of 4×8 and the first layer’s mean are recorded', async () => {
  const { info, meta, recording } = await record({ 'a.png': quarters, 'notes.txt': new Uint8Array(1) }, {});
  expect(info).toMatchObject({ network: 'two', images: 1, synthetic: false, silhouettes: { height: 4, width: 8 } });
  expect(info.masks.map(({ region }) => region)).toEqual([{ rows: 4, cols: 8 }]);
  expect(meta.images).toEqual(['a.png']);
  expect(meta.source).toMatch(/^Activations of two.onnx on photos-\d+, input 1x4x8\. /);
  expect(meta.source).toContain('Silhouettes: avg@layer1 (first). DRQ masks: 4x8@gate:0.06. Recorded by silhouette');
  expect(recording).toMatchObject({ images: 1, skipped: ['notes.txt'], resumed: 0, maskedLayers: 1 });
  expect([...recording.statistics.keys()]).toEqual(['first', 'second']);
  expect(recording.statistics.get('second')).toMatchObject({ count: 64, min: 0, max: 250, zeroShare: 24 / 64 });
});

describe('what a layer reads', () => {
  it('of a transposed convolution is the map with zeros between', async () => {
    const builder = new ModelBuilder();
    const x = builder.input([1, 1, 2, 2]);
    const w = builder.weights([1, 1, 1, 1], 'FLOAT', [1]);
    const first = builder.node('Conv', [x, w], {}, { name: 'first' });
    const up = builder.weights([1, 1, 3, 3], 'FLOAT', Array<number>(9).fill(1));
    builder.output(
      builder.node(
        'ConvTranspose',
        [first, up],
        { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] },
        { name: 'up' },
      ),
    );
    const path = await put(folder.path('up.onnx'), builder.bytes());
    const photos = { 'a.png': png(2, 2, [255, 51, 0, 102]) };
    const { images } = await record(photos, { model: path, sums: ['1x1'] });
    const map = images[0]!.sums!.get('1x1')!.get('up')!;
    expect([map.gridHeight, map.gridWidth]).toEqual([4, 6]);
    const zeros = [0, 0, 0, 0, 0, 0];
    expect([...map.sums]).toEqual([255, 0, 0, 51, 0, 0, ...zeros, 0, 0, 0, 102, 0, 0, ...zeros]);
  });

  it('of integers counts from their zero point', async () => {
    const builder = new ModelBuilder();
    const x = builder.input([1, 1, 1, 4]);
    const [scale, zero] = [builder.scalar(1), builder.scalar(10, 'UINT8')];
    const first = builder.node('Conv', [x, builder.weights([1, 1, 1, 1], 'FLOAT', [1])]);
    const integers = builder.node('QuantizeLinear', [first, scale, zero]);
    const w = builder.weights([1, 1, 1, 1], 'UINT8', [1]);
    builder.output(builder.node('ConvInteger', [integers, w, zero], {}, { name: 'inner' }), undefined, 'INT32');
    const path = await put(folder.path('integers.onnx'), builder.bytes());
    const { images } = await record({ 'a.png': png(1, 4, [0, 50, 100, 25]) }, { model: path, sums: ['1x1'] });
    expect([...images[0]!.sums!.get('1x1')!.get('inner')!.sums]).toEqual([0, 128, 255, 64]);
  });

  it('of a batch that the model fixes is that of one image', async () => {
    const builder = twoConvolutions();
    const dim = builder.graph.input[0]!.type!.value;
    if (dim.case === 'tensorType') dim.value.shape!.dim[0]!.value = { case: 'dimValue', value: 3n };
    const path = await put(folder.path('batch.onnx'), builder.bytes());
    const { images } = await record({ 'a.png': quarters }, { model: path, drq: ['2x4@20'] });
    expect([...images[0]!.masks.get('2x4')!.get('second')!.levels]).toEqual([1, 1, 1, 0, 0, 0, 1, 1]);
  });
});

it('a trace says how it was recorded', async () => {
  const thresholds = await put(folder.path('own.yaml'), 'second: 21\n');
  const drq = ['2x4@auto:50', '2x8@gate:0.5'];
  const { meta } = await record({ 'a.png': quarters }, { drq, thresholds, silhouette: 'avg@first', statistics: false });
  expect(meta.statistics).toBeUndefined();
  const sha256 = createHash('sha256').update(readFileSync(model)).digest('hex');
  const settings = { scale: 1, order: 'rgb', resize: 'stretch', crop: 1, mean: [0], std: [1], pad: [0] };
  expect(meta.recorded).toEqual({
    model: { file: 'two.onnx', sha256 },
    preprocessing: { input: '1x4x8', ...settings },
    silhouette: 'avg@first',
    thresholds: {
      '2x4': { rule: 'auto:50', lowShare: 0.5, layers: { second: '21' } },
      '2x8': { rule: 'gate:0.5', lowShare: 0.5, layers: { second: '21' } },
    },
  });
  const { meta: withStatistics } = await record({ 'a.png': quarters }, { drq });
  expect(withStatistics.recorded!.thresholds!['2x4']).toEqual({
    rule: 'auto:50',
    gate: expect.closeTo(0.0784, 3) as number,
    lowShare: 0.5,
  });
  expect(withStatistics.statistics!['first']).toMatchObject({ count: 32, min: 0, max: 250, zeroShare: 0.25 });
});

it('previews stand side by side', async () => {
  const { recording } = await record({ 'b/a.png': quarters }, { preview: folder.path('previews') });
  expect(recording.images).toBe(1);
  const head = readFileSync(folder.path('previews/b_a.png.png'));
  expect([head.readUInt32BE(16), head.readUInt32BE(20)]).toEqual([3 * 8 + 2, 4]);
});
