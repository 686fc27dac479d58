import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadAccelerator, loadNetwork, openTrace, simulate } from '../../src/index.js';
import { isFit, type FitRun, type Result } from '../../src/result.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, csvRows, readResultText, silhouette, small } from './command-line.js';

const folder = temporaryFolder();
let trace: string;
let args: string[];
let out: string;
let result: Result;
let fit: FitRun[];

beforeAll(async () => {
  trace = folder.path('trace.npz');
  await silhouette(['trace', 'synth', '--network', 'cifar-resnet20', '--images', '2', '--out', trace]);
  const schemes = ['--scheme', 'uniform:8', '--scheme', 'drq'];
  args = ['simulate', trace, '--network', 'cifar-resnet20', '--accelerator', 'drq', ...schemes];
  const outputs = ['--out', folder.path('r.json'), '--csv', folder.path('r.csv'), '--per-image', folder.path('p.csv')];
  const said = await silhouette([...args, ...outputs]);
  expect({ code: said.code, error: said.error }).toEqual({ code: 0, error: '' });
  ({ out } = said);
  result = readResultText(folder.path('r.json'));
  fit = result.runs.filter(isFit);
});

describe('a simulation', () => {
  test('writes every file that was asked for, and no other', () => {
    expect(beside(trace)).toEqual(['p.csv', 'r.csv', 'r.json', 'trace.npz']);
  });

  test('writes a CSV of the same totals and layers as the JSON', () => {
    const rows = csvRows(readFileSync(folder.path('r.csv'), 'utf8'));
    expect(rows).toHaveLength(fit.reduce((count, run) => count + 1 + run.layers.length, 0));
    for (const run of fit) {
      const own = rows.filter((row) => row['scheme'] === run.scheme);
      for (const [i, metrics] of [run.totals, ...run.layers].entries()) {
        const row = own[i]!;
        expect(row).toMatchObject({ masks: run.masks, images: '2', timeNs: String(metrics.timeNs) });
        expect(row['macsByBits']!.split(' ').filter(Boolean).sort()).toEqual(
          Object.entries(metrics.macsByBits)
            .map(([bits, count]) => `${bits}=${String(count)}`)
            .sort(),
        );
        for (const group of ['cycles', 'peCycles', 'energyPj', 'dramBits', 'sramBits'] as const)
          for (const [key, value] of Object.entries(metrics[group]))
            expect(row[`${group}.${key}`], `${group}.${key}`).toBe(String(value));
      }
      expect(own[0]).toMatchObject({ layer: 'total', powerMw: String(run.totals.powerMw) });
    }
  });

  test('writes a row per image and run whose mean is the total', () => {
    const rows = csvRows(readFileSync(folder.path('p.csv'), 'utf8'));
    expect(rows).toHaveLength(4);
    for (const run of fit) {
      const cycles = rows.filter((row) => row['scheme'] === run.scheme).map((row) => Number(row['cycles']));
      expect(cycles.reduce((a, b) => a + b, 0) / 2).toBeCloseTo(run.totals.cycles['total']!, 6);
    }
  });

  test('says in console, JSON and CSV that masks are synthetic', () => {
    expect(out).toContain('masks: synthetic');
    expect(out).toMatch(/│ drq +│ synthetic/);
    expect(fit.map((run) => run.masks)).toEqual(['none', 'synthetic']);
    expect(readFileSync(folder.path('r.csv'), 'utf8')).toContain('cifar-resnet20,drq,drq,synthetic,2,,total');
  });

  test('shows energy in mJ, power in W and the ratio to the baseline', () => {
    const { totals } = fit[1]!;
    const base = fit[0]!.totals;
    const columns = out.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const head = columns.find((cells) => cells.includes('scheme'))!;
    const row = columns.find((cells) => cells[1] === 'drq')!;
    expect(Number(row[head.indexOf('energy mJ')])).toBeCloseTo(totals.energyPj['total']! / 1e9, 3);
    expect(Number(row[head.indexOf('power W')])).toBeCloseTo(totals.powerMw / 1e3, 3);
    expect(row[head.indexOf('×base')]).toBe((totals.cycles['total']! / base.cycles['total']!).toFixed(3));
  });

  test('is byte for byte the same when it is run again', async () => {
    await silhouette([...args, '--out', folder.path('again.json')]);
    expect(readFileSync(folder.path('again.json'))).toEqual(readFileSync(folder.path('r.json')));
  });

  test('is what the library says', async () => {
    const made = await simulate({
      network: await loadNetwork('cifar-resnet20'),
      accelerators: [await loadAccelerator('drq')],
      schemes: ['uniform:8', 'drq'],
      trace: await openTrace(trace),
    });
    expect(JSON.parse(JSON.stringify(made.runs))).toEqual(JSON.parse(JSON.stringify(result.runs)));
  });

  test('records its inputs by hash, and its overrides', async () => {
    const path = folder.path('manifest.json');
    const said = await silhouette(['simulate', ...small, '--set', 'array.rows=16', '--out', path]);
    expect(said.code).toBe(0);
    const { manifest } = readResultText(path);
    expect(manifest.overrides).toEqual(['array.rows=16']);
    expect(manifest.inputs.map((input) => input.path)).toEqual(['accelerators/int8.yaml']);
  });

  test('compares machines with one run where the baseline names it', async () => {
    const machines = [...args, '--accelerator', 'int8', '--images', '1', '--baseline', 'int8/uniform:8'];
    const said = await silhouette(machines);
    expect(said.error).toBe('');
    expect(said.out).toContain('×base is the ratio to int8/uniform:8;');
    expect(said.out).not.toContain('–');
    expect(said.out.indexOf('\ndrq: ')).toBeLessThan(said.out.indexOf('\nint8: '));
  });

  test('prints what is assumed when it is asked to', async () => {
    expect(out).toMatch(/assumptions stand behind these figures: --assumptions prints them/);
    const said = await silhouette(['simulate', ...small, '--assumptions']);
    expect(said.out).toMatch(/\nAssumed:\n- /);
  });
});

test('progress is silent in a pipe', async () => {
  expect((await silhouette(args)).error).toBe('');
});
