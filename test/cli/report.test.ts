import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildIfStale } from '../e2e/built.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, complaint, readResultText, silhouette, small } from './command-line.js';

const folder = temporaryFolder();
const result = folder.path.bind(folder, 'r.json');
const traced = ['traces/selfie.npz', '--network', 'selfie-segmentation', '--accelerator', 'drq', '--scheme', 'drq'];

// The page's own scripts are bundles of the build.
beforeAll(buildIfStale);

test('simulate --report writes a page with the live part and masks, whole, equal for equal input, and prints as without', async () => {
  const [first, second] = [folder.path('one.html'), folder.path('two.html')];
  const args = ['simulate', ...traced, '--images', '2'];
  const { out: plain } = await silhouette(args);
  for (const page of [first, second]) {
    const said = await silhouette([...args, '--report', page]);
    expect(said).toMatchObject({ code: 0, error: '', out: plain });
  }
  const text = readFileSync(first, 'utf8');
  expect(readFileSync(second, 'utf8')).toBe(text);
  for (const id of ['costs', 'cycles', 'layers', 'roofline', 'masks', 'live', 'numbers', 'provenance'])
    expect(text).toContain(`<section id="${id}"`);
  expect(text.trimEnd()).toMatch(/<\/html>$/);
});

test('every number of the CSV is on the page', async () => {
  const [page, csv] = [folder.path('numbers.html'), folder.path('numbers.csv')];
  await silhouette(['simulate', ...small, '--report', page, '--csv', csv, '--out', result()]);
  const [, json] = /id="every-number">([^<]*)<\/script>/.exec(readFileSync(page, 'utf8'))!;
  expect(JSON.parse(json!)).toBe(readFileSync(csv, 'utf8'));
  const { totals } = readResultText(result()).runs[0] as unknown as { totals: { cycles: { total: number } } };
  expect(readFileSync(page, 'utf8')).toContain(`<td data-value="${String(totals.cycles.total)}">`);
});

test('machines on equal terms have a page without a live part, and it says why', async () => {
  const page = folder.path('equal.html');
  const two = ['--accelerator', 'int8', '--accelerator', 'drq', '--iso-area', 'int8'];
  const { code } = await silhouette([
    'simulate',
    '--network',
    'cifar-resnet20',
    ...two,
    '--scheme',
    'uniform:8',
    '--report',
    page,
  ]);
  expect(code).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain(
    'This page does not carry the simulator: machines that were put on equal terms',
  );
});

test('report makes a page of results, of several as one', async () => {
  const [other, page] = [folder.path('other.json'), folder.path('both.html')];
  await silhouette(['simulate', ...small, '--out', result()]);
  await silhouette(['simulate', ...small, '--set', 'name=mine', '--set', 'array.rows=8', '--out', other]);
  const said = await silhouette(['report', result(), other, '-o', page]);
  expect(said).toMatchObject({ code: 0, error: '' });
  expect(said.out).toMatch(/both\.html: 2 runs/);
  const text = readFileSync(page, 'utf8');
  expect(text).toContain('<title>cifar-resnet20 on int8, mine</title>');
  expect(text).not.toContain('<section id="live"');
});

test('report says everything that is wrong at once, and writes nothing', async () => {
  const broken = folder.path('broken.json');
  await writeFile(broken, '{');
  const said = await silhouette(['report', broken, folder.path('missing.json'), '-o', folder.path('page.txt')]);
  expect(said.code).toBe(1);
  expect(complaint(said)).toMatch(/page\.txt: is no page \(expected a name that ends in \.html\)/);
  expect(complaint(said)).toMatch(/broken\.json/);
  expect(complaint(said)).toMatch(/missing\.json: there is no such file/);
  expect(existsSync(folder.path('page.txt'))).toBe(false);
  expect((await silhouette(['report', result()])).code).toBe(2);
});

test('a page that cannot be written, or goes on from a checkpoint, is told before anything is counted', async () => {
  const nowhere = await silhouette(['simulate', ...small, '--report', folder.path('no/where/r.html')]);
  expect(nowhere.code).toBe(1);
  expect(complaint(nowhere)).toMatch(/r\.html: /);
  const both = ['--report', folder.path('c.html'), '--checkpoint', folder.path('c.part')];
  const said = await silhouette(['simulate', ...small, ...both]);
  expect(complaint(said)).toMatch(/cannot go with --report, which shows the images that cost most/);
  expect(beside(folder.path('c.html')).filter((name) => name.startsWith('c.'))).toEqual([]);
});
