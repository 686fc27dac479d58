import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { installedPackages } from '../../src/record/packages.js';
import type { RecordOptions } from '../../src/record/record-options.js';
import { recordTrace } from '../../src/record/record-trace.js';
import { faultOf, temporaryFolder } from '../formats/npz-fixture.js';
import { noise, put, twoConvolutions } from './small-recording.js';

const folder = temporaryFolder();
const count = 9;
let base: Omit<RecordOptions, 'out'>;

beforeAll(async () => {
  for (let i = 0; i < count; i++) await put(folder.path(`photos/${String(i)}.png`), noise(12, 20, i));
  const model = await put(folder.path('two.onnx'), twoConvolutions('h', 'w').bytes());
  base = {
    model,
    images: folder.path('photos'),
    inputSize: '12x20',
    drq: ['4x8@auto:80', '2x4@20'],
    sums: ['2x2'],
    silhouette: 'random@first',
  };
});

/** Stops behind a number of images. */
async function stopAfter(images: number, out: string, more: Partial<RecordOptions> = {}): Promise<void> {
  const controller = new AbortController();
  const stopped = new Error('stopped');
  const run = recordTrace({
    ...base,
    ...more,
    out,
    signal: controller.signal,
    onProgress: (done) => {
      if (done === images) controller.abort(stopped);
    },
  });
  await expect(run).rejects.toBe(stopped);
}

const parts = (out: string): string[] => readdirSync(`${out}.parts`).filter((name) => name.endsWith('.part'));

describe('a recording that is stopped', () => {
  it.each([1, 4, count])('behind %i images goes on, and gives the same bytes', async (images) => {
    const [whole, out] = [folder.path(`whole-${String(images)}.npz`), folder.path(`stopped-${String(images)}.npz`)];
    await recordTrace({ ...base, out: whole });
    await stopAfter(images, out);
    expect(existsSync(out)).toBe(false);
    expect(parts(out)).toHaveLength(images);
    const recording = await recordTrace({ ...base, out });
    expect(recording).toMatchObject({ images: count, resumed: images });
    expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
    expect(existsSync(`${out}.parts`)).toBe(false);
    expect(readdirSync(folder.path('')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('while the trace is written keeps all parts, and no half of a trace', async () => {
    const out = folder.path('writing.npz');
    const controller = new AbortController();
    const run = recordTrace({
      ...base,
      out,
      signal: controller.signal,
      onWriting: (done) => {
        if (done === count + 3) controller.abort(new Error('stopped'));
      },
    });
    await expect(run).rejects.toThrow('stopped');
    expect(existsSync(out)).toBe(false);
    expect(parts(out)).toHaveLength(count);
    expect(await recordTrace({ ...base, out })).toMatchObject({ resumed: count });
  });

  it('may go on with another share of MACs, and with more or fewer images', async () => {
    const [out, anew] = [folder.path('more.npz'), folder.path('anew.npz')];
    await stopAfter(3, out, { count: 5 });
    const wish = { ...base, drq: ['4x8@auto:90', '2x4@20'], silhouetteSize: '3x5', count: 7 };
    expect(await recordTrace({ ...wish, out })).toMatchObject({ images: 7, resumed: 3 });
    await recordTrace({ ...wish, out: anew });
    expect(readFileSync(out).equals(readFileSync(anew))).toBe(true);
  });

  it('records anew what has changed or is damaged', async () => {
    const out = folder.path('changed.npz');
    await stopAfter(5, out);
    truncateSync(`${out}.parts/${parts(out)[0]!}`, 60);
    await put(folder.path('photos/3.png'), noise(12, 20, 99));
    expect(await recordTrace({ ...base, out })).toMatchObject({ resumed: 3 });
    await put(folder.path('photos/3.png'), noise(12, 20, 3));
  });

  it('is not mixed with another one: everything that differs is named', async () => {
    const out = folder.path('other.npz');
    await stopAfter(2, out);
    const said = await faultOf(() =>
      recordTrace({ ...base, out, preprocess: 'tf', inputSize: '12x16', drq: ['4x8@auto:80', '2x4@21'] }),
    );
    expect(said.split('\n').map((line) => line.split(': ')[1])).toEqual(['input size', 'preprocessing', 'regions']);
    expect(said).toContain(
      'input size: the parts are of another recording: they say 1x12x20, this command 1x12x16. Give the same command again or another -o, or delete the folder to start anew',
    );
    expect(parts(out)).toHaveLength(2);
    rmSync(`${out}.parts`, { recursive: true });
    expect(await recordTrace({ ...base, out, preprocess: 'tf' })).toMatchObject({ resumed: 0 });
  });

  it('goes on where it was killed while it wrote', async () => {
    const out = folder.path('killed.npz');
    await put(`${out}.parts/recording.json.0123abcd.tmp`, '{');
    await stopAfter(2, out);
    await put(`${out}.parts/${parts(out)[0]!}.89abcdef.tmp`, 'silh');
    expect(await recordTrace({ ...base, out })).toMatchObject({ resumed: 2 });
    expect(existsSync(`${out}.parts`)).toBe(false);
  });

  it('leaves alone what others have put where its parts would be', async () => {
    const out = folder.path('taken.npz');
    await put(`${out}.parts/letter.txt`, 'dear');
    expect(await faultOf(() => recordTrace({ ...base, out }))).toContain(
      'taken.npz.parts: is where parts of the recording are kept, and holds something else',
    );
    expect(readFileSync(`${out}.parts/letter.txt`, 'utf8')).toBe('dear');
    await stopAfter(2, folder.path('added.npz'));
    await put(folder.path('added.npz.parts/letter.txt'), 'dear');
    await recordTrace({ ...base, out: folder.path('added.npz') });
    expect(readdirSync(folder.path('added.npz.parts'))).toEqual(['letter.txt']);
  });
});

it('a failure keeps the images before it', async () => {
  const photos = folder.path('broken');
  for (let i = 0; i < 3; i++) await put(`${photos}/${String(i)}.png`, noise(12, 20, i));
  const whole = noise(12, 20, 3);
  // The head is whole: only decoding tells.
  await put(`${photos}/3.png`, whole.subarray(0, whole.length - 100));
  const out = folder.path('broken.npz');
  const wish = { ...base, images: photos, out };
  expect(await faultOf(() => recordTrace(wish))).toContain('3.png: is not an image, or is damaged');
  expect(existsSync(out)).toBe(false);
  expect(parts(out)).toHaveLength(3);
  await put(`${photos}/3.png`, whole);
  expect(await recordTrace(wish)).toMatchObject({ images: 4, resumed: 3 });
});

it('memory does not grow with the number of images', async () => {
  const photos = folder.path('many');
  const many = 400;
  for (let i = 0; i < many; i++) await put(`${photos}/${String(i)}.png`, noise(64, 96, i));
  const used: number[] = [];
  const look = (): void => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    used.push(heapUsed + arrayBuffers);
  };
  // Sums of 2 channels, 4 bytes in memory: 19 MB of all images, and as much again of silhouettes and floats.
  const out = folder.path('many.npz');
  const wish = { ...base, images: photos, inputSize: '64x96', drq: ['1x1@auto:50'], sums: [], out };
  const recording = await recordTrace({ ...wish, silhouette: 'max@first', onProgress: look, onWriting: look });
  expect(recording.images).toBe(many);
  const least = (from: number, to: number): number => Math.min(...used.slice(from, to));
  // What is left after collections, early and late.
  expect(least((3 * used.length) / 4, used.length) - least(20, used.length / 4)).toBeLessThan(12e6);
});

it('says what to install where images cannot be decoded', async () => {
  const packages = { ...installedPackages, images: () => Promise.reject(new Error('no sharp')) };
  const out = folder.path('none.npz');
  expect(await faultOf(() => recordTrace({ ...base, out, packages }))).toBe(
    'record: images are decoded by sharp, and the package sharp cannot be loaded (got no sharp). npm install sharp',
  );
  expect(existsSync(out) || existsSync(`${out}.parts`)).toBe(false);
});
