import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtinAcceleratorNames, builtinNetworkNames } from '../../src/index.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, complaint, files, root, silhouette, small, twoLayers } from './command-line.js';

const folder = temporaryFolder();
const put = files(folder.path);

async function shown(...args: string[]): Promise<string> {
  const { code, out, error } = await silhouette(args);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return out;
}

describe('networks', () => {
  test('lists every built-in', async () => {
    const out = await shown('networks');
    for (const name of builtinNetworkNames) expect(out).toContain(` ${name} `);
  });

  test('shows the layers of one, by name or file', async () => {
    const out = await shown('networks', 'resnet18');
    expect(out).toMatch(/│ conv1 +│ conv2d/);
    expect(out).toContain('11,689,512 parameters');
    expect(await shown('networks', await put.text('two.yaml', twoLayers))).toMatch(/│ second +│ conv2d/);
  });
});

describe('accelerators', () => {
  test('lists every built-in with its area', async () => {
    const out = await shown('accelerators');
    for (const name of await builtinAcceleratorNames()) expect(out).toMatch(new RegExp(`│ ${name} .*\\d\\.\\d{3}`));
  });

  test('prints a file that can be changed and run', async () => {
    const text = await shown('accelerators', 'drq');
    expect(text).toBe(readFileSync(join(root, 'accelerators/drq.yaml'), 'utf8'));
    const mine = await put.text('mine.yaml', text.replace('name: drq', 'name: mine'));
    const args = ['--network', 'cifar-resnet20', '--scheme', 'uniform:8', '--accelerator', 'drq'];
    const out = await shown('simulate', ...args, '--accelerator', mine, '--baseline', 'mine/uniform:8');
    expect(out).toContain('\nmine: 38×40');
  });
});

describe('trace', () => {
  test('info says what the bundled trace holds', async () => {
    const out = await shown('trace', 'info', join(root, 'traces/selfie.npz'));
    expect(out).toContain('masks: recorded');
    expect(out).toContain('network: selfie-segmentation');
    expect(out).toMatch(/silhouettes: 64×64, min 0\.\d+, mean/);
  });

  test('synth makes equal bytes of equal settings, and others of another seed', async () => {
    const make = async (name: string, seed: string): Promise<Buffer> => {
      const args = ['--network', 'cifar-resnet20', '--images', '1', '--seed', seed, '--out', folder.path(name)];
      expect(await shown('trace', 'synth', ...args)).toContain('1 image, masks of cifar-resnet20: synthetic');
      return readFileSync(folder.path(name));
    };
    const first = await make('a.npz', 'x');
    expect(await make('b.npz', 'x')).toEqual(first);
    expect(await make('c.npz', 'y')).not.toEqual(first);
    expect(beside(folder.path('x')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('validate', () => {
  test('knows every kind of file', async () => {
    const json = folder.path('r.json');
    await shown('simulate', ...small, '--out', json);
    const head = 'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';
    const csv = await put.text('t.csv', `${head}\nConv1,8,8,3,3,3,4,1,\n`);
    const yaml = await put.text('n.yaml', twoLayers);
    expect(await shown('validate', json)).toContain('a result of 1 runs');
    expect(await shown('validate', csv)).toContain('a network of 1 layers');
    expect(await shown('validate', yaml)).toContain('a network of 2 layers');
    expect(await shown('validate', join(root, 'accelerators/drq.yaml'))).toContain('an accelerator of 38×40 PEs');
    expect(await shown('validate', join(root, 'traces/selfie.npz'))).toContain('a trace of 16 images');
  });

  test('names the field of a result that is at fault, in either kind of run', async () => {
    const json = folder.path('w.json');
    await shown('simulate', ...small, '--scheme', 'uniform:16', '--out', json);
    const text = readFileSync(json, 'utf8').replace('"powerMw"', '"power"').replace('"levers"', '"lever"');
    const said = await silhouette(['validate', await put.text('bad.json', text)]);
    expect(said.code).toBe(1);
    expect(complaint(said)).toContain('error: bad.json runs.0.totals.powerMw: powerMw is missing');
    expect(complaint(said)).toContain('error: bad.json runs.1.unfit.levers: levers is missing');
  });

  test.each([
    ['cut.json', '{"schema":', 'not JSON'],
    ['three.json', '3', 'expected a map, got 3'],
    ['notes.txt', '', 'the kind of file is not known'],
  ])('refuses %s', async (name, text, message) => {
    const said = await silhouette(['validate', await put.text(name, text)]);
    expect(said.code).toBe(1);
    expect(complaint(said)).toMatch(new RegExp(`^error: ${name}: `));
    expect(said.error).toContain(message);
  });

  test('prints the first fifty problems of a file, and how many more there are', async () => {
    const runs = Array.from({ length: 60 }, () => 3);
    const path = await put.text('many.json', JSON.stringify({ runs }));
    const { error } = await silhouette(['validate', path]);
    expect(error.trimEnd().split('\n')).toHaveLength(51);
    expect(error).toMatch(/\nand \d+ more\n$/);
  });
});
