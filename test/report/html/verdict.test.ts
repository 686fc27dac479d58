import { beforeAll, describe, expect, it } from 'vitest';
import { verdict } from '../../../src/report/html/verdict.js';
import { siScale, withUnit } from '../../../src/report/charts/figures.js';
import { baselineOf } from '../../../src/report/table.js';
import { isFit, type FitRun, type Run } from '../../../src/result.js';
import { sampleRuns } from '../charts/sample-runs.js';

let fit: readonly FitRun[];
let all: readonly Run[];

beforeAll(async () => {
  ({ runs: all, fit } = await sampleRuns(2));
});

const said = (runs: readonly Run[], baseline = 'uniform:8'): string =>
  verdict(runs, baselineOf(runs, baseline))
    .map((paragraph) => (typeof paragraph === 'string' ? paragraph : paragraph.markup))
    .join(' ');

describe('the verdict', () => {
  it('names the fastest run, by how much, and what it rests on', () => {
    const fastest = [...fit].sort((a, b) => a.totals.timeNs - b.totals.timeNs)[0]!;
    const base = fit.find(({ scheme, accelerator }) => scheme === 'uniform:8' && accelerator === fastest.accelerator)!;
    const text = said(all);
    expect(text).toMatch(new RegExp(`^${fastest.scheme} on ${fastest.accelerator} is the fastest`));
    if (base !== fastest)
      expect(text).toContain(
        `${(base.totals.timeNs / fastest.totals.timeNs).toPrecision(3)} times as fast as uniform:8`,
      );
    expect(text).toContain('This rests on 2 images and masks that a generator made, not a model');
    expect(text).toMatch(/up to \d+ % is priced by constants that are not measured/);
  });

  it('follows the numbers: with another time another run wins', () => {
    const last = fit.at(-1)!;
    const faster = { ...last, totals: { ...last.totals, timeNs: 1 } };
    expect(said([...fit.slice(0, -1), faster])).toMatch(
      new RegExp(`^${last.scheme} on ${last.accelerator} is the fastest`),
    );
  });

  it('compares runs of one network with each other, not with those of another', () => {
    const small = fit.map((run) => ({
      ...run,
      network: 'other',
      totals: { ...run.totals, timeNs: run.totals.timeNs / 1000 },
    }));
    const [first, second, ...more] = verdict([...fit, ...small], baselineOf([...fit, ...small], 'uniform:8'));
    expect(more).toHaveLength(1);
    expect(first).toMatch(/^cifar-resnet20: /);
    expect(second).toMatch(/^other: /);
    expect((second as string).replace('other: ', '')).toBe((first as string).replace('cifar-resnet20: ', ''));
  });

  it('says so where what ratios would be to does not fit, and where accuracies are not known', () => {
    expect(said(all, 'uniform:99')).toContain('What ratios would be to does not fit.');
    expect(said(all)).toContain('How accurate the schemes are is not known here');
    expect(said(fit.map((run) => ({ ...run, accuracy: 0.5 })))).not.toContain('not known');
  });

  it('says of one run what it takes, and of none that nothing fits', () => {
    const [one] = fit as readonly [FitRun];
    expect(said([one])).toContain(
      `takes ${withUnit(one.totals.timeNs, siScale(one.totals.timeNs, 's', 1e-9))} an image`,
    );
    const unfit = all.filter((run) => !isFit(run));
    expect(unfit.length).toBeGreaterThan(0);
    expect(said(unfit)).toContain('Nothing fits');
  });

  it('says what the fastest run loses most cycles to', () => {
    const [one] = fit as readonly [FitRun];
    const total = one.totals.cycles['total']!;
    const lost = { ...one, totals: { ...one.totals, cycles: { total, compute: total / 4, sync: (3 * total) / 4 } } };
    expect(said([lost])).toContain('Of its cycles 75 % go to neighbours that wait for each other (sync)');
  });

  it('gives times in the unit that they are of', () => {
    const [one] = fit as readonly [FitRun];
    expect(said([{ ...one, totals: { ...one.totals, timeNs: 476 } }])).toContain('takes 476 ns an image');
  });

  it('is a headline of at most two sentences, and a paragraph of what it rests on', () => {
    const paragraphs = verdict(all, baselineOf(all, 'uniform:8')).map(String);
    expect(paragraphs).toHaveLength(2);
    expect(paragraphs[0]!.match(/\.( |$)/g)!.length).toBeLessThanOrEqual(2);
  });

  it('says of every machine how its best run with masks stands to the baseline, unless it has won', () => {
    const masked = fit.filter(({ masks }) => masks !== 'none');
    const slow = fit.map((run) =>
      run.masks === 'none' ? { ...run, totals: { ...run.totals, timeNs: 1, energyPj: { total: 1 } } } : run,
    );
    const text = said(slow);
    expect(text).toContain('The fastest with masks on each machine: ');
    for (const { scheme, accelerator } of masked) expect(text).toContain(`${scheme} on ${accelerator}, `);
    const winner = fit.map((run) => ({ ...run, totals: { ...run.totals, timeNs: run === masked[0] ? 1 : 1000 } }));
    const [, after = ''] = said(winner).split('The fastest with masks');
    expect(after.split('.')[0]).not.toContain(`${masked[0]!.scheme} on ${masked[0]!.accelerator},`);
  });

  describe('of accuracies', () => {
    const own = (): FitRun[] => fit.filter(({ accelerator }) => accelerator === 'region');
    const judged = (accuracies: Readonly<Record<string, number>>): string =>
      said(
        own().map((run, i) => {
          const totals = { ...run.totals, timeNs: 100 - i, energyPj: { ...run.totals.energyPj, total: 100 - i } };
          const known = accuracies[run.scheme];
          return { ...run, totals, ...(known !== undefined && { accuracy: known }) };
        }),
      );
    const last = 'region:2@50,3@30,4@20';

    it('says that of the winner, and by how much it is below or above the baseline', () => {
      const rest = { 'uniform:16': 0.91 };
      expect(judged({ ...rest, 'uniform:8': 0.9, [last]: 0.88 })).toContain(
        ', accuracy 88.00 %, 2.00 points below uniform:8.',
      );
      expect(judged({ ...rest, 'uniform:8': 0.9, [last]: 0.905 })).toContain('0.50 points above uniform:8');
      expect(judged({ ...rest, 'uniform:8': 0.9, [last]: 0.9 })).toContain('accuracy 90.00 %, as uniform:8');
      expect(judged({ ...rest, 'uniform:8': 0.9, [last]: 0.9 })).not.toContain('not known');
    });

    it('names those that are not known where some are', () => {
      const half = judged({ 'uniform:8': 0.9 });
      expect(half).toContain(', accuracy not known');
      expect(half).toContain(`The accuracy of uniform:16 on region and ${last} on region is not known.`);
      expect(judged({ [last]: 0.88 })).toContain('accuracy 88.00 % (that of uniform:8 is not known)');
      expect(judged({})).toContain('How accurate the schemes are is not known here');
      expect(judged({})).not.toContain('accuracy not known');
    });
  });
});
