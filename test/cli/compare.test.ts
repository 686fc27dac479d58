import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildIfStale } from '../e2e/built.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, complaint, readResultText, root, silhouette, small } from './command-line.js';

const folder = temporaryFolder();
let before: string;
let after: string;

beforeAll(async () => {
  before = folder.path('before.json');
  after = folder.path('after.json');
  const schemes = ['--scheme', 'uniform:4'];
  await silhouette(['simulate', ...small, ...schemes, '--out', before]);
  const { code } = await silhouette(['simulate', ...small, ...schemes, '--set', 'array.rows=16', '--out', after]);
  expect(code).toBe(0);
});

describe('compare', () => {
  it('prints what changed in inputs and numbers, run by run and layer by layer', async () => {
    const { code, out, error } = await silhouette(['compare', before, after, '--layers', '3']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/│ --set array\.rows +│ – +│ 16 +│/);
    const [first, second] = [before, after].map(
      (file) => readResultText(file).runs[0] as { totals: { timeNs: number } },
    );
    const ratio = (second!.totals.timeNs / first!.totals.timeNs).toFixed(3);
    expect(out).toMatch(new RegExp(`│ time +│ .*│ ${ratio} │\n`));
    expect(out).toContain('layers changed in cycles, 10 more in other figures; the largest 3\n');
  });

  it('prints layers by energy, or none, or everything', async () => {
    const by = await silhouette(['compare', before, after, '--by', 'energy', '--layers', '1']);
    expect(by.out).toMatch(/32 of 32 layers changed in energy; the largest 1\n.*\n│ layer .*\n.*\n│ layer1.*J.*│ dram/);
    const none = await silhouette(['compare', before, after, '--layers', '0']);
    expect(none.out).not.toContain('│ layer');
    const all = await silhouette(['compare', before, before, '--all']);
    expect(all.out.match(/│ fc /g)).toHaveLength(2);
  });

  it('says in one line that results are equal, whatever the limit', async () => {
    const { code, out } = await silhouette(['compare', before, before, '--fail-above', '0']);
    expect({ code, out }).toEqual({ code: 0, out: `${before} and ${before} are equal: 2 runs\n` });
  });

  it('compares two schemes of one result', async () => {
    const { code, out } = await silhouette(['compare', before, before, '--match', 'uniform:8=uniform:4']);
    expect(code).toBe(0);
    expect(out).toContain('cifar-resnet20, int8, uniform:8 → uniform:4 (compared because of --match)\n');
    expect(out).toContain(
      'before only: cifar-resnet20, int8, uniform:4\nafter only: cifar-resnet20, int8, uniform:8\n',
    );
  });

  it('ends with 1 where something is worse by more than the limit, and says what', async () => {
    const worse = await silhouette(['compare', before, after, '--fail-above', '5', '--layers', '0']);
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(/\n\nworse by more than 5 %:\n {2}cifar-resnet20, int8, uniform:8: time \+\d+\.\d\d % /);
    expect(worse.out).toContain('uniform:4: energy +');
    const better = await silhouette(['compare', after, before, '--fail-above', '5']);
    expect(better.code).toBe(0);
    expect(better.out).not.toContain('worse');
  });

  it('writes a page beside what it prints', async () => {
    if (!existsSync(join(root, 'dist/report/live/page.js'))) buildIfStale();
    const page = folder.path('page.html');
    const { code, out } = await silhouette(['compare', before, after, '--report', page, '--layers', '0']);
    expect(code).toBe(0);
    expect(out).toContain(`\n${page}: the comparison as a page\n`);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^<!doctype html>[^]*--set array\.rows[^]*layer1\.0\.conv1[^]*<\/html>\s*$/);
    await silhouette(['compare', before, after, '--report', page]);
    expect(readFileSync(page, 'utf8')).toBe(text);
  });

  it('says what is wrong with flags and both files at once, and writes nothing', async () => {
    const broken = folder.path('broken.json');
    await writeFile(broken, '{"schema": 1}');
    const files = beside(broken);
    const flags = ['--by', 'cycle', '--layers', '-1', '--fail-above', '-2', '--report', folder.path('page.txt')];
    const said = await silhouette(['compare', broken, folder.path('none.json'), ...flags]);
    expect({ code: said.code, out: said.out }).toEqual({ code: 1, out: '' });
    const text = complaint(said);
    expect(text).toContain('--by cycle: no such cost. did you mean cycles? valid: cycles, energy, dram\n');
    expect(text).toContain('--layers: not a count (expected an integer of at least 0, got -1)');
    expect(text).toContain('--fail-above: is below 0');
    expect(text).toMatch(/page\.txt: is no page \(expected a name that ends in \.html\)/);
    expect(text).toMatch(/broken\.json runs: /);
    expect(text).toMatch(/none\.json: there is no such file/);
    expect(beside(broken)).toEqual(files);
  });

  it('refuses what cannot be matched, with what could be', async () => {
    const { code, error } = await silhouette(['compare', before, after, '--match', 'uniform:8=unifrom:4']);
    expect(code).toBe(1);
    expect(error).toContain('did you mean uniform:8=uniform:4?');
  });
});

// Modules are loaded anew here: after all else.
describe('where chartjs-node-canvas is not installed', () => {
  it('compare needs it for a page alone, and says what to install', async () => {
    vi.resetModules();
    vi.doMock('chartjs-node-canvas', () => {
      throw new Error("Cannot find package 'chartjs-node-canvas'");
    });
    try {
      const fresh = await import('../../src/cli/commands/compare.js');
      const page = folder.path('undrawn.html');
      const args = { before, after, match: [], by: 'cycles', layers: '1', all: false, failAbove: undefined };
      await expect(fresh.compare({ ...args, report: undefined })).resolves.toMatchObject({ worse: false });
      await expect(fresh.compare({ ...args, report: page })).rejects.toMatchObject({
        problems: [{ where: 'charts', hint: expect.stringContaining('npm install chartjs-node-canvas') as string }],
      });
      expect(existsSync(page)).toBe(false);
    } finally {
      vi.doUnmock('chartjs-node-canvas');
    }
  });
});
