import { beforeAll, describe, expect, it } from 'vitest';
import { chartsOf } from '../../../src/report/charts/registry.js';
import { roofPoints } from '../../../src/report/charts/roofline.js';
import type { FitRun } from '../../../src/result.js';
import { drawn, sampleRuns } from './sample-runs.js';

let charted: Awaited<ReturnType<typeof sampleRuns>>;

beforeAll(async () => {
  charted = await sampleRuns();
});

describe('the roofline', () => {
  it('has no layer above its own ceiling or above the roof of the DRAM', () => {
    for (const run of charted.fit) {
      const points = roofPoints(run);
      expect(points.length).toBeGreaterThan(15);
      for (const { rate, ceiling, roof } of points) {
        expect(rate).toBeLessThanOrEqual(ceiling);
        expect(rate).toBeLessThanOrEqual(roof);
      }
    }
  });

  it('has the ceiling of one MAC per PE and cycle at the precision of a fixed multiplier', () => {
    const run = charted.fit.find(({ accelerator }) => accelerator === 'int8')!;
    for (const { ceiling } of roofPoints(run)) expect(ceiling).toBeCloseTo(run.machine.rows * run.machine.cols, 6);
  });

  it('has higher ceilings where fewer bits are multiplied', () => {
    const of = (scheme: string) =>
      roofPoints(charted.fit.find((run) => run.accelerator === 'region' && run.scheme === scheme)!);
    const wide = new Map(of('uniform:16').map(({ layer, ceiling }) => [layer.name, ceiling]));
    for (const { layer, ceiling } of of('uniform:8')) expect(ceiling).toBeGreaterThan(wide.get(layer.name)!);
  });

  it('draws every layer once, with a ceiling over it, and one roof', () => {
    const run = charted.fit[0]!;
    const { datasets } = drawn(chartsOf(charted, 'roofline')[0]!).data;
    const dots = datasets.slice(0, -2).flatMap(({ data }) => data as { x: number; y: number }[]);
    const ceilings = datasets.at(-2)!.data as { x: number; y: number }[];
    const points = roofPoints(run);
    expect(dots.map(({ y }) => y).sort()).toEqual(points.map(({ rate }) => rate).sort());
    expect(ceilings.map(({ x }) => x)).toEqual(points.map(({ intensity }) => intensity));
    for (const { x, y } of datasets.at(-1)!.data as { x: number; y: number }[])
      expect(y).toBeCloseTo((x * run.machine.dramBitsPerCycle!) / 8, 9);
  });

  it('has no roof where memory is never waited for', () => {
    const runs = charted.fit.map((run): FitRun => ({ ...run, machine: { ...run.machine, dramBitsPerCycle: null } }));
    const { datasets } = drawn(chartsOf({ runs }, 'roofline')[0]!).data;
    expect(datasets.map(({ label }) => label)).not.toContain('DRAM roof');
    for (const { roof } of roofPoints(runs[0]!)) expect(roof).toBe(Infinity);
  });

  it('has the same axes for every run', () => {
    const axes = chartsOf(charted, 'roofline').map((chart) => {
      const { x, y } = drawn(chart).options.scales;
      return [x.max, y.max];
    });
    expect(new Set(axes.map(String)).size).toBe(1);
  });
});

describe('the machine of a run', () => {
  it('moves no more bits than its DRAM can', () => {
    for (const { totals, machine } of charted.fit)
      expect(totals.dramBits['total']).toBeLessThanOrEqual(machine.dramBitsPerCycle! * totals.cycles['total']!);
  });

  it('has as many PE-cycles as PEs and cycles', () => {
    for (const { layers, machine } of charted.fit)
      for (const { peCycles, cycles, macs } of layers.filter((layer) => layer.macs > 0)) {
        const all = Object.values(peCycles).reduce((total, part) => total + part, 0);
        expect(macs).toBeGreaterThan(0);
        expect(all / (machine.rows * machine.cols * cycles['total']!)).toBeCloseTo(1, 9);
      }
  });
});
