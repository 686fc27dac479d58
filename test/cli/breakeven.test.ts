import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { BreakEvenReport } from '../../src/report/breakeven-table.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, complaint, csvRows, files, silhouette, twoLayers } from './command-line.js';

const folder = temporaryFolder();
let network: string;

beforeAll(async () => {
  network = await files(folder.path).text('two.yaml', twoLayers.replace('[3, 8, 8]', '[3, 32, 32]'));
});

async function breakEven(...args: string[]) {
  const grid = args.includes('--grid') ? [] : ['--grid', '4'];
  return silhouette(['breakeven', '--network', network, '--accelerator', 'drq', ...grid, ...args]);
}

async function report(name: string, ...args: string[]): Promise<BreakEvenReport> {
  const path = folder.path(name);
  const { code, error } = await breakEven(...args, '--out', path);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return JSON.parse(readFileSync(path, 'utf8')) as BreakEvenReport;
}

test('prints where both families cost as much as uniform, that masks are synthetic, and every masked layer', async () => {
  const { code, out, error } = await breakEven();
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(out).toContain('two: share of 8-bit pixels at which cycles equal those of uniform:8 on the same machine');
  expect(out).toContain('masks: synthetic (made by a generator, not recorded from a model), seed 1, 1 image');
  expect(out).toContain('5 shares from 0 to 100 %');
  expect(out).toMatch(/│ 1 +│ drq +│ drq +│ elastic\(4\) │ tap-inner +│ +3 │ +0\.3 │/);
  expect(out).toMatch(/│ 2 +│ drq +│ region +│/);
  expect(out).toMatch(/│ second +│ +[\d.]+ %( ~)? │/);
  expect(out).not.toMatch(/│ first /);
});

test('writes curves and break-evens that tell of the same runs', async () => {
  const [json, csv] = [folder.path('all.json'), folder.path('all.csv')];
  const { code, out } = await breakEven('--out', json, '--csv', csv, '--quantity', 'dramBits');
  expect(code).toBe(0);
  expect(out).toContain('at which DRAM bits equal those of uniform:8');
  const written = JSON.parse(readFileSync(json, 'utf8')) as BreakEvenReport;
  expect(written).toMatchObject({ schema: 'silhouette.breakeven/1', network: 'two', quantity: 'dramBits' });
  expect(written.manifest).toMatchObject({ seed: '1', inputs: [{ path: network }, { path: 'accelerators/drq.yaml' }] });
  const rows = csvRows(readFileSync(csv, 'utf8'));
  // The network and two layers, of region the branch, too.
  expect(rows.map(({ scheme, layer }) => `${scheme!} ${layer!}`)).toEqual([
    'drq ',
    'drq first',
    'drq second',
    'region ',
    'region first',
    'region silhouette',
    'region second',
  ]);
  written.runs.forEach(({ family, outcome }) => {
    if (!outcome.fits) throw new Error('does not fit');
    const { network: whole, curve, baselineCosts } = outcome.value;
    expect(curve.map(({ share }) => share)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const row = rows.find(({ scheme, layer }) => scheme === family && layer === '');
    expect(row).toMatchObject({
      breakEven: whole.kind,
      shares: whole.shares.join(' '),
      baselineCost: String(baselineCosts.dramBits),
      costAtFirstShare: String(curve[0]!.network.dramBits),
    });
  });
});

test('has a run for every FIFO depth, step order and look of masks that is asked for', async () => {
  const lists = ['--fifo', '1,4', '--steps', 'tap-inner,channel-inner', '--blobs', '1,30', '--blob-size', '0.1,0.5'];
  const { runs } = await report('lists.json', ...lists, '--family', 'drq', '--grid', '1');
  const settings = runs.map(({ discipline, steps, blobs, blobSize }) => [discipline, steps, blobs, blobSize].join(' '));
  expect(new Set(settings).size).toBe(16);
  expect(settings.slice(0, 4)).toEqual([
    'elastic(1) tap-inner 1 0.1',
    'elastic(1) tap-inner 1 0.5',
    'elastic(1) tap-inner 30 0.1',
    'elastic(1) tap-inner 30 0.5',
  ]);
  expect(settings.at(-1)).toBe('elastic(4) channel-inner 30 0.5');
});

test('deeper FIFOs cost no cycles, and some spare what neighbours wait', async () => {
  const { runs } = await report('fifo.json', '--fifo', '1,16', '--family', 'drq');
  const curves = runs.map(({ outcome }) => (outcome.fits ? outcome.value.curve : []));
  const spared = curves[0]!.map((point, i) => point.network.cycles - curves[1]![i]!.network.cycles);
  expect(Math.min(...spared)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...spared)).toBeGreaterThan(0);
});

test('says of a machine that cannot run the bits what would help, and ends with 1 where none can', async () => {
  const { code, out } = await breakEven('--high', '16', '--accelerator', 'int8', '--family', 'drq');
  expect(code).toBe(0);
  expect(out).toMatch(/│ 2 +│ int8 +│ drq .*does not fit: .*needs 16 bit, has 8/);
  expect(out).toMatch(/try --set array\.unit/);
  const none = await silhouette(['breakeven', '--network', network, '--accelerator', 'int8', '--high', '16']);
  expect(none.code).toBe(1);
  expect(none.out).not.toContain('layer by layer');
});

test('names every wrong flag at once, and writes nothing', async () => {
  const before = beside(folder.path('x'));
  const wrong = [
    ...['--family', 'regoin', '--high', '17', '--low', '0', '--baseline', 'drq', '--quantity', 'time', '--grid', '0'],
    ...['--fifo', '0,1,1', '--steps', 'tap', '--blobs', '0', '--blob-size', '-', '--region', '4', '--images', 'x'],
    ...['--set', 'rows', '--out', folder.path('no/x.json'), '--csv', network, '--seed', '1'],
  ];
  const said = await silhouette(['breakeven', '--network', network, '--accelerator', 'dqr', ...wrong]);
  expect(said.code).toBe(1);
  const complaints = complaint(said);
  for (const where of [
    'x.json: the folder does not exist',
    'two.yaml: is an input',
    '--family regoin: there is no such choice (expected drq, region). did you mean region?',
    '--high: high is not a bit-width',
    '--low: low is not a bit-width',
    'baseline drq: depends on masks',
    '--quantity time',
    '--grid: not a count',
    '--images: not a count',
    '--region 4: not a region size',
    '--fifo: not a count',
    '--fifo 0,1,1: 1 is given more than once',
    '--steps tap: there is no such choice',
    '--blobs: not a count',
    '--blob-size: not a number',
    '--set rows: there is no =',
    'dqr: no such accelerator',
  ])
    expect(complaints).toContain(where);
  expect(beside(folder.path('x'))).toEqual(before);
});

test('asks that files, machines and families differ, and that unimportant pixels are not wider', async () => {
  const same = folder.path('same');
  const said = complaint(
    await breakEven(
      ...['--accelerator', 'drq', '--family', 'drq', '--family', 'drq', '--out', same, '--csv', same],
      ...['--high', '4', '--low', '8', '--blobs', '2000'],
    ),
  );
  expect(said).toContain('is the file of two outputs');
  expect(said).toContain('--accelerator drq: is given more than once');
  expect(said).toContain('--family drq: is given more than once');
  expect(said).toContain('--low: the bits of unimportant pixels exceed those of important ones');
  expect(said).toContain('synth blobs: is out of range');
});

test('has no grid so fine that it would not end', async () => {
  const said = await silhouette(['breakeven', '--network', network, '--accelerator', 'drq', '--grid', '1e9']);
  expect(said.code).toBe(1);
  expect(said.error).toContain('--grid: not a count (expected an integer from 1 to 1000, got 1e9)');
});
