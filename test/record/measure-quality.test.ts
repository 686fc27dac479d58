import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordTrace } from '../../src/record/record-trace.js';
import type { RecordOptions } from '../../src/record/record-options.js';
import type { RegionMap } from '../../src/trace/trace.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { ModelBuilder, float } from '../formats/onnx/model-builder.js';
import { noise, png, put, readTrace, twoConvolutions } from './small-recording.js';

const folder = temporaryFolder();
let runs = 0;

/** Records with masks, silhouettes and qualities. */
async function measure(model: ModelBuilder, photos: readonly Uint8Array[], more: Partial<RecordOptions>) {
  const name = String(++runs);
  const path = await put(folder.path(`${name}.onnx`), model.bytes());
  for (const [i, photo] of photos.entries()) await put(folder.path(`${name}/${String(i)}.png`), photo);
  const out = folder.path(`${name}.npz`);
  const options = { model: path, images: folder.path(name), out, preprocess: 'raw', ...more };
  const recording = await recordTrace(options);
  return { recording, options, ...(await readTrace(out)) };
}

/** What the array computes of a number, by the definition: rounded to full bits, then to those of its level. */
const half = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
function cut(value: number, full: number, bits: number, signed: boolean): number {
  const step = 2 ** (full - bits);
  const most = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return Math.min(most, Math.floor(value / step + 0.5)) * step;
}

/** Two numbers in decibels and as a cosine. */
function agreement(reference: readonly number[], own: readonly number[]) {
  const sum = (f: (i: number) => number): number => reference.reduce((all, _, i) => all + f(i), 0);
  const signal = sum((i) => reference[i]! ** 2);
  const sqnrDb = 10 * Math.log10(signal / sum((i) => (reference[i]! - own[i]!) ** 2));
  const cosine = sum((i) => reference[i]! * own[i]!) / Math.sqrt(signal * sum((i) => own[i]! ** 2));
  return { sqnrDb: expect.closeTo(sqnrDb, 4) as number, cosine: expect.closeTo(cosine, 6) as number };
}

/** Both convolutions of the small network on an image, in floating point or with bits; levels by pixel and channel of the second one. */
interface Arithmetic {
  readonly first: number;
  readonly levels: readonly number[];
  readonly map: RegionMap | undefined;
}

const [height, width] = [4, 8];
const firstWeights = [1, -1];
const firstBias = [0, 100];

function quantised(values: readonly number[], full: number, levelBits: (i: number) => number): number[] {
  const top = Math.max(...values.map(Math.abs));
  const signed = values.some((x) => x < 0);
  const most = signed ? 2 ** (full - 1) - 1 : 2 ** full - 1;
  return values.map((x, i) => (cut(half((x / top) * most), full, levelBits(i), signed) * top) / most);
}

function firstOf(pixels: readonly number[], bits: number | undefined): number[] {
  const own = bits === undefined ? pixels : quantised(pixels, bits, () => bits);
  return firstWeights.flatMap((w, f) => own.map((x) => Math.max(0, w * x + firstBias[f]!)));
}

function secondOf(input: readonly number[], weights: readonly number[], arithmetic: Arithmetic | undefined): number[] {
  const levels = arithmetic?.levels ?? [];
  const full = Math.max(...levels);
  const { map } = arithmetic ?? {};
  const bitsAt = (i: number): number => {
    if (map === undefined) return levels[0]!;
    const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const row = (map.channels === 1 ? 0 : c) * map.gridHeight + Math.floor(y / map.regionHeight);
    return levels[map.levels[row * map.gridWidth + Math.floor(x / map.regionWidth)]!]!;
  };
  const own = arithmetic === undefined ? input : quantised(input, full, bitsAt);
  const sets = new Map(
    [...new Set([undefined, ...levels])].map((bits) => {
      if (bits === undefined) return [bits, weights] as const;
      const top = Math.max(...weights.map(Math.abs));
      const most = 2 ** (full - 1) - 1;
      return [bits, weights.map((w) => (cut(half((w / top) * most), full, bits, true) * top) / most)] as const;
    }),
  );
  const out: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let c = 0; c < 2; c++)
        for (let dy = 0; dy < 3; dy++)
          for (let dx = 0; dx < 3; dx++) {
            const [row, col] = [y + dy - 1, x + dx - 1];
            if (row < 0 || row >= height || col < 0 || col >= width) continue;
            const i = (c * height + row) * width + col;
            sum += own[i]! * sets.get(arithmetic === undefined ? undefined : bitsAt(i))![(c * 3 + dy) * 3 + dx]!;
          }
      out.push(sum);
    }
  return out;
}

const grey = Array.from({ length: height * width }, (_, i) => (i * 37 + 11) % 251);
const slopes = Array.from({ length: 18 }, (_, i) => ((i * 7) % 11) - 4 + i / 16);

function slopedConvolutions(): ModelBuilder {
  const model = twoConvolutions();
  const weights = model.graph.initializer.find(({ dims }) => dims.length === 4 && dims[1] === 2n)!;
  weights.floatData = slopes;
  return model;
}

const leaky = (x: number): number => (x < 0 ? 0.5 * x : x);

describe('quality of two convolutions, against a naive computation', () => {
  const specs = ['uniform:8', 'uniform:4', 'drq:2x4', 'drq:2x4,low=2', 'region:2@50,3@30,4@20'];
  let measured: Awaited<ReturnType<typeof measure>>;

  beforeAll(async () => {
    measured = await measure(slopedConvolutions(), [png(height, width, grey)], {
      drq: ['2x4@gate:0.5'],
      silhouette: 'avg@first',
      quality: specs,
      accuracy: ['uniform:8=0.7', 'drq:2x4,low=2=0.65'],
    });
  });

  it.each(specs)('%s', (spec) => {
    const { meta, info, recording, images } = measured;
    const plan = parseScheme(spec).plan(recording.network, info);
    const maps = plan.maps(images[0]!);
    const at = (name: string): number => plan.network.layers.findIndex((layer) => layer.name === name);
    const bits = plan.layers[at('first')]!.levels[0]!.activationBits;
    const levels = plan.layers[at('second')]!.levels.map(({ activationBits }) => activationBits);
    const arithmetic = { first: bits, levels, map: maps[at('second')] };
    const floats = firstOf(grey, undefined);
    const reference = secondOf(floats, slopes, undefined);
    const { layers, endToEnd } = meta.quality![spec]!;
    expect(layers!['second']).toEqual(agreement(reference, secondOf(floats, slopes, arithmetic)));
    const own = secondOf(firstOf(grey, bits), slopes, arithmetic).map(leaky);
    expect(endToEnd).toEqual(agreement(reference.map(leaky), own));
  });

  it('states accuracies, images, and the order that is to be expected', () => {
    const { meta, recording } = measured;
    expect(meta.accuracy).toEqual({ 'uniform:8': 0.7, 'drq:2x4,low=2': 0.65 });
    expect(meta.recorded!.qualityImages).toBe(1);
    expect(recording.qualityImages).toBe(1);
    const at = (spec: string): number => meta.quality![spec]!.endToEnd!.sqnrDb;
    expect(at('uniform:8')).toBeGreaterThan(at('uniform:4'));
    expect(at('drq:2x4')).toBeGreaterThan(at('drq:2x4,low=2'));
  });
});

describe('quality', () => {
  const photo = [
    png(
      4,
      8,
      Array.from({ length: 32 }, (_, i) => (i === 0 ? 255 : i)),
    ),
  ];

  it('is exact where 8 bits hold all values', async () => {
    const model = new ModelBuilder();
    const x = model.input([1, 1, 4, 8]);
    const w = model.weights([2, 1, 1, 1], 'FLOAT', [127, -127]);
    model.output(model.node('Conv', [x, w], {}, { name: 'only' }));
    const { meta } = await measure(model, photo, { drq: undefined, silhouette: 'avg@only', quality: ['uniform:8'] });
    expect(meta.quality!['uniform:8']!.layers!['only']!.sqnrDb).toBe(300);
    expect(meta.quality!['uniform:8']!.endToEnd!.sqnrDb).toBe(300);
    expect(meta.quality!['uniform:8']!.endToEnd).not.toHaveProperty('top1Agreement');
  });

  /** A transposed convolution, then linear layers of both kinds. */
  function classifier(): ModelBuilder {
    const model = new ModelBuilder();
    const value = (count: number, seed: number): number[] =>
      Array.from({ length: count }, (_, i) => (((i + seed) * 29) % 17) - 8);
    const x = model.input([1, 1, 4, 8]);
    const c = model.node('Conv', [x, model.weights([4, 1, 3, 3], 'FLOAT', value(36, 1))], {}, { name: 'conv' });
    const up = model.weights([4, 3, 3, 2], 'FLOAT', value(72, 5));
    const bias = model.weights([6], 'FLOAT', value(6, 3));
    const attributes = { strides: [2, 2], pads: [1, 0, 0, 1], output_padding: [1, 0], group: 2 };
    const t = model.node('ConvTranspose', [model.node('Relu', [c]), up, bias], attributes, { name: 'up' });
    const pooled = model.node('Flatten', [model.node('GlobalAveragePool', [model.node('Relu', [t])])]);
    const [a, b] = [model.weights([6, 5], 'FLOAT', value(30, 2)), model.weights([1, 5], 'FLOAT', value(5, 9))];
    const g = model.node('Gemm', [pooled, a, b], { alpha: float(0.5), beta: float(2) }, { name: 'gemm' });
    const turnedGemm = model.node(
      'Gemm',
      [g, model.weights([7, 5], 'FLOAT', value(35, 4))],
      { transB: 1 },
      { name: 'turned' },
    );
    const last = model.node(
      'MatMul',
      [turnedGemm, model.weights([7, 3], 'FLOAT', value(21, 7))],
      {},
      { name: 'matmul' },
    );
    return model.output(last, [1, 3]);
  }

  it('at 16 bits is that of floating point for grouped transposed convolutions, Gemm and MatMul', async () => {
    const { meta } = await measure(classifier(), [noise(4, 8, 1), noise(4, 8, 2)], {
      silhouette: 'avg@conv',
      quality: ['uniform:16', 'uniform:3'],
    });
    const { layers, endToEnd } = meta.quality!['uniform:16']!;
    expect(Object.keys(layers!)).toEqual(['conv', 'up', 'gemm', 'turned', 'matmul']);
    for (const { sqnrDb } of Object.values(layers!)) expect(sqnrDb).toBeGreaterThan(80);
    expect(endToEnd!.sqnrDb).toBeGreaterThan(70);
    expect(endToEnd!.top1Agreement).toBe(1);
    expect(meta.quality!['uniform:3']!.endToEnd!.sqnrDb).toBeLessThan(40);
  });

  it('of tokens: MatMul from either side', async () => {
    const model = new ModelBuilder();
    const x = model.input([1, 1, 4, 8]);
    const c = model.node(
      'Conv',
      [x, model.weights([6, 1, 1, 1], 'FLOAT', [1, -2, 3, -4, 5, -6])],
      {},
      { name: 'conv' },
    );
    const map = model.node('Reshape', [c, model.integers([1, 6, 32])]);
    const left = model.node(
      'MatMul',
      [model.weights([5, 6], 'FLOAT', slopes.concat(slopes).slice(0, 30)), map],
      {},
      { name: 'left' },
    );
    const right = model.node(
      'MatMul',
      [
        left,
        model.weights(
          [32, 3],
          'FLOAT',
          Array.from({ length: 96 }, (_, i) => ((i * 5) % 13) - 6),
        ),
      ],
      {},
      { name: 'right' },
    );
    model.output(right);
    const { meta } = await measure(model, photo, { silhouette: 'avg@conv', quality: ['uniform:16'] });
    const { layers, endToEnd } = meta.quality!['uniform:16']!;
    for (const { sqnrDb } of Object.values(layers!)) expect(sqnrDb).toBeGreaterThan(70);
    expect(endToEnd!.sqnrDb).toBeGreaterThan(60);
  });

  it('is the same again, byte by byte, over more images than go side by side', async () => {
    const photos = Array.from({ length: 6 }, (_, i) => noise(4, 8, i));
    const own = { drq: ['2x4@auto:50'], sums: ['2x4'], quality: ['drq:2x4,gate=0.2', 'drq'], qualityImages: 5 };
    const [a, b] = [await measure(slopedConvolutions(), photos, own), await measure(slopedConvolutions(), photos, own)];
    expect(a.meta.quality).toEqual(b.meta.quality);
    await recordTrace({ ...b.options, out: folder.path('again.npz') });
    expect(readFileSync(folder.path('again.npz'))).toEqual(readFileSync(b.options.out));
    expect(a.recording.qualityImages).toBe(5);
  });

  it.each([
    [{ quality: ['uniform:99'] }, /--quality uniform:99/],
    [{ quality: ['uniformly'] }, /unknown scheme/],
    [{ quality: ['uniform:8', 'uniform:8'] }, /given twice/],
    [{ quality: ['drq'], silhouette: 'avg@first' }, /--quality drq: .*needs masks, and the trace has none/s],
    [{ quality: ['region:2@50,4@50'], drq: ['2x4'] }, /needs this array, which is missing/],
    [{ qualityImages: 2 }, /none is asked for/],
    [{ accuracy: ['uniform:8=71'] }, /uniform:8=0\.71/],
    [{ accuracy: ['uniform:8'] }, /is not an accuracy of a scheme/],
    [{ accuracy: ['nothing=0.5'] }, /unknown scheme/],
  ] satisfies [Partial<RecordOptions>, RegExp][])('%j is refused before anything is run', async (more, message) => {
    const onProgress = (): never => expect.unreachable();
    await expect(measure(twoConvolutions(), photo, { ...more, onProgress })).rejects.toThrow(message);
  });

  it('is refused of models that compute with integers', async () => {
    const model = new ModelBuilder();
    const x = model.input([1, 1, 4, 8], 'x', 'UINT8');
    const w = model.weights([1, 1, 1, 1], 'INT8', [3]);
    model.output(model.node('Cast', [model.node('ConvInteger', [x, w], {}, { name: 'integers' })], { to: 1 }));
    await expect(measure(model, photo, { silhouette: 'avg@integers', quality: ['uniform:8'] })).rejects.toThrow(
      /computes with integers/,
    );
  });
});
