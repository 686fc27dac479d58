import { beforeAll, describe, expect, it } from 'vitest';
import type { Charted } from '../../../src/report/charts/chart.js';
import { chartsOf } from '../../../src/report/charts/registry.js';
import { isFit, type FitRun } from '../../../src/result.js';
import { drawn, renamed, sampleRuns, type Drawn } from './sample-runs.js';

let charted: Awaited<ReturnType<typeof sampleRuns>>;

beforeAll(async () => {
  charted = await sampleRuns();
});

const one = (name: 'latency' | 'energy' | 'dram', from: Charted = charted) => chartsOf(from, name)[0]!;
const numbersOf = (config: Drawn, dataset: number): number[] =>
  config.data.datasets[dataset]!.data.filter((value): value is number => value !== null);

/** The factor of the prefix that an axis names. */
const prefix: Readonly<Record<string, number>> = { m: 1e-3, µ: 1e-6, M: 1e6, k: 1e3 };
function factorOf({ options }: Drawn): number {
  return prefix[/\((.)(?:s|J|bit)\)$/.exec(options.scales.x.title.text)![1]!]!;
}

describe('bars', () => {
  it.each([
    ['latency', ({ totals }: FitRun) => totals.timeNs * 1e-9],
    ['energy', ({ totals }: FitRun) => totals.energyPj['total']! * 1e-12],
    ['dram', ({ totals }: FitRun) => totals.dramBits['total']!],
  ] as const)('of %s are as long as the numbers of the runs, in the unit of the axis', (name, value) => {
    const config = drawn(one(name));
    const values = numbersOf(config, 0).map((length) => length * factorOf(config));
    expect(values).toHaveLength(charted.fit.length);
    charted.fit.forEach((run, i) => {
      expect(values[i]! / value(run)).toBeCloseTo(1, 9);
    });
  });

  it('of latency carry the lower bound, which is not beyond their end', () => {
    const config = drawn(one('latency'));
    const [ends, bounds] = [numbersOf(config, 0), numbersOf(config, 1)];
    charted.fit.forEach(({ totals, machine }, i) => {
      expect(bounds[i]).toBeCloseTo(totals.boundCycles / machine.clockHz / factorOf(config), 9);
      expect(bounds[i]).toBeLessThanOrEqual(ends[i]!);
    });
  });

  it('of DRAM traffic carry what every operand would move once, which is not beyond their end, in no layer', () => {
    const config = drawn(one('dram'));
    const [ends, bounds] = [numbersOf(config, 0), numbersOf(config, 1)];
    charted.fit.forEach(({ totals, layers }, i) => {
      expect(bounds[i]).toBeCloseTo((totals.compulsoryBits - totals.keptBits['total']!) / factorOf(config), 9);
      expect(bounds[i]).toBeLessThanOrEqual(ends[i]!);
      // Means over images have last digits of their own.
      for (const { dramBits, compulsoryBits, keptBits } of layers)
        expect(compulsoryBits - keptBits['total']! - dramBits['total']!).toBeLessThan(1e-6);
    });
    expect(one('dram').description).toContain('with the lower bound: every operand once, less what stays on chip: ');
    expect(one('dram').description.match(/, lower bound \d/g)).toHaveLength(charted.fit.length);
  });

  it('stand under the name of their machine, in the order of the runs', () => {
    expect(drawn(one('energy')).data.labels).toEqual([
      'int8',
      'uniform:8',
      'region:2@50,3@30,4@20',
      'region',
      'uniform:8',
      'uniform:16',
      'region:2@50,3@30,4@20',
    ]);
  });

  it('need no names of machines where there is one', () => {
    const runs = charted.runs.filter(({ accelerator }) => accelerator === 'region');
    expect(drawn(one('energy', { ...charted, runs })).data.labels).toHaveLength(3);
  });

  it('have titles that say which is the least, and its ratio to the baseline', () => {
    const least = charted.fit.reduce((a, b) => (b.totals.timeNs < a.totals.timeNs ? b : a));
    const base = charted.fit.find((run) => run.accelerator === least.accelerator && run.scheme === 'uniform:8')!;
    const ratio = (least.totals.timeNs / base.totals.timeNs).toPrecision(3);
    const { title } = one('latency');
    expect(title).toContain(`Fastest: ${least.scheme} on ${least.accelerator}`);
    expect(title).toContain(least === base ? 'the baseline' : `×${ratio} of uniform:8`);
  });

  it('are compared with one run where the baseline names its machine', () => {
    const { description } = one('latency', { ...charted, baseline: 'int8/uniform:8' });
    const [base, other] = charted.fit.filter(({ scheme }) => scheme === 'uniform:8');
    expect(description).toContain(`×${(other!.totals.timeNs / base!.totals.timeNs).toPrecision(3)}`);
  });

  it('say nothing of ratios where there is no baseline', () => {
    const { title, description } = one('energy', { runs: charted.runs });
    expect(`${title} ${description}`).not.toMatch(/×|baseline/);
  });

  it('leave out what does not fit, and say so', () => {
    expect(charted.runs.filter((run) => !isFit(run)).length).toBeGreaterThan(0);
    expect(one('dram').description).toContain('uniform:16 on int8 does not fit: ');
    expect(chartsOf({ runs: charted.runs.filter((run) => !isFit(run)) }, 'dram')).toEqual([]);
  });

  it('keep the whole name of a scheme, in lines', () => {
    const scheme = `region:${Array.from({ length: 12 }, (_, i) => `${String(i + 1)}@8`).join(',')},branch=a`;
    const runs = charted.fit.map((run) => renamed(run, { scheme }));
    const labels = drawn(one('energy', { runs })).data.labels!;
    const name = labels.find((label): label is string[] => Array.isArray(label))!;
    expect(name.join('')).toBe(scheme);
  });

  it('count who wins where there are several networks, which cannot be compared with each other', () => {
    const runs = [...charted.fit, ...charted.fit.map((run) => renamed(run, { network: 'other' }))];
    const { title, description } = one('latency', { runs, baseline: 'uniform:8' });
    expect(title).toMatch(/^Fastest in \d of 4 cases: /);
    expect(description).toContain('(other)');
    expect(description).toContain('(cifar-resnet20)');
  });

  it('take the colours anew where there are more schemes than colours, each with its name', () => {
    const runs = Array.from({ length: 10 }, (_, i) => renamed(charted.fit[0]!, { scheme: `uniform:${String(i + 1)}` }));
    const { datasets, labels } = drawn(one('energy', { runs, baseline: 'uniform:1' })).data;
    const colours = datasets[0]!.backgroundColor as string[];
    expect(new Set(colours).size).toBe(8);
    expect(colours[8]).toBe(colours[1]);
    expect(labels).toEqual(runs.map(({ scheme }) => scheme));
  });

  it('of a scheme have its colour in all charts, and no two schemes have the same', () => {
    const colours = (['latency', 'energy', 'dram'] as const).map((name) => {
      const [bars] = drawn(one(name)).data.datasets;
      return (bars!.backgroundColor as string[]).filter((colour) => colour !== '');
    });
    expect(colours[1]).toEqual(colours[0]);
    expect(colours[2]).toEqual(colours[0]);
    expect(new Set(colours[0]).size).toBe(new Set(charted.fit.map(({ scheme }) => scheme)).size);
  });
});
