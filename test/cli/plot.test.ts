import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { chartNames } from '../../src/report/charts/registry.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, complaint, silhouette, small } from './command-line.js';

const folder = temporaryFolder();
let result: string;

beforeAll(async () => {
  result = folder.path('r.json');
  const { code } = await silhouette(['simulate', ...small, '--scheme', 'uniform:4', '--out', result]);
  expect(code).toBe(0);
});

const plot = (...args: string[]) => silhouette(['plot', result, ...args]);

describe('plot', () => {
  it('writes one picture, and says what is seen in it', async () => {
    const out = folder.path('energy.svg');
    const said = await plot('--chart', 'energy', '-o', out);
    expect(said).toMatchObject({ code: 0, error: '' });
    expect(said.out).toMatch(/energy\.svg: Least energy: uniform:4, .* of uniform:8\n$/);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg [^]*<title[^>]*>Least energy[^]*<\/svg>\s*$/);
  });

  it('writes all pictures that the runs can show under names of their own', async () => {
    await mkdir(folder.path('all'));
    const { code, out } = await plot('-o', folder.path('all/{name}.png'));
    expect(code).toBe(0);
    const written = beside(folder.path('all/x'));
    expect(written).toEqual(
      expect.arrayContaining(['latency.png', 'layers-int8-uniform-4.png', 'roofline-int8-uniform-8.png']),
    );
    // One image has no distribution.
    expect(written.filter((name) => name.startsWith('distribution'))).toEqual([]);
    expect(out.trimEnd().split('\n')).toHaveLength(written.length);
    for (const name of written)
      expect(
        readFileSync(folder.path(`all/${name}`))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
  });

  it('reads several results as one, and takes the baseline and the theme that are asked for', async () => {
    const other = folder.path('other.json');
    await silhouette(['simulate', ...small, '--set', 'array.rows=16', '--set', 'name=half', '--out', other]);
    const out = folder.path('latency.svg');
    const said = await plot(other, '--chart', 'latency', '-o', out, '--baseline', 'half/uniform:8', '--theme', 'dark');
    expect(said.code).toBe(0);
    expect(said.out).toContain('of uniform:8 on half');
    expect(readFileSync(out, 'utf8')).toContain('fill="#E9ECF0"');
  });

  it('draws as wide as it is told, and says what widths there are', async () => {
    const out = folder.path('narrow.svg');
    expect((await plot('--chart', 'latency', '-o', out, '--width', '360')).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg [^>]* width="360"/);
    for (const width of ['36', '360.5', 'wide'])
      expect((await plot('--chart', 'latency', '-o', out, '--width', width)).error).toContain(
        '--width: is no width of a chart (expected a whole number of pixels from 300 to 2000',
      );
  });

  it('says what would be valid where nothing is, all at once', async () => {
    const said = await plot('--chart', 'energi', '--chart', 'cicles', '--theme', 'drak', '-o', 'x.pdf');
    expect(said.code).toBe(1);
    expect(said.error).toContain('--chart energi: no such chart. did you mean energy? valid: latency');
    expect(said.error).toContain('did you mean cycles?');
    expect(said.error).toContain('--theme drak: no such theme. valid: light, dark');
    expect(said.error).toContain('--out x.pdf: the ending names no format of pictures (expected .png or .svg)');
    expect((await plot()).error).toContain('--out: is missing (expected a file that ends in .png or .svg)');
  });

  it('lists the pictures where one file cannot hold them', async () => {
    const said = await plot('--chart', 'layers', '-o', folder.path('layers.svg'));
    expect(said.code).toBe(1);
    expect(complaint(said)).toContain(
      'there are 2 pictures and one file: layers-int8-uniform-8, layers-int8-uniform-4',
    );
    expect(said.error).toContain("layers-{name}.svg'");
    expect(existsSync(folder.path('layers.svg'))).toBe(false);
  });

  it('refuses runs that nobody could tell apart, and files that are given twice', async () => {
    const copy = folder.path('copy.json');
    await writeFile(copy, readFileSync(result));
    const same = await plot(copy, '--chart', 'area', '-o', folder.path('x.svg'));
    expect(same.code).toBe(1);
    expect(complaint(same)).toContain(
      'copy.json: has a run that is named as one in r.json: cifar-resnet20, int8, uniform:8',
    );
    expect((await plot(result, '--chart', 'area', '-o', folder.path('x.svg'))).error).toContain('is given twice');
  });

  it('says what it cannot show: a distribution of one image, an unknown baseline, a missing folder', async () => {
    const distribution = await plot('--chart', 'distribution', '-o', folder.path('{name}.svg'));
    expect(distribution.error).toContain('--chart distribution: these runs hold nothing that it could show');
    const baseline = await plot('--chart', 'area', '--baseline', 'uniform:9', '-o', folder.path('x.svg'));
    expect(baseline.error).toContain(
      '--baseline uniform:9: the baseline is not among the schemes (expected uniform:8, uniform:4',
    );
    const missing = await plot('-o', folder.path('none/{name}.svg'));
    expect(missing.code).toBe(1);
    expect(missing.error.match(/the folder does not exist/g)).toHaveLength(1);
    expect((await silhouette(['plot', 'package.json', '-o', folder.path('x.svg')])).code).toBe(1);
  });

  it('names every chart in its help', async () => {
    const { out } = await silhouette(['plot', '--help']);
    for (const name of chartNames) expect(out.replaceAll(/\s+/g, ' ')).toContain(name);
  });
});
