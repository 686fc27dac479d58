import { describe, expect, test } from 'vitest';
import { baselineOf, short } from '../../src/report/table.js';
import type { FitRun, Run } from '../../src/result.js';

describe('a short number', () => {
  test.each([
    [0, '0'],
    [0.3722, '0.3722'],
    [999, '999'],
    [999.96, '1 k'],
    [1234567, '1.235 M'],
    [15.47e9, '15.47 G'],
    [1e20, '100000 P'],
  ])('of %d is %s', (value, text) => {
    expect(short(value)).toBe(text);
  });
});

describe('a baseline', () => {
  const run = (accelerator: string, scheme: string): Run => ({ accelerator, scheme, totals: {} }) as FitRun;
  const runs = [run('a', 'uniform:8'), run('a', 'drq'), run('b', 'uniform:8'), run('b', 'drq')] as FitRun[];

  test('of a scheme is that scheme on the same machine', () => {
    expect(runs.map(baselineOf(runs, 'uniform:8'))).toEqual([runs[0], runs[0], runs[2], runs[2]]);
  });

  test('of a machine and a scheme is one run for all', () => {
    expect(runs.map(baselineOf(runs, 'b/drq'))).toEqual([runs[3], runs[3], runs[3], runs[3]]);
  });

  test('that does not fit is none', () => {
    expect(runs.map(baselineOf(runs, 'uniform:16'))).toEqual([undefined, undefined, undefined, undefined]);
  });
});
