import { beforeAll, describe, expect, it } from 'vitest';
import { verdict } from '../../../src/report/html/verdict.js';
import { baselineOf } from '../../../src/report/table.js';
import { isFit, type FitRun, type Run } from '../../../src/result.js';
import { sampleRuns } from '../charts/sample-runs.js';

let fit: readonly FitRun[];
let all: readonly Run[];

beforeAll(async () => {
  ({ runs: all, fit } = await sampleRuns(2));
});

const said = (runs: readonly Run[], baseline = 'uniform:8'): string =>
  verdict(runs, baselineOf(runs, baseline)).join(' ');

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
    expect(second!.replace('other: ', '')).toBe(first!.replace('cifar-resnet20: ', ''));
  });

  it('says so where what ratios would be to does not fit, and where accuracies are not known', () => {
    expect(said(all, 'uniform:99')).toContain('What ratios would be to does not fit.');
    expect(said(all)).toContain('How accurate the schemes are is not known here');
    expect(said(fit.map((run) => ({ ...run, accuracy: 0.5 })))).not.toContain('not known');
  });

  it('says of one run what it takes, and of none that nothing fits', () => {
    const [one] = fit as readonly [FitRun];
    expect(said([one])).toContain(`takes ${(one.totals.timeNs / 1e6).toPrecision(4)} ms an image`);
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
});
