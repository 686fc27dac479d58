import { beforeAll, expect, test } from 'vitest';
import { isFit } from '../../src/result.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { csvRows, readResultText, silhouette, small } from './command-line.js';
import { readFileSync } from 'node:fs';

const folder = temporaryFolder();
let synthetic: string;

beforeAll(async () => {
  synthetic = folder.path('synthetic.npz');
  await silhouette(['trace', 'synth', '--network', 'cifar-resnet20', '--images', '1', '--out', synthetic]);
});

const wide = [...small.slice(0, -1), 'uniform:16'];

test('nothing fits: the row says why, and the exit code is 1', async () => {
  const [json, csv] = [folder.path('none.json'), folder.path('none.csv')];
  const { code, out, error } = await silhouette(['simulate', ...wide, '--out', json, '--csv', csv]);
  expect({ code, error }).toEqual({ code: 1, error: '' });
  expect(out).toContain('cifar-resnet20: nothing fits');
  expect(out).toMatch(/uniform:16 +│ does not fit: .*needs 16 bit, has 8/);
  expect(out).toMatch(/try --set array\.unit/);
  const [run] = readResultText(json).runs;
  expect(run).toMatchObject({ scheme: 'uniform:16', unfit: { demand: 16, bound: 8, unit: 'bit' } });
  expect(run !== undefined && !isFit(run) && run.unfit.levers.length).toBeGreaterThan(0);
  const rows = csvRows(readFileSync(csv, 'utf8'));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ scheme: 'uniform:16', unfit: expect.stringContaining('fixed(8)') as string });
});

test('something fits: the exit code is 0, and runs stand as given', async () => {
  const json = folder.path('some.json');
  const { code, out } = await silhouette(['simulate', ...wide, '--scheme', 'uniform:8', '--out', json]);
  expect(code).toBe(0);
  expect(out).toContain('uniform:16, which does not fit');
  expect(readResultText(json).runs.map((run) => [run.scheme, isFit(run)])).toEqual([
    ['uniform:16', false],
    ['uniform:8', true],
  ]);
});

test('windows are sorted by masks that are found while a layer runs: what does not fit on chip is read twice', async () => {
  const ifmapBits = async (order: string): Promise<number> => {
    const json = folder.path(`${order}.json`);
    const set = ['--set', `array.order=${order}`, '--set', 'buffers.ifmap.capacity=8 KiB'];
    const args = ['--network', 'cifar-resnet20', '--accelerator', 'drq', '--scheme', 'drq', ...set, '--out', json];
    const { code } = await silhouette(['simulate', synthetic, ...args]);
    expect(code).toBe(0);
    const [run] = readResultText(json).runs;
    return run !== undefined && isFit(run) ? run.totals.dramBits['ifmap']! : NaN;
  };
  const [sorted, raster] = [await ifmapBits('sorted'), await ifmapBits('raster')];
  expect(sorted).toBeGreaterThan(1.3 * raster);
  // The first layer has no mask, and small layers fit.
  expect(sorted).toBeLessThan(2 * raster);
});
