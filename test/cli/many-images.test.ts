import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { writeCheckpoint } from '../../src/formats/checkpoint-file.js';
import { openTrace } from '../../src/formats/trace-file.js';
import { SYNTH_DEFAULTS, synthSilhouette } from '../../src/trace/synth.js';
import { collect, temporaryFolder } from '../formats/npz-fixture.js';
import { complaint, files, silhouette, small } from './command-line.js';

const folder = temporaryFolder();
const put = files(folder.path);

async function refusal(...args: string[]): Promise<string> {
  const said = await silhouette(args);
  expect({ code: said.code, out: said.out }).toEqual({ code: 1, out: '' });
  expect(said.error).not.toMatch(/^\s+at |is a bug/m);
  return complaint(said);
}

test('--masks none writes the silhouettes alone, as they are, bit for bit', async () => {
  const path = folder.path('silhouettes.npz');
  const said = await silhouette(['trace', 'synth', '--masks', 'none', '--images', '5', '--out', path]);
  expect(said).toEqual({ code: 0, error: '', out: `${path}: 5 images, silhouettes, no masks: synthetic\n` });
  const trace = await openTrace(path);
  expect(trace.info).toMatchObject({ images: 5, masks: [], synthetic: true, seed: '1' });
  expect(trace.info.network).toBeUndefined();
  const images = await collect(trace.images());
  expect(images.map((image) => image.silhouette)).toEqual(images.map((_, i) => synthSilhouette(SYNTH_DEFAULTS, i)));
  expect((await stat(path)).size).toBeGreaterThan(5 * 56 * 56 * 4);
});

test('masks need a network, and are of it or none', async () => {
  const { code, error } = await silhouette(['trace', 'synth', '--out', folder.path('m.npz')]);
  expect(code).toBe(2);
  expect(error).toContain('Missing: --network, which masks belong to; --masks none makes silhouettes alone');
  const args = ['trace', 'synth', '--network', 'resnet18', '--masks', 'drq', '--out', folder.path('m.npz')];
  expect(await refusal(...args)).toContain('--masks drq: no such masks (expected network, or none');
});

test('--threads is a count, and 1 for a timeline', async () => {
  for (const wrong of ['0', '1.5', 'all', '257'])
    expect(await refusal('simulate', ...small, '--threads', wrong)).toContain(
      `--threads: not a count (expected an integer from 1 to 256, got ${wrong})`,
    );
  const timeline = ['--timeline', folder.path('t.json')];
  expect(await refusal('simulate', ...small, ...timeline, '--threads', '2')).toContain(
    '--timeline is drawn by one thread',
  );
});

test('--checkpoint is a file of its own, not beside a timeline', async () => {
  const path = folder.path('run.part');
  expect(await refusal('simulate', ...small, '--checkpoint', path, '--out', path)).toContain(
    'is the file of two outputs',
  );
  expect(await refusal('simulate', ...small, '--checkpoint', path, '--timeline', folder.path('t.json'))).toContain(
    'cannot go with --timeline',
  );
  expect(await refusal('simulate', ...small, '--checkpoint', folder.path('none/run.part'))).toContain(
    'the folder does not exist',
  );
});

test('a checkpoint that is none is refused, and stays', async () => {
  const path = await put.text('text.part', 'layers: []');
  const said = await refusal('simulate', ...small, '--checkpoint', path);
  expect(said).toBe(
    'error: text.part: is not a whole checkpoint (got 10 bytes). Give --checkpoint another name; where the file is one, delete it to start from the first image\n',
  );
  expect((await stat(path)).size).toBe(10);
});

test('the checkpoint of another simulation is refused with all that differs', async () => {
  const path = folder.path('other.part');
  const identity = { version: '0.0.9', network: 'vgg16', schemes: 'uniform:8', batch: '1' };
  await writeCheckpoint(path, { identity, rowBytes: 0, state: { images: 0, runs: [] } });
  const said = await refusal('simulate', ...small, '--checkpoint', path);
  expect(said).toContain(
    'error: other.part: version: the checkpoint is of another simulation: it says 0.0.9, this command ',
  );
  expect(said).toContain(
    'other.part: network: the checkpoint is of another simulation: it says vgg16, this command cifar-resnet20',
  );
  expect(said).toContain(
    'other.part: accelerators: the checkpoint is of another simulation: it says none, this command int8',
  );
  expect(said).not.toContain('schemes');
});
