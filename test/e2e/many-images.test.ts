import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twoLayers } from '../cli/command-line.js';
import { npz } from '../formats/npz-fixture.js';
import { root } from '../house/sources.js';
import { buildIfStale, run } from './built.js';

const program = join(root, 'dist/cli/main.js');
const images = 240;
let folder: string;
let expected: string[];

const simulation = [
  'simulate',
  'silhouettes.npz',
  ...['--network', 'cifar-resnet20', '--accelerator', 'region', '--accelerator', 'stripes'],
  ...['--scheme', 'region:2@50,4@30,8@20', '--scheme', 'uniform:8'],
  ...['--out', 'r.json', '--per-image', 'rows.csv'],
];
const silhouette = (...args: string[]) => run(process.execPath, [program, ...args], folder);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const written = (): string[] => ['r.json', 'rows.csv'].map(read);
const clear = (): void => {
  for (const name of ['r.json', 'rows.csv', 'rows.csv.tmp', 'run.part']) rmSync(join(folder, name), { force: true });
};

beforeAll(() => {
  buildIfStale();
  folder = mkdtempSync(join(tmpdir(), 'silhouette-many-'));
  const size = ['--size', '32', '--images', String(images)];
  expect(silhouette('trace', 'synth', '--masks', 'none', ...size, '--out', 'silhouettes.npz').stderr).toBe('');
  expect(silhouette(...simulation, '--threads', '1').stderr).toBe('');
  expected = written();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a simulation with a checkpoint, and ends it by a signal as soon as there is one. */
async function stopped(threads: string, signal: NodeJS.Signals) {
  const args = [program, ...simulation, '--threads', threads, '--checkpoint', 'run.part'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const end = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, by) => {
      resolve(code ?? by);
    });
  });
  while (!existsSync(join(folder, 'run.part')) && child.exitCode === null) await setTimeout(5);
  child.kill(signal);
  return { end: await end, said };
}

describe('many images', () => {
  it('cost the same on two threads, byte by byte', () => {
    clear();
    expect(silhouette(...simulation, '--threads', '2').stderr).toBe('');
    expect(written()).toEqual(expected);
  });

  it.each([
    ['1', 'SIGINT'],
    ['2', 'SIGINT'],
    ['2', 'SIGKILL'],
  ] as const)('counted by %s threads cost the same after %s and the same command again', async (threads, signal) => {
    clear();
    const { end, said } = await stopped(threads, signal);
    expect(end).toBe(signal === 'SIGINT' ? 130 : 'SIGKILL');
    if (signal === 'SIGINT')
      expect(said).toMatch(/^interrupted; \d+ images are kept in run\.part: the same command goes on from there\n$/);
    else expect(said).toBe('');
    expect(existsSync(join(folder, 'r.json'))).toBe(false);

    // Another command must not go on from there.
    const other = silhouette(...simulation, '--checkpoint', 'run.part', '--images', '20');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(
      'run.part: images: the checkpoint is of another simulation: it says 240, this command 20. Give the same command again',
    );

    const resumed = silhouette(...simulation, '--checkpoint', 'run.part');
    expect(resumed.stderr).toBe('');
    expect(written()).toEqual(expected);
    expect(existsSync(join(folder, 'run.part'))).toBe(false);
    expect(existsSync(join(folder, 'rows.csv.tmp'))).toBe(false);
  });

  it('a fault in a thread is told as one in the only thread is', () => {
    const levels = new Uint8Array(40 * 4 * 2 * 1);
    levels[8 * 30 + 3] = 2;
    const masks = { dtype: '|u1', shape: [40, 4, 2, 1], data: levels };
    writeFileSync(join(folder, 'masks.npz'), npz({ 'regions/4x8/second': masks }));
    writeFileSync(join(folder, 'two.yaml'), twoLayers);
    const faulty = ['simulate', 'masks.npz', '--network', 'two.yaml', '--accelerator', 'drq', '--scheme', 'drq'];
    const [alone, shared] = ['1', '2'].map((threads) => silhouette(...faulty, '--threads', threads));
    expect(alone?.stderr).toMatch(/^error: image 30: .*knows two levels/);
    expect(shared).toEqual(alone);
  });
});
