import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { traceArrayFlags } from '../../src/cli/options/trace-array-flags.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { beside, complaint, silhouette } from './command-line.js';

const folder = temporaryFolder();
const sides = ['trace-array', '--rows', '2', '--cols', '3'];

async function shown(...args: string[]): Promise<string> {
  const { code, out, error } = await silhouette([...sides, ...args]);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return out;
}

/** What is said of a wrong value: exit code 1, no output, no file, no stack trace. */
async function refusal(...args: string[]): Promise<string> {
  const said = await silhouette(['trace-array', ...args]);
  expect({ code: said.code, out: said.out }).toEqual({ code: 1, out: '' });
  expect(said.error).not.toMatch(/^\s+at |is a bug/m);
  return complaint(said);
}

describe('trace-array', () => {
  test('prints a line per PE and totals, without colour in a pipe', async () => {
    const out = await shown();
    expect(out).not.toContain('\u001b');
    expect(out).toContain('2×3 PEs, dataflow os: rows are windows');
    expect(out).toContain('4×4 bit on 70 %, 8×8 bit on 30 %; random operands, seed 1.');
    expect(out.match(/^r\d c\d {2}\S+$/gm)).toHaveLength(6);
    const [, cycles, fill, compute, sync, drain] =
      /^(\d+) cycles = fill (\d+) \+ compute (\d+) \+ sync (\d+) \+ drain (\d+),/m.exec(out)!.map(Number);
    expect(fill! + compute! + sync! + drain!).toBe(cycles);
    expect(/^r0 c0 {2}(\S+)$/m.exec(out)![1]).toHaveLength(cycles!);
  });

  test('is the same for the same seed, and another for another', async () => {
    expect(await shown('--seed', 'x')).toBe(await shown('--seed', 'x'));
    expect(await shown('--seed', 'x')).not.toBe(await shown('--seed', 'y'));
  });

  test.each([
    ['--dataflow', 'ws'],
    ['--dataflow', 'is', '--discipline', 'decoupled'],
    ['--dataflow', 'reduce', '--discipline', 'lockstep(1)'],
    ['--folds', 'pipelined', '--steps', 'tap-inner'],
    ['--drain', 'serial', '--edge', 'clipped', '--filters', '4'],
    ['--order', 'sorted', '--discipline', 'global'],
    ['--unit', 'spatial(8, 2)', '--channels', '20', '--kernel', '1'],
    ['--unit', 'fixed(8)', '--levels', 'a8w4@100', '--size', '1x1'],
  ])('runs with %s %s %s %s', async (...args) => {
    expect(await shown(...args)).toMatch(/^utilization \d/m);
  });

  test('writes one page, which says how it was made', async () => {
    const path = folder.path('view.html');
    const evil = `<b>'&`;
    const out = await shown('--discipline', 'elastic(2)', '--seed', evil, '-o', path);
    expect(out).toMatch(/view\.html: 2×3 os, temporal\(4\), elastic\(2\), \d+ cycles\n$/);
    const page = readFileSync(path, 'utf8');
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).not.toContain('<b>&#39;');
    expect(page).toContain(
      `<code>silhouette trace-array --rows 2 --cols 3 --discipline &#39;elastic(2)&#39; --seed &#39;&lt;b&gt;&#39;\\&#39;&#39;&amp;&#39;</code>`,
    );
    expect(beside(path)).toEqual(['view.html']);
  });
});

describe('trace-array refuses', () => {
  test('all wrong values at once, each with what was expected', async () => {
    const wrong = {
      rows: '17',
      cols: '0',
      dataflow: 'ows',
      unit: 'temporal',
      discipline: 'elastc(2)',
      steps: 'chanel-inner',
      order: 'x',
      folds: 'barier',
      drain: 'x',
      edge: 'x',
      channels: '1.5',
      kernel: '2',
      size: '4',
      filters: '-1',
      levels: '4@70',
    };
    const args = Object.entries(wrong).map(([flag, value]) => `--${flag}=${value}`);
    const said = await refusal(...args, `--out=${folder.path('view.txt')}`);
    for (const flag of Object.keys(wrong)) expect(said).toMatch(new RegExp(`^error: --${flag}: .*\\(expected `, 'm'));
    expect(said).toContain('--rows: not a count in range (expected an integer from 1 to 16, got 17)');
    expect(said).toContain('got elastc(2)). did you mean elastic(D)?');
    expect(said).toContain('--unit: not a valid value (expected temporal(B) with B in 1…16, got temporal)');
    expect(said).toContain('--levels: the shares do not make up the whole image (expected percentages that sum to 100');
    expect(said).toContain('view.txt: only HTML can be written');
    expect(said.trimEnd().split('\n')).toHaveLength(16);
  });

  test.each([
    ['4', 'got 4)'],
    ['17@100', 'got 17@100)'],
    ['a8w0@100', 'got a8w0@100)'],
    ['4@60,8@50', 'got 110)'],
    [Array.from({ length: 20 }, () => '8@5').join(','), 'at most 16, got 20'],
  ])('levels of %s', async (levels, message) => {
    expect(await refusal(...sides.slice(1), '--levels', levels)).toContain(message);
  });

  test('what does not exist together', async () => {
    const said = await refusal(
      ...sides.slice(1),
      '--dataflow',
      'ws',
      '--discipline',
      'lockstep(2)',
      '--drain',
      'serial',
    );
    expect(said).toMatch(/^error: --discipline: .*lockstep\(2\)/m);
    expect(said).toMatch(/^error: --drain: .*serial/m);
    const fixed = await refusal(...sides.slice(1), '--unit', 'fixed(4)');
    expect(fixed).toContain('--levels: fixed(4) cannot multiply this level (expected at most 4 bit, got 8×8 bit)');
    expect(await refusal(...sides.slice(1), '--unit', 'spatial(8,3)')).toContain(
      'MAX must be MIN times a power of two',
    );
  });

  test('more than can be looked at, and says what to reduce', async () => {
    const before = await refusal(...sides.slice(1), '--size', '200x200');
    expect(before).toMatch(
      /expected at most 20000, got at least \d+\)\. Reduce --size, --filters, --channels or --kernel/,
    );
    const meanwhile = await refusal(
      ...['--rows', '1', '--cols', '1', '--size', '60x60', '--kernel', '1', '--channels', '1', '--levels', '8@100'],
      ...['--unit', 'temporal(1)', '--filters', '1'],
    );
    expect(meanwhile).toContain('got more than 20000');
    const products = [
      '--kernel',
      '1',
      '--unit',
      'activation-serial(1024)',
      '--channels',
      '4096',
      '--filters',
      '64',
      '--size',
      '8x8',
    ];
    expect(await refusal(...sides.slice(1), ...products)).toContain(
      'too many multiplications (expected at most 8388608',
    );
  });

  test('a page where none can be', async () => {
    const said = await refusal(...sides.slice(1), '-o', folder.path('none/view.html'));
    expect(said).toContain('the folder does not exist');
  });
});

describe('a wrong command line of trace-array', () => {
  test('ends with 2 and says what is meant', async () => {
    const typed = await silhouette([...sides, '--disciplin', 'global']);
    expect(typed.code).toBe(2);
    expect(typed.error).toContain('Unknown flag: --disciplin; did you mean --discipline?');
    const missing = await silhouette(['trace-array', '-o', 'x.html']);
    expect(missing.error).toContain('Missing: --rows, --cols');
    expect(missing.error).not.toContain('Unknown flag');
    const twice = await silhouette([...sides, '--seed', '1', '--seed', '2']);
    expect(twice.error).toContain('--seed is given more than once: 1, 2');
    expect((await silhouette(['trace-aray'])).error).toContain('did you mean trace-array?');
  });

  test('has help with every flag and an example', async () => {
    const { out } = await silhouette(['trace-array', '--help']);
    const found = [...out.matchAll(/^ .*?--([a-z-]+) {2}/gm)].map(([, flag]) => flag!);
    expect(found.filter((flag) => flag !== 'help' && flag !== 'version').sort()).toEqual(
      traceArrayFlags.filter((flag) => flag.length > 1).sort(),
    );
    expect(out).toMatch(/Examples:\n\s+silhouette trace-array/);
  });
});
