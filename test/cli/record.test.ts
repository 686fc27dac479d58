import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { npy, temporaryFolder } from '../formats/npz-fixture.js';
import { ModelBuilder } from '../formats/onnx/model-builder.js';
import { noise, png, put, twoConvolutions } from '../record/small-recording.js';
import { complaint, root, silhouette } from './command-line.js';

const folder = temporaryFolder();
const { path } = folder;
let model: string;

beforeAll(async () => {
  model = await put(path('two.onnx'), twoConvolutions('h', 'w').bytes());
  for (let i = 0; i < 3; i++) await put(path(`photos/${String(i)}.png`), noise(12, 20, i));
  await put(path('photos/readme.md'), '');
});

const wish = (): string[] => ['record', model, path('photos'), '--input-size', '12x20'];

test('a model and photographs become a trace, and the command that is printed compares schemes on it', async () => {
  const out = path('t.npz');
  const flags = ['--drq', '2x4@auto:60', '--drq', '4x8@20', '--sums', '1x2', '--silhouette', 'max@first'];
  const said = await silhouette([...wish(), ...flags, '-o', out, '--preview', path('seen')]);
  expect({ code: said.code, error: said.error }).toEqual({ code: 0, error: '' });
  const lines = said.out.split('\n');
  expect(lines[0]).toMatch(/^\S+t\.npz: \d+\.\d KiB, 3 images of two, input 1×12×20$/);
  expect(lines[1]).toBe('skipped: 1 other files (readme.md)');
  expect(said.out).toContain('1 layers have masks');
  expect(said.out).toMatch(/│ 2x4@auto:60 │ 0\.\d+ +│ +\d+\.\d % +│ 6\d\.\d %/);
  expect(said.out).toMatch(/│ 4x8@20 +│ none +│/);
  expect(said.out).toMatch(/silhouettes: max@first, 12×20, min 0\.000, mean 0\.\d+, max 1\.000/);
  expect(readdirSync(path('seen'))).toEqual(['0.png.png', '1.png.png', '2.png.png']);
  const next = lines.at(-2)!.split(' ').slice(1);
  expect(next).toEqual(expect.arrayContaining(['simulate', 'drq:2x4', 'drq:4x8', '--input-size', '12x20']));
  const simulated = await silhouette(next);
  expect({ code: simulated.code, error: simulated.error }).toEqual({ code: 0, error: '' });
  expect(simulated.out).toContain('two: mean of 3 images');
  const info = await silhouette(['trace', 'info', out]);
  expect(info.out).toContain('3 images, masks: recorded');
  const cut = ['--network', model, '--input-size', '12x20', '--accelerator', 'drq', '--scheme', 'drq:4x8,gate=0.1'];
  expect((await silhouette(['simulate', out, ...cut])).code).toBe(0);
});

test('images are the first ones, or drawn', async () => {
  const said = await silhouette([...wish(), '--images', '2', '--no-statistics', '-o', path('two.npz')]);
  expect(said.out).toContain('2 images of two');
  expect(said.out).not.toContain('statistics');
  expect((await silhouette([...wish(), '--images', '2', '--seed', 'a', '-o', path('drawn.npz')])).code).toBe(0);
});

test('Ctrl-C keeps what is done, and the same command goes on: the same bytes as without', async () => {
  const photos = path('many');
  for (let i = 0; i < 250; i++) await put(`${photos}/${String(i)}.png`, noise(64, 64, i));
  const [out, whole] = [path('stopped.npz'), path('whole.npz')];
  const args = ['record', model, photos, '--input-size', '64x64', '--drq', '4x8@auto:70', '--silhouette', 'avg@first'];
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...args, '-o', out], {
    cwd: root,
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  let error = '';
  child.stderr.on('data', (data: Buffer) => (error += String(data)));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const isStarted = (): boolean => existsSync(`${out}.parts`) && readdirSync(`${out}.parts`).length > 5;
  while (!isStarted() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  const kept = readdirSync(`${out}.parts`).filter((name) => name.endsWith('.part')).length;
  expect(kept).toBeGreaterThan(4);
  expect(error).toBe(
    `interrupted; ${String(kept)} images are kept in ${out}.parts: the same command goes on from there\n`,
  );
  expect(existsSync(out)).toBe(false);
  const again = await silhouette([...args, '-o', out]);
  expect(again.out).toContain(`250 images (${String(kept)} of them by an earlier run) of two`);
  await silhouette([...args, '-o', whole]);
  expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
});

describe('a clear complaint, and nothing written, where', () => {
  async function refusal(args: readonly string[], out = path('refused.npz')): Promise<string> {
    const before = readdirSync(path(''));
    const said = await silhouette([...args, '-o', out]);
    expect({ code: said.code, out: said.out }).toEqual({ code: 1, out: '' });
    expect(said.error).not.toMatch(/^\s+at |is a bug/m);
    expect(readdirSync(path(''))).toEqual(before);
    return complaint(said);
  }

  test('there is no image, folder or model', async () => {
    mkdirSync(path('empty'));
    expect(await refusal(['record', model, path('empty')])).toBe(
      'error: empty: holds no image (expected files that end in .jpg, .jpeg, .png, .webp, got nothing)\n',
    );
    expect(await refusal(['record', model, path('gone')])).toContain('gone: there is no such file or folder');
    expect(await refusal(['record', path('gone.onnx'), path('photos')])).toContain('gone.onnx: there is no such file');
    const text = await put(path('text.onnx'), 'hello');
    expect(await refusal(['record', text, path('photos')])).toContain('text.onnx: is not an ONNX model');
    expect(await refusal(['record', model, path('photos')])).toContain('Give --input-size HEIGHTxWIDTH');
  });

  test('images are none: all of them are named before anything runs', async () => {
    await put(path('bad/a.png'), 'text');
    await put(path('bad/b.png'), noise(12, 20, 1));
    await put(path('bad/c.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16));
    const said = await refusal(['record', model, path('bad'), '--input-size', '12x20']);
    expect(said.match(/^error: /gm)).toHaveLength(2);
    expect(said).toMatch(/a\.png: is not an image, or is damaged \(expected a JPEG, PNG or WebP file, got /);
    expect(said).toContain('c.jpg: is not an image');
  });

  test('flags ask for what cannot be: all at once', async () => {
    const flags = ['--drq', '4x8@x', '--silhouette', 'agv@first', '--preprocess', 'imagnet', '--silhouette-size', '0'];
    const said = await refusal([...wish(), ...flags]);
    expect(said.match(/^error: /gm)).toHaveLength(4);
    expect(said).toContain('--silhouette-size 0: not the size of an image');
    expect(await refusal([...wish(), '--drq', '4x8', '--drq', '4x8@auto:92'])).toContain(
      'masks of 4x8 are asked for twice',
    );
    expect(await refusal([...wish(), '--sums', '4x8@20'])).toContain('sums have no threshold');
    expect(await refusal([...wish(), '--images', '9'])).toContain('there are not as many images (expected at most 3)');
    expect(await refusal([...wish(), '--seed', '1'])).toContain('--seed 1: draws images, and all are recorded');
    expect(await refusal([...wish(), '--segmentation-input-size', '4x8'])).toContain('is of a segmentation model');
  });

  test('a layer is not there', async () => {
    expect(await refusal([...wish(), '--silhouette', 'avg@secnd'])).toContain(
      '--silhouette avg@secnd: the network has no such layer (expected one of its layers, a part of their names before a / or ., or layer1 to layer2, got secnd). did you mean second?',
    );
    const thresholds = await put(path('own.yaml'), 'secnd: 20\nfirst: gate:0.1\n');
    const said = await refusal([...wish(), '--drq', '4x8', '--thresholds', thresholds]);
    expect(said).toContain('own.yaml secnd: the network has no such layer. did you mean second?');
    expect(said).toContain('own.yaml first: the layer has no masks');
    await put(thresholds, 'second: auto:92\n');
    expect(await refusal([...wish(), '--drq', '4x8', '--thresholds', thresholds])).toContain(
      'cannot have a gate that is solved',
    );
    expect(await refusal([...wish(), '--sums', '4x8', '--thresholds', thresholds])).toContain('are of masks, and none');
  });

  test('masks are missing, or not as large as their images', async () => {
    await put(path('masks/0.png'), noise(12, 20, 1));
    await put(path('masks/1.png'), noise(20, 12, 1));
    await put(path('masks/1.jpg'), noise(20, 12, 1));
    const flags = ['--silhouette', `masks:${path('masks')}`];
    expect(await refusal([...wish(), ...flags])).toContain('1.png: is a mask of the same image as 1.jpg');
    await put(path('halves/0.png'), noise(12, 20, 1));
    await put(path('halves/1.png'), noise(20, 12, 1));
    const said = await refusal([...wish(), '--silhouette', `masks:${path('halves')}`]);
    expect(said).toContain(
      '1.png: the mask is not as large as its image 1.png (expected 12×20 (height × width), got 20×12)',
    );
    expect(said).toContain('halves: holds no mask for 2.png');
  });

  test('weights of a branch are for other channels', async () => {
    const file = await put(path('w.npy'), npy({ dtype: '<f4', shape: [5], data: new Float32Array(5) }));
    expect(await refusal([...wish(), '--silhouette', `1x1:${file}@first`])).toContain(
      'w.npy: has weights for another number of channels (expected 2 weights, or those and a bias, for first, got 5)',
    );
    expect(await refusal([...wish(), '--silhouette', `1x1:${path('gone.npy')}@first`])).toContain(
      'gone.npy: there is no such file',
    );
  });

  test('activations are not finite, naming channel and pixel', async () => {
    const builder = new ModelBuilder();
    const log = builder.node('Log', [
      builder.node('Identity', [builder.conv(builder.input([1, 1, 2, 2]), [1, 1, 1, 1], {}, 'a')]),
    ]);
    builder.output(builder.conv(log, [1, 1, 1, 1], {}, 'b'));
    builder.graph.initializer.forEach((one) => (one.floatData = [1]));
    const bad = await put(path('log.onnx'), builder.bytes());
    const photo = await put(path('zero.png'), png(2, 2, [9, 9, 0, 9]));
    expect(await refusal(['record', bad, photo])).toContain('error: image zero.png: output of a, channel 0');
    expect(await refusal(['record', bad, photo, '--drq', '4x8'])).toContain(
      'error: image zero.png: b, channel 0, pixel (1, 0): the activation is not a finite number (got -Infinity)',
    );
  });

  test('the output cannot be written, or is an input', async () => {
    expect(await refusal(wish(), path('gone/t.npz'))).toContain('the folder does not exist');
    expect(await refusal(wish(), path('photos'))).toContain('this is a folder');
    expect(await refusal(wish(), model)).toContain('is an input, and would be overwritten');
    if (process.getuid?.() === 0) return;
    mkdirSync(path('locked'));
    chmodSync(path('locked'), 0o500);
    expect(await refusal(wish(), path('locked/t.npz'))).toContain('not writable');
  });

  test('the command line is not whole', async () => {
    const said = await silhouette(['record', model]);
    expect({ code: said.code, out: said.out }).toEqual({ code: 2, out: '' });
    const without = await silhouette(wish());
    expect(without.error).toContain('Missing: --out');
    expect((await silhouette([...wish(), '-o', 'a', '--silhouete', 'x'])).error).toContain(
      'did you mean --silhouette?',
    );
  });
});
