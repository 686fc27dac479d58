import { beforeAll, describe, expect, it } from 'vitest';
import type { FitRun, Result } from '../../../src/index.js';
import { compareResults, type Comparison } from '../../../src/report/compare/comparison.js';
import { comparisonText } from '../../../src/report/compare/text.js';
import { worseText } from '../../../src/report/compare/worse.js';
import { editRuns, figureOf, named, only, shown, simulated } from './results.js';

let plain: Result;
let narrow: Result;

beforeAll(async () => {
  plain = await simulated([]);
  narrow = await simulated(['array.rows=16']);
});

const pairNames = ({ pairs }: Comparison): string[] => pairs.map(({ name }) => name);

describe('runs', () => {
  it('are compared by name, and those without a partner are named', () => {
    const comparison = compareResults(plain, only(narrow, 'uniform:8'));
    expect(pairNames(comparison)).toEqual(['cifar-resnet20, int8, uniform:8']);
    expect(comparison.alone).toEqual({
      before: [{ network: 'cifar-resnet20', accelerator: 'int8', scheme: 'uniform:4' }],
      after: [],
    });
    expect(comparisonText(comparison, shown)).toContain('before only: cifar-resnet20, int8, uniform:4\n');
  });

  it('are compared where they are the only ones of their network, and it is said', () => {
    const comparison = compareResults(only(plain, 'uniform:8'), named(only(narrow, 'uniform:4'), 'narrow'));
    expect(comparison.pairs).toMatchObject([{ reason: 'only', equal: false }]);
    expect(comparisonText(comparison, shown)).toContain(
      'cifar-resnet20, int8 → narrow, uniform:8 → uniform:4 (the only runs of their network)\n',
    );
    expect(compareResults(plain, named(only(narrow, 'uniform:4'), 'narrow')).pairs).toEqual([]);
  });

  it.each([
    ['a scheme', 'uniform:8=uniform:4', ['cifar-resnet20, int8, uniform:8 → uniform:4']],
    ['a run', 'int8/uniform:4=int8/uniform:8', ['cifar-resnet20, int8, uniform:4 → uniform:8']],
  ])('are compared as %s is matched, of one result, too', (_, match, names) => {
    const comparison = compareResults(plain, plain, [match]);
    expect(pairNames(comparison)).toEqual(names);
    expect(comparison.pairs[0]!.reason).toBe('asked');
    const [before, after] = names[0]!.includes('8 →') ? [0, 1] : [1, 0];
    expect(figureOf(comparison, 'time')).toMatchObject({
      before: (plain.runs[before] as FitRun).totals.timeNs,
      after: (plain.runs[after] as FitRun).totals.timeNs,
    });
    expect(comparison.alone).toMatchObject({ before: [{}], after: [{}] });
  });

  it('are compared as machines, networks and schemes are matched together', () => {
    const other = editRuns(named(narrow, 'narrow'), (run) => ({ ...run, network: 'mine' }));
    const swapped = ['uniform:8=uniform:4', 'uniform:4=uniform:8', 'int8=narrow', 'cifar-resnet20=mine'];
    expect(pairNames(compareResults(plain, other, swapped))).toEqual([
      'cifar-resnet20 → mine, int8 → narrow, uniform:8 → uniform:4',
      'cifar-resnet20 → mine, int8 → narrow, uniform:4 → uniform:8',
    ]);
  });

  it('may have schemes with a = in their name', () => {
    const scheme = 'drq:4x8,high=8,low=4';
    const other = editRuns(only(narrow, 'uniform:8'), (run) => ({ ...run, scheme }));
    expect(pairNames(compareResults(plain, other, [`uniform:8=${scheme}`]))).toHaveLength(1);
    expect(pairNames(compareResults(other, plain, [`${scheme}=uniform:4`]))).toHaveLength(1);
  });

  it('cannot be matched by what is not there, by what is two things, or twice; all at once', () => {
    const both = editRuns(plain, (run) => ({
      ...run,
      accelerator: 'x',
      scheme: run.scheme === 'uniform:8' ? 'x' : 'y',
    }));
    const wrong = (matches: string[]) => () => compareResults(plain, plain, matches);
    expect(wrong(['uniform:8=uniform:44', 'nothing'])).toThrow(
      /uniform:8=uniform:44: does not name .*did you mean uniform:8=uniform:4\?\n--match nothing: .*there is int8\/uniform:8/,
    );
    expect(() => compareResults(both, both, ['x=x'])).toThrow('can be read as scheme x and x, or machine x and x');
    expect(wrong(['uniform:8=uniform:4', 'uniform:4=uniform:4'])).toThrow('uniform:4 is matched already');
    const apart = [...plain.runs.slice(0, 1), ...named(plain, 'other').runs.slice(1)];
    expect(() => compareResults(plain, { ...plain, runs: apart }, ['uniform:8=uniform:4'])).toThrow(
      'no two runs are alike but for these names',
    );
  });

  it('that fit no more are worse than any limit, and say why', () => {
    const unfit = { reason: 'too wide', demand: 16, bound: 8, unit: 'bit', levers: ['less'] };
    const [first, second] = plain.runs as [FitRun, FitRun];
    const { network, accelerator, scheme } = first;
    const after = { ...plain, runs: [{ network, accelerator, scheme, unfit }, second] };
    const comparison = compareResults(plain, after);
    expect(comparisonText(comparison, shown)).toContain(
      'before: fits\n  after: does not fit: too wide: needs 16 bit, has 8',
    );
    expect(worseText(comparison, 1000)).toContain('uniform:8: does not fit any more');
    expect(compareResults(after, structuredClone(after)).equal).toBe(true);
  });
});

describe('a limit', () => {
  it('holds for time and energy of every pair', () => {
    const slower = (factor: number) =>
      compareResults(
        plain,
        editRuns(plain, (one) => ({ ...one, totals: { ...one.totals, timeNs: one.totals.timeNs * factor } })),
      );
    expect(worseText(slower(1.0201), 2)).toMatch(
      /^worse by more than 2 %:\n.*uniform:8: time \+2\.01 % .*\n.*uniform:4: time/,
    );
    expect(worseText(slower(1.0199), 2)).toBeUndefined();
    expect(worseText(slower(0.5), 0)).toBeUndefined();
  });

  it('is not kept by results that have nothing in common', () => {
    const other = editRuns(plain, (run) => ({ ...run, network: 'other' }));
    expect(worseText(compareResults(plain, other), 5)).toMatch(/^nothing can be held against 5 %/);
  });
});
