import { beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../../../src/core/numbers.js';
import { areaPartNames, energyPartNames } from '../../../src/cost/term.js';
import { areaGroups, causes, energyGroups } from '../../../src/report/charts/palette.js';
import { chartsOf } from '../../../src/report/charts/registry.js';
import { groupedParts } from '../../../src/report/charts/stacks.js';
import type { FitRun } from '../../../src/result.js';
import { drawn, sampleRuns } from './sample-runs.js';

let charted: Awaited<ReturnType<typeof sampleRuns>>;

beforeAll(async () => {
  charted = await sampleRuns();
});

/** What a row of stacked bars adds up to. */
function lengths(name: 'energy-parts' | 'cycles' | 'area'): number[] {
  const { datasets, labels } = drawn(chartsOf(charted, name)[0]!).data;
  const rows = labels!.map((_, row) => datasets.map(({ data }) => data[row] as number | null));
  return rows.filter((row) => row.every((part) => part !== null)).map((row) => sum(row));
}

describe('stacked bars', () => {
  it.each([
    ['energy-parts', ({ totals }: FitRun) => totals.energyPj['total']!],
    ['cycles', ({ totals }: FitRun) => totals.cycles['total']!],
  ] as const)('of %s add up to the total of every run', (name, total) => {
    const stacked = lengths(name);
    expect(stacked).toHaveLength(charted.fit.length);
    const unit = total(charted.fit[0]!) / stacked[0]!;
    expect(Math.log10(unit) % 3).toBeCloseTo(0, 9);
    charted.fit.forEach((run, i) => {
      expect((stacked[i]! * unit) / total(run)).toBeCloseTo(1, 9);
    });
  });

  it('of area are one per machine', () => {
    const machines = [...new Map(charted.fit.map((run) => [run.accelerator, run.totals.areaMm2])).values()];
    expect(lengths('area').map((area) => area.toFixed(9))).toEqual(machines.map((area) => area.toFixed(9)));
  });

  it('say in their title what is the largest part', () => {
    const shares = charted.fit.map(({ totals }) => (totals.cycles['compute'] ?? 0) / totals.cycles['total']!);
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
    expect(chartsOf(charted, 'cycles')[0]!.title).toMatch(/^Most cycles are compute/);
  });
});

describe('groups of parts', () => {
  it.each([
    ['energy', energyGroups, energyPartNames],
    ['area', areaGroups, areaPartNames],
  ])('of %s hold every part that a result may have, once, in at most eight colours', (_, groups, names) => {
    expect(groups.flatMap(({ parts }) => parts).sort()).toEqual([...names].sort());
    expect(groups.length).toBeLessThanOrEqual(8);
    expect(new Set(groups.map(({ colour }) => colour)).size).toBe(groups.length);
  });

  it('put a part that they do not know with the others', () => {
    const parts = groupedParts(energyGroups, () => ({ total: 5, mac: 2, teleport: 3 }));
    const run = charted.fit[0]!;
    expect(sum(parts.map(({ value }) => value(run)))).toBe(5);
    expect(parts.at(-1)!.value(run)).toBe(3);
  });

  it('give computing and fetching the colours of these causes', () => {
    const cause = (key: string) => causes.find((one) => one.key === key)!.colour;
    const group = (label: string) => energyGroups.find((one) => one.label === label)!.colour;
    expect(group('MAC')).toBe(cause('compute'));
    expect(group('DRAM access')).toBe(cause('memory'));
  });
});
