import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isFit } from '../../src/result.js';
import { small as smallMachine } from '../formats/small-machine.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { complaint, files, readResultText, root, silhouette, small } from './command-line.js';

const folder = temporaryFolder();
const put = files(folder.path);

async function compare(...args: string[]) {
  const json = folder.path('equal.json');
  const said = await silhouette(['simulate', ...small, ...args, '--out', json]);
  expect(said.error).toBe('');
  expect(said.code).toBe(0);
  return { ...said, result: readResultText(json) };
}

describe('--iso-area', () => {
  test('resizes the other machines, and says to what and how near', async () => {
    const { out, result } = await compare('--accelerator', 'bitfusion', '--iso-area', 'int8');
    const [, rows = '', cols = ''] =
      /^iso-area: bitfusion 16×32 → (\d+)×(\d+), 0\.\d+ mm², [+−±]\d\.\d\d %$/m.exec(out) ?? [];
    expect(out).toContain(`bitfusion: ${rows}×${cols} reduce`);
    expect(out).toContain('int8: 32×32 os');
    expect(out).not.toContain('iso-area: int8');
    expect(result.manifest.overrides).toEqual(['--iso-area=int8']);
    const [own, other] = result.runs.filter(isFit);
    expect(own!.assumptions.join()).not.toContain('resized from');
    expect(other!.assumptions).toContain(
      `bitfusion array.rows: assumed (resized from 16 x 32 to ${rows} x ${cols} for the MAC area of int8)`,
    );
  });

  test('of a design that is not simulated needs no more than its file, which the manifest names', async () => {
    const { out, result } = await compare('--iso-area', 'bitfusion');
    expect(out).toMatch(/^iso-area: int8 32×32 → /m);
    expect(result.runs).toHaveLength(1);
    expect(result.manifest.inputs.map(({ path }) => path)).toEqual([
      'accelerators/int8.yaml',
      'accelerators/bitfusion.yaml',
    ]);
  });

  test('is given by name or as the file was', async () => {
    const file = await put.text('mine.yaml', smallMachine);
    const [byName, byFile] = [
      await compare('--accelerator', file, '--iso-area', 'm'),
      await compare('--accelerator', file, '--iso-area', file),
    ];
    expect(byName.out).toMatch(/^iso-area: int8 32×32 → \d×\d, /m);
    expect(byFile.out).toBe(byName.out);
  });

  test('says what stays as it is', async () => {
    const { out } = await compare('--accelerator', 'scale-sim', '--iso-area', 'int8');
    expect(out).toMatch(/^iso-area: scale-sim stays 32×32, 0\.\d+ mm², ±0\.00 %$/m);
  });

  test('of total area is equal in all that is priced', async () => {
    const args = ['--accelerator', 'bitfusion', '--iso-area', 'int8', '--iso-area-of', 'total'];
    const { out, result } = await compare(...args);
    expect(out).toMatch(/^iso-area: bitfusion 16×32 → \d+×\d+, \d\.\d+ mm² in all, /m);
    const [own, other] = result.runs.filter(isFit);
    expect(other!.totals.areaMm2 / own!.totals.areaMm2).toBeCloseTo(1, 2);
    expect(result.manifest.overrides).toEqual(['--iso-area=int8', '--iso-area-of=total']);
  });

  test('that cannot be had is an error with what is needed, what there is, and what helps', async () => {
    const said = await silhouette(['simulate', ...small, '--iso-area', 'eyeriss', '--iso-area-of', 'total']);
    expect(said.code).toBe(1);
    expect(complaint(said)).toMatch(
      /^error: --iso-area eyeriss: the total area of int8 is more than that of eyeriss even with an array of 1 x 1 \(expected at most \d\.\d+ mm², got \d\.\d+ mm²\)\. Try --equal-buffers eyeriss, or --iso-area-of mac, or /,
    );
  });

  test.each([
    [['--iso-area', 'int9'], '--iso-area int9: no such accelerator'],
    [['--iso-area', 'int9'], 'did you mean int8'],
    [['--iso-area-of', 'total'], '--iso-area-of total: says what --iso-area makes equal, which is not given'],
    [
      ['--iso-area', 'int8', '--iso-area-of', 'chip'],
      '--iso-area-of chip: no such area (expected mac or total, got chip)',
    ],
  ])('refuses %j', async (args, message) => {
    const said = await silhouette(['simulate', ...small, ...args]);
    expect(said.code).toBe(1);
    expect(said.error).toContain(message);
  });

  test('refuses another machine of the same name as a reference', async () => {
    const file = await put.text('int8.yaml', smallMachine.replace('name: m', 'name: int8'));
    const said = await silhouette(['simulate', ...small, '--iso-area', file]);
    expect(said.code).toBe(1);
    expect(complaint(said)).toContain('is another machine named int8, as int8 is');
  });
});

test('--equal-bandwidth and --equal-buffers give the other machines the memory of one', async () => {
  const switches = ['--equal-buffers', 'bitfusion', '--equal-bandwidth', 'bitfusion'];
  const { out, result } = await compare('--accelerator', 'bitfusion', ...switches);
  expect(out).toContain(
    'equal-buffers: int8 gets ifmap 32 KiB (4 × 256 bit), weight 64 KiB (4 × 256 bit), ofmap 16 KiB (4 × 256 bit), as bitfusion\n' +
      'equal-bandwidth: int8 gets 12 GB/s at 15 pJ/bit, as bitfusion\n',
  );
  expect(result.manifest.overrides).toEqual(['--equal-buffers=bitfusion', '--equal-bandwidth=bitfusion']);
  const [own] = result.runs.filter(isFit);
  expect(own!.assumptions).toContain('int8 dram.bandwidth: assumed (as on bitfusion, for equal bandwidth)');
  expect(own!.assumptions).toContain('int8 buffers.ifmap.capacity: assumed (as on bitfusion, for equal buffers)');
  // A rate has no commands.
  expect(own!.totals.energyPj['dramActivate']).toBeUndefined();
});

test('areas are made equal after buffers, so that all three can be equal', async () => {
  const switches = ['--equal-buffers', '--equal-bandwidth', '--iso-area'].flatMap((flag) => [flag, 'eyeriss']);
  const { out } = await compare('--accelerator', 'eyeriss', ...switches, '--iso-area-of', 'total');
  expect(out).toMatch(/^iso-area: int8 32×32 → /m);
  expect(out.indexOf('equal-buffers:')).toBeLessThan(out.indexOf('iso-area:'));
});

test('the page names every switch', () => {
  const page = readFileSync(`${root}/docs/equal-comparisons.md`, 'utf8');
  for (const flag of ['--iso-area', '--iso-area-of', '--equal-bandwidth', '--equal-buffers'])
    expect(page).toContain(flag);
});
