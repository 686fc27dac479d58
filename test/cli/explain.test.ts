import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { complaint, silhouette, small } from './command-line.js';

const file = join(mkdtempSync(join(tmpdir(), 'silhouette-')), 'r.json');

beforeAll(async () => {
  expect((await silhouette(['simulate', ...small, '--scheme', 'uniform:4', '--out', file])).code).toBe(0);
});

it('explains every run of a result, or those that are asked for', async () => {
  const all = await silhouette(['explain', file, 'energy.mac']);
  expect(all).toMatchObject({ code: 0, error: '' });
  expect(all.out).toContain('cifar-resnet20, int8, uniform:8');
  expect(all.out).toContain('busy cycles of a PE × 8-bit MAC energy');
  const one = await silhouette(['explain', file, 'cycles', '--scheme', 'uniform:4']);
  expect(one.out).not.toContain('uniform:8');
  expect(one.out).toContain('  compute: ');
});

it('says what there is where figure, scheme or machine are unknown, and reads no other JSON', async () => {
  const figure = await silhouette(['explain', file, 'energy.arry']);
  expect(figure.code).toBe(1);
  expect(figure.error).toContain('did you mean energy.array?');
  const runs = await silhouette(['explain', file, '--scheme', 'uniform:5', '--accelerator', 'int']);
  expect(runs.code).toBe(1);
  expect(complaint(runs)).toContain('--accelerator int: r.json has no such run (expected int8)');
  expect(runs.error).toContain('--scheme uniform:5');
  expect((await silhouette(['explain', 'package.json'])).code).toBe(1);
});
