import { describe, expect, it } from 'vitest';
import { chartsOf } from '../../../src/report/charts/registry.js';
import { drawn, sampleRuns } from './sample-runs.js';

describe('the distribution over images', () => {
  it('is drawn from p5 to p95, with the median and the extremes, in the order of size', async () => {
    const charted = await sampleRuns();
    const charts = chartsOf(charted, 'distribution');
    expect(charts.map(({ name }) => name)).toEqual([
      'distribution-latency',
      'distribution-energy',
      'distribution-dram',
    ]);
    const { datasets } = drawn(charts[0]!).data;
    const rows = <T>(i: number): T[] => datasets[i]!.data.filter((value) => value !== null) as T[];
    const unit = charted.fit[0]!.distribution.cycles.p50 / rows<number>(1)[0]!;
    charted.fit.forEach(({ distribution: { cycles: expected } }, i) => {
      const [p5, p95] = rows<[number, number]>(0)[i]!;
      const [min, max] = rows<[number, number]>(2)[i]!;
      const p50 = rows<number>(1)[i]!;
      for (const [value, part] of [
        [min, 'min'],
        [p5, 'p5'],
        [p50, 'p50'],
        [p95, 'p95'],
        [max, 'max'],
      ] as const)
        expect((value * unit) / expected[part]).toBeCloseTo(1, 9);
      expect([min, p5, p50, p95, max]).toEqual([min, p5, p50, p95, max].sort((a, b) => a - b));
    });
    const region = charted.fit.at(-1)!.distribution.cycles;
    expect(region.max).toBeGreaterThan(region.min);
    expect(charts[0]!.title).toContain('varies most in region:');
  });

  it('is not drawn of one image', async () => {
    expect(chartsOf(await sampleRuns(1), 'distribution')).toEqual([]);
  });
});
