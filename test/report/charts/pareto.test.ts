import { beforeAll, describe, expect, it } from 'vitest';
import { isFit, type FitRun } from '../../../src/result.js';
import { chartsOf } from '../../../src/report/charts/registry.js';
import { paretoFront } from '../../../src/report/charts/pareto.js';
import { drawn, sampleRuns } from './sample-runs.js';

let runs: readonly FitRun[];

beforeAll(async () => {
  const { runs: all } = await sampleRuns();
  runs = all.filter(isFit);
});

/** The runs with accuracies, in their order; undefined has none. */
const judged = (...accuracies: readonly (number | undefined)[]): FitRun[] =>
  runs
    .slice(0, accuracies.length)
    .map((run, i) => (accuracies[i] === undefined ? run : { ...run, accuracy: accuracies[i] }));

describe('quality against cost', () => {
  it('is drawn where two runs have a quality, each run where its numbers are', () => {
    const own = judged(0.9, undefined, 0.7);
    const charts = chartsOf({ runs: own }, 'pareto');
    expect(charts.map(({ name }) => name)).toEqual(['pareto-latency', 'pareto-energy']);
    const [points] = drawn(charts[0]!).data.datasets as unknown as { data: { x: number; y: number }[] }[];
    const kept = [own[0]!, own[2]!];
    expect(points!.data.map(({ y }) => y)).toEqual([90, 70]);
    const [first, second] = points!.data.map(({ x }) => x) as [number, number];
    expect(first / second).toBeCloseTo(kept[0]!.totals.timeNs / kept[1]!.totals.timeNs, 10);
    expect(charts[0]!.description).toContain(`${kept[0]!.scheme} on ${kept[0]!.accelerator} 90.0 % at `);
  });

  it('is SQNR in decibels where no accuracies are stated, and never both', () => {
    const measured = runs.map((run, i) => ({ ...run, quality: { sqnrDb: 40 - 10 * i, cosine: 0.9 } }));
    const [chart] = chartsOf({ runs: measured }, 'pareto');
    const [points] = drawn(chart!).data.datasets as unknown as { data: { y: number }[] }[];
    expect(points!.data.map(({ y }) => y)).toEqual(measured.map(({ quality }) => quality.sqnrDb));
    expect(chart!.description).toContain('SQNR of the network’s output against floating point');
    expect(chart!.description).not.toMatch(/accuracy/i);
    const [bars] = chartsOf({ runs: measured }, 'accuracy');
    expect(bars!.title).toContain('40.0 dB');
    const both = measured.map((run, i) => (i < 2 ? { ...run, accuracy: 0.9 } : run));
    for (const name of ['pareto', 'accuracy'] as const)
      expect(chartsOf({ runs: both }, name)[0]!.description).not.toMatch(/dB|SQNR/);
  });

  it('is not where fewer have one', () => {
    expect(chartsOf({ runs }, 'pareto')).toEqual([]);
    expect(chartsOf({ runs: judged(0.9) }, 'pareto')).toEqual([]);
  });

  it('has a front of the runs that none beats in both', () => {
    const all = judged(0.9, 0.7, 0.8).map((run) => ({ ...run, accuracy: run.accuracy! }));
    const cost = ({ totals }: FitRun): number => totals.timeNs;
    const front = paretoFront(all, cost, ({ accuracy }) => accuracy!);
    for (const run of all) {
      const beaten = all.some((other) => other !== run && cost(other) <= cost(run) && other.accuracy >= run.accuracy);
      expect(front.includes(run)).toBe(!beaten);
    }
  });
});
