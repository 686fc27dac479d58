import { beforeAll, describe, expect, it } from 'vitest';
import { pointsText } from '../../../src/report/charts/accuracy.js';
import { chartsOf } from '../../../src/report/charts/registry.js';
import { resultRows } from '../../../src/report/csv.js';
import { comparisonTable } from '../../../src/report/table.js';
import { isFit, type FitRun, type Result } from '../../../src/result.js';
import { drawn, sampleRuns } from './sample-runs.js';

let runs: readonly FitRun[];
const [least, most] = [0.871, 0.902];

beforeAll(async () => {
  const { runs: all } = await sampleRuns(1);
  // The baseline has the best, another one the worst, and the rest has none.
  runs = all.filter(isFit).map((run, i) => (i > 1 ? run : { ...run, accuracy: i === 0 ? most : least }));
});

describe('accuracy', () => {
  it('is a bar for every run that has one, in percent, and the best wins', () => {
    const [chart] = chartsOf({ runs, baseline: 'uniform:8' }, 'accuracy');
    const [bars] = drawn(chart!).data.datasets;
    expect(bars!.data.filter((value) => value !== null)).toEqual([expect.closeTo(90.2, 9), expect.closeTo(87.1, 9)]);
    expect(chart!.title).toContain('Most accurate: ');
    expect(chart!.title).toContain('90.2 %');
    expect(chart!.description).toContain(`${runs[1]!.scheme} on ${runs[1]!.accelerator} 87.1 %`);
    expect(chart!.description.match(/ %/g)).toHaveLength(3); // The title's, and one for each of the two.
  });

  it('has the colours that schemes have in other charts', () => {
    const colours = (name: 'accuracy' | 'latency'): unknown[] =>
      drawn(chartsOf({ runs, baseline: 'uniform:8' }, name)[0]!).data.datasets[0]!.backgroundColor as unknown[];
    const shown = colours('latency').filter((colour) => colour !== '');
    expect(colours('accuracy').filter((colour) => colour !== '')).toEqual(shown.slice(0, 2));
  });

  it('is told in points', () => {
    expect(pointsText(0.871, 0.902)).toBe('−3.10 points');
    expect(pointsText(0.902, 0.871)).toBe('+3.10 points');
  });

  it('is not drawn of runs that have none', () => {
    expect(chartsOf({ runs: runs.slice(2) }, 'accuracy')).toEqual([]);
  });

  it('stands in the table and in the CSV, where there is any', () => {
    const table = comparisonTable(runs, 'uniform:8', () => '');
    expect(table).toContain('accuracy%');
    expect(table).toMatch(/90\.20/);
    expect(comparisonTable(runs.slice(2), 'uniform:8', () => '')).not.toContain('accuracy%');
    const [titles, ...rows] = resultRows({ runs } as unknown as Result);
    const [at, layer] = [titles!.indexOf('accuracy'), titles!.indexOf('layer')];
    const of = (name: string): unknown[] => rows.filter((row) => row[layer] === name).map((row) => row[at]);
    expect(of('total')).toEqual([most, least, ...runs.slice(2).map(() => '')]);
    expect(new Set(of(runs[0]!.layers[0]!.name))).toEqual(new Set(['']));
  });
});
