import { readdir, readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTrace } from '../../src/formats/trace-file.js';
import { writeNpz } from '../../src/formats/npz-writer.js';
import { packBits } from '../../src/formats/npy-values.js';
import { traceStatistics } from '../../src/trace/statistics.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { isArrayLayer } from '../../src/network/layer.js';
import { cutSums } from '../../src/trace/threshold.js';
import type { ImageTrace, RegionMap } from '../../src/trace/trace.js';
import { collect, faultOf, metaArray, npz, temporaryFolder, type FixtureArray } from './npz-fixture.js';
import { NUMPY_PACKED, NUMPY_TRACE } from './numpy-files.js';

const folder = temporaryFolder();
const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

function u8(shape: readonly number[], values?: readonly number[]): FixtureArray {
  const data = values === undefined ? new Uint8Array(shape.reduce((a, b) => a * b, 1)) : Uint8Array.from(values);
  return { dtype: '|u1', shape, data };
}

function f32(shape: readonly number[], values: readonly number[]): FixtureArray {
  return { dtype: '<f4', shape, data: Float32Array.from(values) };
}

async function images(arrays: Readonly<Record<string, FixtureArray>>, limit?: number): Promise<ImageTrace[]> {
  return collect((await openTrace(await folder.put('t.npz', npz(arrays)))).images(limit));
}

const fault = (arrays: Readonly<Record<string, FixtureArray>>): Promise<string> => faultOf(() => images(arrays));

describe('a trace written by numpy', () => {
  test('says what it holds before any image is read', async () => {
    const trace = await openTrace(await folder.put('numpy.npz', base64(NUMPY_TRACE)));
    expect(trace.info).toEqual({
      source: folder.path('numpy.npz'),
      images: 2,
      silhouettes: { height: 5, width: 4 },
      masks: [{ layer: 'layer1.0.conv1', region: { rows: 4, cols: 8 }, channels: 3, gridHeight: 3, gridWidth: 2 }],
      network: 'resnet18',
      synthetic: false,
      accuracy: {},
    });
    expect(trace.meta.source).toBe('ResNet-18, ImageNet validation 0-99');
  });

  test('gives its levels and silhouettes, image by image, from the start every time', async () => {
    const trace = await openTrace(await folder.put('numpy.npz', base64(NUMPY_TRACE)));
    for (let pass = 0; pass < 2; pass++) {
      const [first, second] = await collect(trace.images());
      expect(first?.masks.get('4x8')?.get('layer1.0.conv1')).toEqual({
        channels: 3,
        gridHeight: 3,
        gridWidth: 2,
        regionHeight: 4,
        regionWidth: 8,
        levels: Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0),
      });
      expect([...(second?.silhouette?.values.subarray(0, 4) ?? [])]).toEqual(
        [0.67368186, 0.5108889, 0.9809413, 0.7530302].map(Math.fround),
      );
    }
  });

  test('is the same trace with its region maps packed', async () => {
    const plain = await openTrace(await folder.put('numpy.npz', base64(NUMPY_TRACE)));
    const packed = await openTrace(await folder.put('packed.npz', base64(NUMPY_PACKED)));
    expect(packed.info).toEqual({ ...plain.info, source: packed.info.source });
    expect(await collect(packed.images())).toEqual(await collect(plain.images()));
  });
});

describe('region maps', () => {
  test('come back as they were stored, whatever the integer type, packed or not', async () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(shape, fc.infiniteStream(fc.nat(1)), async ([count, channels, side], bits) => {
        const size = channels * side * side;
        const levels = Array.from({ length: count }, () => Uint8Array.from(bits.take(size)));
        const whole = Uint8Array.from(levels.flatMap((map) => [...map]));
        const packed = new Uint8Array(Buffer.concat(levels.map(packBits)));
        const full = [count, channels, side, side];
        const got = await images({
          'regions/1x1/a': { dtype: '|b1', shape: full, data: whole },
          'regions/1x1/b': { dtype: '<i8', shape: full, data: BigInt64Array.from(whole, BigInt) },
          'regions/1x1/c.d/e': { dtype: '<u2', shape: full, data: Uint16Array.from(whole) },
          [`packed/1x1/${[channels, side, side].join('x')}/f`]: u8([count, Math.ceil(size / 8)], [...packed]),
        });
        for (const layer of ['a', 'b', 'c.d/e', 'f']) {
          expect(got.map(({ masks }) => masks.get('1x1')?.get(layer)?.levels)).toEqual(levels);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('of three axes serve all channels; several region sizes stand side by side', async () => {
    const [image] = await images({ 'regions/4x8/a': u8([1, 2, 2], [0, 1, 2, 3]), 'regions/2x4/a': u8([1, 7, 3, 3]) });
    expect(image?.masks.get('4x8')?.get('a')).toMatchObject({ channels: 1, levels: Uint8Array.of(0, 1, 2, 3) });
    expect(image?.masks.get('2x4')?.get('a')).toMatchObject({ channels: 7, regionHeight: 2, regionWidth: 4 });
  });

  test('outside 0…255 are refused at the image and cell', async () => {
    const levels = (value: number) => ({
      dtype: '<i2',
      shape: [2, 2, 1, 2],
      data: Int16Array.of(0, 0, 0, 0, 0, 0, 0, value),
    });
    expect(await fault({ 'regions/1x1/a': levels(-1) })).toBe(
      't.npz: regions/1x1/a, image 1: cell (1, 0, 1) is not a level (expected an integer from 0 to 255, got -1)',
    );
    expect(await fault({ 'regions/1x1/a': levels(256) })).toMatch('got 256');
  });
});

describe('silhouettes', () => {
  test('of bytes are divided by 255', async () => {
    const [image] = await images({ silhouettes: u8([1, 1, 3], [0, 51, 255]) });
    expect(image?.silhouette).toEqual({ height: 1, width: 3, values: Float32Array.of(0, 0.2, 1) });
  });

  test.each([NaN, -0.001, 1.001, Infinity])('with %d are refused at the image and pixel', async (value) => {
    const arrays = {
      silhouettes: f32([2, 2, 2], [0, 0, 1, 1, 0, 0, value, 0]),
      meta: metaArray({ images: ['cat', 'dog'] }),
    };
    expect(await fault(arrays)).toMatch(/^t\.npz: silhouettes, image 1 \(dog\): pixel \(1, 0\) is not an importance/);
  });

  test('that are fine before a fault are given before it', async () => {
    const trace = await openTrace(await folder.put('t.npz', npz({ silhouettes: f32([2, 1, 1], [0.5, 2]) })));
    expect(await collect(trace.images(1))).toHaveLength(1);
  });
});

describe('a trace', () => {
  test('gives the first images only, where a limit says so, and all where it is larger', async () => {
    const arrays = { silhouettes: u8([3, 1, 1], [0, 51, 255]), meta: metaArray({ images: ['a', 'b', 'c'] }) };
    expect((await images(arrays, 2)).map(({ index, name }) => [index, name])).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    expect(await images(arrays, 0)).toEqual([]);
    expect(await images(arrays, 99)).toHaveLength(3);
    expect(await faultOf(() => images(arrays, -1))).toMatch('cannot read that many images');
  });

  test('may be left early, and be read by several readers at once', async () => {
    const trace = await openTrace(await folder.put('t.npz', npz({ silhouettes: u8([9, 40, 40]) })));
    for await (const image of trace.images()) if (image.index === 2) break;
    const all = await Promise.all([collect(trace.images()), collect(trace.images())]);
    expect(all.map((list) => list.length)).toEqual([9, 9]);
  });

  test.skipIf(process.platform !== 'linux')('leaves no file open, read to its end, left early or damaged', async () => {
    const good = await folder.put('good.npz', npz({ silhouettes: u8([9, 40, 40]) }));
    const bad = await folder.put('bad.npz', npz({ silhouettes: f32([2, 1, 1], [0, 7]) }));
    const before = (await readdir('/proc/self/fd')).length;
    for (let i = 0; i < 5; i++) {
      await collect((await openTrace(good)).images());
      for await (const { index } of (await openTrace(good)).images()) if (index === 0) break;
      await faultOf(async () => collect((await openTrace(bad)).images()));
      await faultOf(() => openTrace(folder.path('none.npz')));
    }
    expect((await readdir('/proc/self/fd')).length).toBe(before);
  });

  test('that was written anew with other shapes is refused, not misread', async () => {
    const trace = await openTrace(await folder.put('t.npz', npz({ silhouettes: u8([2, 2, 2]) })));
    await folder.put('t.npz', npz({ silhouettes: u8([2, 2, 3]) }));
    expect(await faultOf(() => collect(trace.images()))).toBe('t.npz: silhouettes: has changed since it was opened');
  });

  test('says everything about itself in meta, as text, as bytes or not at all', async () => {
    const meta = { network: 'vgg16', synthetic: true, licence: 'MIT', accuracy: { 'drq:4x8': 0.5 } };
    const trace = await openTrace(
      await folder.put('t.npz', npz({ silhouettes: u8([1, 1, 1]), meta: metaArray(meta) })),
    );
    expect(trace.meta).toEqual(meta);
    expect(trace.info).toMatchObject({ network: 'vgg16', synthetic: true, accuracy: { 'drq:4x8': 0.5 } });
    const text = Buffer.from(JSON.stringify(meta));
    const bytes = { dtype: `|S${String(text.length)}`, shape: [], data: new Uint8Array(text) };
    expect((await openTrace(await folder.put('t.npz', npz({ silhouettes: u8([1, 1, 1]), meta: bytes })))).meta).toEqual(
      meta,
    );
  });
});

describe('faults of names and shapes', () => {
  test('are listed all at once', async () => {
    const message = await fault({
      silhouettes: u8([2, 4]),
      masks: u8([2, 2]),
      'regions/4/conv1': u8([2, 2, 2]),
      'regions/04x8/conv1': u8([2, 2, 2]),
      'regions/4x8/conv1': f32([1, 1, 1], [0]),
      'regions/4x8/conv2': u8([2, 0, 2]),
      'packed/4x8/3x3x3/conv3': u8([2, 3]),
      'sums/4x8/conv4': u8([2, 3, 3]),
      meta: metaArray({ netwrok: 'x', accuracy: { drq: 69 }, images: [1] }),
    });
    expect(message.split('\n').map((line) => line.replace(/^t\.npz: /, ''))).toEqual([
      expect.stringMatching(
        /^silhouettes: has the wrong number of axes \(expected \[images, height, width\], got \(2, 4\)\)/,
      ),
      expect.stringMatching(
        /^masks: is not an array of a trace\. Valid names: silhouettes, regions\/<R>x<C>\/<layer>, packed/,
      ),
      expect.stringMatching(/^regions\/4\/conv1: is not a well-formed array name\. Valid names/),
      expect.stringMatching(/^regions\/04x8\/conv1: is not a well-formed array name/),
      expect.stringMatching(
        /^regions\/4x8\/conv1: has the wrong element type \(expected an integer or bool type, got <f4\)/,
      ),
      expect.stringMatching(/^regions\/4x8\/conv2: is empty/),
      expect.stringMatching(
        /^packed\/4x8\/3x3x3\/conv3: has the wrong shape \(expected \[images, 4\] for 27 bits, got \(2, 3\)\)/,
      ),
      'sums/4x8/conv4: has the wrong element type (expected uint16 or uint32, got |u1)',
      expect.stringMatching(/^meta images\.0: .*a text/),
      expect.stringMatching(/^meta accuracy\.drq: .*at most 1/),
      expect.stringMatching(/^meta netwrok: .*did you mean network/),
    ]);
  });

  test('include arrays over other images, the same map twice, too few names, and nothing at all', async () => {
    expect(await fault({ silhouettes: u8([2, 1, 1]), 'regions/1x1/a': u8([3, 1, 1]) })).toMatch(
      't.npz: regions/1x1/a: has another number of images (first axis) than the other arrays (expected 2, as in silhouettes, got 3)',
    );
    expect(await fault({ 'regions/1x1/a': u8([1, 1, 1]), 'packed/1x1/1x1x1/a': u8([1, 1]) })).toMatch(
      'packed/1x1/1x1x1/a: says again what regions/1x1/a says',
    );
    expect(await fault({ silhouettes: u8([2, 1, 1]), meta: metaArray({ images: ['a'] }) })).toMatch(
      'meta images: names another number of images than the arrays hold (expected 2, got 1)',
    );
    expect(await fault({ meta: metaArray({}) })).toMatch('holds neither silhouettes nor region maps');
    expect(await fault({})).toMatch('holds neither silhouettes nor region maps');
  });

  test('include a meta that is no JSON, no text or not UTF-8', async () => {
    const silhouettes = u8([1, 1, 1]);
    expect(await fault({ silhouettes, meta: u8([1], [0x7b]) })).toMatch(/t\.npz: meta: is not valid JSON/);
    expect(await fault({ silhouettes, meta: u8([2], [0xff, 0xfe]) })).toMatch('meta: is not valid text');
    expect(await fault({ silhouettes, meta: f32([1], [0]) })).toMatch('meta: is not JSON text');
    const beyond = { dtype: '<U1', shape: [], data: Uint32Array.of(0x110000) };
    expect(await fault({ silhouettes, meta: beyond })).toMatch('meta: is not valid text');
  });

  test('include shapes that no image has', async () => {
    const name = 'packed/1x1/9999x9999x9999/a';
    expect(await fault({ [name]: u8([1, 1]) })).toMatch(
      'has too many cells (expected at most 67108864, got 999700029999)',
    );
  });
});

test('sums come back as they were stored, and none is more than bytes can make', async () => {
  const sums = { dtype: '<u2', shape: [2, 3, 1, 2], data: Uint16Array.from({ length: 12 }, (_, i) => 100 * i) };
  const trace = await openTrace(await folder.put('sums.npz', npz({ 'sums/2x2/conv': sums })));
  const region = { rows: 2, cols: 2 };
  expect(trace.info.sums).toEqual([{ layer: 'conv', region, channels: 3, gridHeight: 1, gridWidth: 2 }]);
  const images = await collect(trace.images(1));
  expect([...images[0]!.sums!.get('2x2')!.get('conv')!.sums]).toEqual([0, 100, 200, 300, 400, 500]);
  await expect(collect(trace.images())).rejects.toThrow(
    'sums/2x2/conv, image 1: cell (2, 0, 1) is not a sum of bytes over its region (expected at most 1020, got 1100)',
  );
});

test('damaged traces give images or a SilhouetteError, nothing else', async () => {
  const sums = { dtype: '<u2', shape: [2, 1, 2], data: Uint16Array.of(1, 2, 3, 4) };
  const files = [base64(NUMPY_TRACE), base64(NUMPY_PACKED), npz({ 'sums/2x2/a': sums })];
  const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      flips,
      fc.double({ min: 0.5, max: 1.5, noNaN: true }),
      async (file, changes, end) => {
        // One in two is cut short, too.
        const damaged = Uint8Array.from(file.subarray(0, Math.ceil(Math.min(1, end) * file.length)));
        for (const [place, value] of changes) damaged[Math.floor(place * damaged.length)] = value;
        const path = await folder.put('fuzz.npz', damaged);
        await faultOf(async () => collect((await openTrace(path)).images())).catch((error: unknown) => {
          expect((error as Error).message).toMatch('nothing was thrown');
        });
      },
    ),
    { numRuns: 5000 },
  );
});

test('memory does not grow with images: 200 of half a megabyte stream by', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const level = new Uint8Array(2 ** 19);
  const rows = function* (): Generator<Uint8Array> {
    for (let i = 0; i < 200; i++) yield level;
  };
  const shape = [200, 2, 512, 512];
  await writeNpz(folder.path('long.npz'), [{ name: 'regions/1x1/a', dtype: '|u1', shape, rows: rows() }]);
  const trace = await openTrace(folder.path('long.npz'));
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for await (const { index } of trace.images()) {
    if (index % 10 !== 9) continue;
    collectGarbage();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  // All images together take 100 MiB.
  expect(most).toBeLessThan(30 * 2 ** 20);
});

test('the example in the documentation runs', async () => {
  const page = await readFile(new URL('../../docs/trace-format.md', import.meta.url), 'utf8');
  const snippet = /```ts\nimport \{ openTrace, traceStatistics \} from 'silhouette';\n(.*?)```/s.exec(page)?.[1] ?? '';
  await folder.put('resnet18.npz', base64(NUMPY_TRACE));
  const lines: string[] = [];
  const AsyncFunction = Object.getPrototypeOf(async () => Promise.resolve()) as { constructor: FunctionConstructor };
  const run = new AsyncFunction.constructor('openTrace', 'traceStatistics', 'console', snippet) as (
    ...given: unknown[]
  ) => Promise<void>;
  await run((name: string) => openTrace(folder.path(name)), traceStatistics, {
    log: (...values: unknown[]) => lines.push(values.join(' ')),
  });
  expect(lines).toEqual(['2 resnet18', '0 20 3 3 2', '0.25']);
});

test('the sums of the bundled trace, cut where it was recorded, are the masks of the other one', async () => {
  const recorded = await collect((await openTrace('traces/selfie.npz')).images(4));
  const network = builtinNetwork('selfie-segmentation')!;
  const inputs = new Map(network.layers.filter(isArrayLayer).map(({ name, input }) => [name, input]));
  const summed = await collect((await openTrace('traces/selfie-sums.npz')).images());
  expect(summed).toHaveLength(4);
  summed.forEach(({ name, sums }, i) => {
    expect(name).toBe(recorded[i]!.name);
    const masks = recorded[i]!.masks.get('4x8')!;
    const cut = [...sums!.get('4x8')!].map(([layer, own]) => [
      layer,
      cutSums(own, { rows: 4, cols: 8 }, inputs.get(layer)!, { kind: 'gate', gate: 0.15 }),
    ]);
    expect(new Map(cut as [string, RegionMap][])).toEqual(masks);
  });
});
