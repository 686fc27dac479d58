import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { metaArray, npyWithDictionary, npz, temporaryFolder, zip } from '../formats/npz-fixture.js';
import { beside, complaint, f32, files, root, silhouette, small, twoLayers, u8 } from './command-line.js';

const folder = temporaryFolder();
const put = files(folder.path);
const selfie = join(root, 'traces/selfie.npz');
let network: string;
let synthetic: string;

beforeAll(async () => {
  network = await put.text('two.yaml', twoLayers);
  synthetic = folder.path('synthetic.npz');
  const made = await silhouette(['trace', 'synth', '--network', 'cifar-resnet20', '--images', '2', '--out', synthetic]);
  expect(made.error).toBe('');
});

/** What is said of input that is at fault: exit code 1, no output, no file, no stack trace. */
async function refusal(...args: string[]): Promise<string> {
  const before = beside(folder.path('x'));
  const said = await silhouette(['simulate', ...args]);
  expect(said.error).not.toMatch(/^\s+at |is a bug/m);
  expect({ code: said.code, out: said.out }).toEqual({ code: 1, out: '' });
  expect(beside(folder.path('x'))).toEqual(before);
  return complaint(said);
}

const outputs = (): string[] =>
  ['--out', 'r.json', '--csv', 'r.csv', '--per-image', 'p.csv'].map((word) =>
    word.startsWith('--') ? word : folder.path(word),
  );
const drqOnTwo = (...more: string[]): string[] => ['--network', network, '--accelerator', 'drq', ...more, ...outputs()];

describe('a trace is refused that', () => {
  test('is cut off', async () => {
    const bytes = await readFile(selfie);
    const path = await folder.put('cut.npz', bytes.subarray(0, bytes.length >> 1));
    expect(await refusal(path, ...small, ...outputs())).toMatch(/^error: cut\.npz: .*truncated/);
  });

  test('is no zip', async () => {
    const path = await folder.put('text.npz', new TextEncoder().encode('silhouettes, please'));
    expect(await refusal(path, ...small, ...outputs())).toMatch(/^error: text\.npz: is not a readable zip archive/);
  });

  test('is not there', async () => {
    expect(await refusal(folder.path('none.npz'), ...small)).toBe('error: none.npz: does not exist\n');
  });

  test('was meant as the second scheme', async () => {
    expect(await refusal('drq', ...small)).toContain('repeat --scheme');
  });

  test('has a mask of another shape than the layer', async () => {
    const path = await put.trace('shape.npz', { 'regions/4x8/second': u8([1, 4, 3, 1]) });
    expect(await refusal(path, ...drqOnTwo('--scheme', 'drq'))).toBe(
      "error: shape.npz: regions/4x8/second: the mask does not match the layer's input of 4×8×8" +
        ' (expected [images, 4, 2, 1], got [images, 4, 3, 1])\n',
    );
  });

  test('has no mask for a layer', async () => {
    const path = await put.trace('other.npz', { 'regions/4x8/elsewhere': u8([1, 4, 2, 1]) });
    expect(await refusal(path, ...drqOnTwo('--scheme', 'drq'))).toContain('regions/4x8/second: scheme drq needs');
  });

  test('has a level that DRQ does not know', async () => {
    const path = await put.trace('level.npz', { 'regions/4x8/second': u8([1, 4, 2, 1], 2) });
    expect(await refusal(path, ...drqOnTwo('--scheme', 'drq'))).toContain(
      'expected 0 (insensitive) or 1 (sensitive), got 2',
    );
  });

  test('has another region size than the scheme', async () => {
    const path = await put.trace('size.npz', { 'regions/4x8/second': u8([1, 4, 2, 1]) });
    expect(await refusal(path, ...drqOnTwo('--scheme', 'drq:2x4'))).toContain('(expected 4x8, got 2x4)');
  });

  test('has an importance that is no number, which is named by pixel', async () => {
    const path = await put.trace('nan.npz', { silhouettes: f32([1, 2, 2], [0, 0.5, NaN, 1]) });
    const said = await refusal(path, ...drqOnTwo('--scheme', 'region:4@50,8@50'));
    expect(said).toContain('nan.npz: silhouettes, image 0: pixel (1, 0) is not an importance');
    expect(said).toContain('expected a number in [0, 1], got NaN');
  });

  test('promises 10 GB in a file of a kilobyte', async () => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 50000, 50000), }`;
    const path = await folder.put(
      'bomb.npz',
      zip({ 'silhouettes.npy': npyWithDictionary(header, new Uint8Array(1000)) }, 0),
    );
    const before = process.memoryUsage.rss();
    expect(await refusal(path, ...drqOnTwo('--scheme', 'region:4@50,8@50'))).toMatch(/^error: bomb\.npz: silhouettes/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20);
  });

  test('has no silhouettes, for region', async () => {
    const path = await put.trace('masks.npz', { 'regions/4x8/second': u8([1, 4, 2, 1]) });
    expect(await refusal(path, ...drqOnTwo('--scheme', 'region:4@50,8@50'))).toContain(
      'masks.npz: silhouettes: scheme region:4@50,8@50 needs this array, which is missing',
    );
  });

  test('was recorded on another network, for drq', async () => {
    const said = await refusal(selfie, '--network', 'cifar-resnet20', '--accelerator', 'drq', '--scheme', 'drq');
    expect(said).toContain('expected masks of cifar-resnet20, got masks of selfie-segmentation');
    expect(said).toContain('silhouette trace synth --network cifar-resnet20');
  });

  test('names the network that its meta array names', async () => {
    const meta = metaArray({ network: 'three' });
    const path = await folder.put('meta.npz', npz({ 'regions/4x8/second': u8([1, 4, 2, 1]), meta }));
    expect(await refusal(path, ...drqOnTwo('--scheme', 'drq'))).toContain('expected masks of two, got masks of three');
  });

  test('is missing, for drq and for region', async () => {
    expect(await refusal(...drqOnTwo('--scheme', 'drq'))).toContain('drq reads masks, and no trace was given');
    expect(await refusal(...drqOnTwo('--scheme', 'region:4@50,8@50'))).toContain('region reads silhouettes');
  });
});

describe('a name is refused that', () => {
  test('is near a network, an accelerator and a scheme: all three are suggested at once', async () => {
    const said = await refusal('--network', 'resnt18', '--accelerator', 'int9', '--scheme', 'unifrom:8', ...outputs());
    expect(said).toMatch(/resnt18: no such network .*did you mean resnet18\? valid: alexnet/);
    expect(said).toMatch(/int9: no such accelerator .*did you mean int8\? valid: /);
    expect(said).toMatch(/scheme unifrom:8: unknown scheme .*did you mean uniform\?/);
    expect(said.trimEnd().split('\n')).toHaveLength(3);
  });

  test.each(['constructor', '__proto__', 'toString'])('is %s', async (name) => {
    const said = await refusal('--network', name, '--accelerator', name, '--scheme', name);
    expect(said.trimEnd().split('\n')).toHaveLength(3);
  });

  test('is no baseline', async () => {
    expect(await refusal(...small, '--baseline', 'uniform:9')).toBe(
      'error: --baseline uniform:9: the baseline is not among the schemes' +
        ' (expected uniform:8, or one of them behind ACCELERATOR/). did you mean uniform:8?\n',
    );
  });

  test('is two machines’', async () => {
    const copy = await put.text('copy.yaml', await readFile(join(root, 'accelerators/int8.yaml'), 'utf8'));
    expect(await refusal(...small, '--accelerator', copy)).toContain('--accelerator int8: is given more than once');
    expect(await refusal(...small, '--scheme', 'uniform:8')).toContain('--scheme uniform:8: is given more than once');
  });
});

describe('a value is refused that', () => {
  test('is a negative size in the YAML of a network', async () => {
    const path = await put.text('negative.yaml', twoLayers.replace('filters: 4', 'filters: -4'));
    const said = await refusal('--network', path, '--accelerator', 'int8', '--scheme', 'uniform:8', ...outputs());
    expect(said).toMatch(/^error: negative\.yaml:4:\d+ .*filters.*got -4/);
  });

  test('is a negative size in --set', async () => {
    expect(await refusal(...small, '--set', 'array.rows=-4', ...outputs())).toMatch(
      /array\.rows: .*expected at least 1, got -4/,
    );
  });

  test('sets nothing, or what is not there', async () => {
    expect(await refusal(...small, '--set', 'array.rows')).toContain(
      '--set array.rows: there is no = (expected PATH=VALUE, such as array.rows=64)',
    );
    expect(await refusal(...small, '--set', 'array.row=4')).toMatch(
      /--set array\.row=4: unknown key row in array\. did you mean rows\? valid: rows, cols/,
    );
  });

  test.each(['0', '-1', 'abc', '1.5', 'NaN', 'Infinity', ''])('is no count of images: %j', async (count) => {
    expect(await refusal(synthetic, ...small, `--images=${count}`)).toBe(
      `error: --images: not a count (expected an integer of at least 1, got ${count})\n`,
    );
  });

  test('is more images than there are', async () => {
    expect(await refusal(synthetic, ...small, '--images', '3', ...outputs())).toContain('(expected at most 2, got 3)');
  });

  test.each(['0', 'abc'])('is no batch: %s', async (batch) => {
    expect(await refusal(...small, '--batch', batch)).toContain(`--batch: not a count (expected an integer`);
  });

  test('is a policy of 90 percent', async () => {
    expect(await refusal(...drqOnTwo('--scheme', 'region:2@50,3@30,4@10'))).toContain(
      '(expected percentages that sum to 100, got 90)',
    );
  });

  test.each([
    ['--images', 'many'],
    ['--share', '2'],
    ['--blobs', 'abc'],
    ['--region', '4'],
    ['--size', '-1'],
  ])('is no setting of a synthetic trace: %s %s', async (flag, value) => {
    const path = folder.path('bad.npz');
    const said = await silhouette(['trace', 'synth', '--network', 'cifar-resnet20', '--out', path, flag, value]);
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.error).toContain(flag.slice(2));
    expect(said.error).toContain(value);
    expect(beside(path)).not.toContain('bad.npz');
  });
});

describe('an output is refused before anything is simulated', () => {
  test.each(['--out', '--csv', '--per-image'])('where %s is in no folder', async (flag) => {
    const said = await refusal('--network', 'resnet50', ...small.slice(2), flag, folder.path('nowhere/r'));
    expect(said).toMatch(/nowhere\/r: the folder does not exist .*mkdir -p/);
  });

  test('where it is a folder, empty, an input, another output, or of a kind that is not written', async () => {
    expect(await refusal(...small, '--out', folder.path('.'))).toContain('this is a folder');
    expect(await refusal(...small, '--out=')).toContain('the file name is empty');
    expect(await refusal(synthetic, ...small, '--out', synthetic)).toContain('is an input');
    const twice = folder.path('twice');
    expect(await refusal(...small, '--out', twice, '--csv', twice)).toContain('is the file of two outputs');
    expect(await refusal(...small, '--per-image', folder.path('p.parquet'))).toContain('ends in .csv');
  });
});

test('several problems of different inputs are all reported', async () => {
  const said = await refusal(
    ...[folder.path('none.npz'), '--network', 'nope', '--accelerator', 'int8', '--scheme', 'uniform:0'],
    ...['--set', 'array.rows=-4', '--images', '0', '--batch', 'x', '--baseline', 'b', '--out', folder.path('no/r')],
  );
  for (const where of ['no/r', '--images', '--batch', 'scheme uniform:0', 'nope', 'array.rows', '--baseline b', 'none'])
    expect(said).toContain(where);
  expect(said.trimEnd().split('\n')).toHaveLength(8);
});
