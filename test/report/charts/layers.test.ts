import { beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../../../src/core/numbers.js';
import { chartsOf } from '../../../src/report/charts/registry.js';
import type { FitRun } from '../../../src/result.js';
import { drawn, renamed, sampleRuns } from './sample-runs.js';

let charted: Awaited<ReturnType<typeof sampleRuns>>;

beforeAll(async () => {
  charted = await sampleRuns();
});

describe('the panels of layers', () => {
  it('are one per run that fits, and no two have the same name', () => {
    const charts = chartsOf(charted, 'layers');
    expect(charts.map(({ name }) => name)).toEqual([
      'layers-int8-uniform-8',
      'layers-int8-region-2-50-3-30-4-20',
      'layers-region-uniform-8',
      'layers-region-uniform-16',
      'layers-region-region-2-50-3-30-4-20',
    ]);
    const alike = ['drq:4x8', 'drq-4x8'].map((scheme) => renamed(charted.fit[0]!, { scheme }));
    expect(new Set(chartsOf({ runs: alike }, 'layers').map(({ name }) => name)).size).toBe(2);
  });

  it('have a bar for every layer that costs cycles, as high as they are', () => {
    charted.fit.forEach((run, i) => {
      const { data } = drawn(chartsOf(charted, 'layers')[i]!);
      const heights = new Map(
        data.labels!.map((label, row) => [label, sum(data.datasets.map((dataset) => dataset.data[row] as number))]),
      );
      const unit = run.layers[0]!.cycles['total']! / heights.get(run.layers[0]!.name)!;
      for (const { name, cycles } of run.layers)
        if (cycles['total']! > 0) expect((heights.get(name)! * unit) / cycles['total']!).toBeCloseTo(1, 9);
    });
  });

  it('have the same scale on one machine', () => {
    const alike = charted.fit.filter(({ scheme }) => scheme === 'uniform:8');
    const runs = alike.flatMap((run) => [run, renamed(run, { scheme: 'uniform:7' })]);
    const tops = chartsOf({ runs }, 'layers').map((chart) => drawn(chart).options.scales.y.max);
    expect(tops[1]).toBe(tops[0]);
    expect(tops[3]).toBe(tops[2]);
    expect(tops[2]).not.toBe(tops[0]);
  });

  it('have another scale where the bars would be less than a third as high, and say so', () => {
    const [first] = charted.fit;
    const times = (factor: number, scheme: string) => ({
      ...renamed(first!, { scheme }),
      layers: first!.layers.map((layer) => ({ ...layer, cycles: { total: factor * layer.cycles['total']! } })),
    });
    const runs = [times(12, 'a'), times(4, 'b'), times(2, 'c'), times(1, 'd')] as FitRun[];
    const charts = chartsOf({ runs }, 'layers').map((chart) => drawn(chart).options);
    const heights = charts.map(({ scales }) => scales.y.max!);
    expect(charts.map(({ scales }) => scales.y.title.text)).toEqual(Array(4).fill(charts[0]!.scales.y.title.text));
    expect(heights[1]).toBe(heights[0]);
    expect(heights[2]! / heights[0]!).toBeCloseTo(1 / 6, 9);
    expect(heights[3]).toBe(heights[2]);
    const said = charts.map(({ plugins }) => plugins.subtitle.text.join(' '));
    expect(said[0]! + said[1]!).not.toContain('scale');
    for (const one of said.slice(2)) expect(one).toContain('; another scale: bars ×6.00 as high as those of a');
  });

  it('say which layer takes most, and how many take half', () => {
    const run = charted.fit[0]!;
    const sorted = run.layers.map(({ cycles }) => cycles['total']!).sort((a, b) => b - a);
    let [half, needed] = [sum(sorted) / 2, 0];
    while (half > 0) half -= sorted[needed++]!;
    const largest = run.layers.find(({ cycles }) => cycles['total'] === sorted[0])!;
    const { title } = chartsOf(charted, 'layers')[0]!;
    expect(title).toContain(`${largest.name} takes ${String(Math.round((100 * sorted[0]!) / sum(sorted)))} %`);
    expect(title).toContain(`${String(needed)} of `);
  });
});
