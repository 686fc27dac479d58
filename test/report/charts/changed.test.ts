import { beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../../../src/core/numbers.js';
import type { Result } from '../../../src/index.js';
import { changedLayers } from '../../../src/report/charts/changed-layers.js';
import { changedTotals } from '../../../src/report/charts/changed-totals.js';
import type { Chart } from '../../../src/report/charts/chart.js';
import { causes, lessColour, moreColour } from '../../../src/report/charts/palette.js';
import { compareResults } from '../../../src/report/compare/comparison.js';
import { isFit, type FitRun } from '../../../src/result.js';
import { editRuns, only, simulated } from '../compare/results.js';
import { drawn } from './sample-runs.js';

let plain: Result;
let narrow: Result;

beforeAll(async () => {
  plain = await simulated([]);
  narrow = await simulated(['array.rows=16', 'buffers.ifmap.capacity=4KiB']);
});

const fitRuns = ({ runs }: Result): FitRun[] => runs.filter(isFit);
const totals = (before: Result, after: Result): Chart[] => changedTotals(compareResults(before, after));
const layers = (before: Result, after: Result): Chart[] => changedLayers(compareResults(before, after).pairs[0]!, 'l');

describe('totals before and after', () => {
  it('are a bar each of time, energy and DRAM bits, as long as the ratio has doublings', () => {
    const { data } = drawn(totals(plain, narrow)[0]!);
    const ratios = fitRuns(plain).flatMap((before, i) => {
      const after = fitRuns(narrow)[i]!;
      return [
        after.totals.timeNs / before.totals.timeNs,
        after.totals.energyPj['total']! / before.totals.energyPj['total']!,
        after.totals.dramBits['total']! / before.totals.dramBits['total']!,
      ];
    });
    const bars = data.datasets[0]!.data.filter((value) => value !== null) as number[];
    expect(bars).toHaveLength(6);
    bars.forEach((bar, i) => {
      expect(2 ** bar).toBeCloseTo(ratios[i]!, 9);
    });
    expect(data.labels).toEqual([
      'uniform:8',
      'time',
      'energy',
      'DRAM bits',
      'uniform:4',
      'time',
      'energy',
      'DRAM bits',
    ]);
  });

  it('go to the left where they got less, in another colour, and back again are as long', () => {
    const [there, back] = [drawn(totals(plain, narrow)[0]!), drawn(totals(narrow, plain)[0]!)].map(
      ({ data }) => data.datasets[0]!,
    );
    there!.data.forEach((value, i) => {
      if (value !== null) expect(back!.data[i]).toBeCloseTo(-(value as number), 9);
    });
    const colours = back!.backgroundColor as string[];
    expect(colours[1]).toBe((back!.data[1] as number) < 0 ? lessColour : moreColour);
  });

  it('have a title that says in how many runs what is worse, and by how much at most', () => {
    const slower = editRuns(plain, (run) =>
      run.scheme === 'uniform:4' ? run : { ...run, totals: { ...run.totals, timeNs: 2 * run.totals.timeNs } },
    );
    expect(totals(plain, slower)[0]!.title).toBe('Of 2 runs: 1 slower (×2.00)');
    expect(totals(slower, plain)[0]!.title).toBe('Of 2 runs: 1 faster (×0.500)');
    const one = totals(only(plain, 'uniform:8'), only(slower, 'uniform:8'))[0]!;
    expect(one.title).toBe('cifar-resnet20, int8, uniform:8: slower (×2.00)');
    expect(one.description).toMatch(/: time ×2\.00, (.*) → .*s, energy the same, .*J, DRAM bits the same, .*bit\.$/);
    expect(drawn(one).data.labels).toEqual(['time', 'energy', 'DRAM bits']);
  });

  it('say in percent what is too little for a ratio, and only the values where there was nothing', () => {
    const little = editRuns(only(plain, 'uniform:8'), ({ totals: own, ...run }) => ({
      ...run,
      totals: { ...own, timeNs: own.timeNs * 0.9999, dramBits: { ...own.dramBits, total: 0 } },
    }));
    const { title, description } = totals(plain, little)[0]!;
    expect(title).toBe('cifar-resnet20, int8, uniform:8: faster (−0.01 %), fewer DRAM bits (×0.00)');
    expect(description).toContain('DRAM bits ×0.00, 2.20 → 0 Mbit');
    const back = totals(little, plain)[0]!;
    expect(back.description).toContain('DRAM bits 0 → 2.20 Mbit');
    expect(drawn(back).data.datasets[0]!.data[2]).toBeNull();
  });

  it('are not drawn where they are the same', () => {
    expect(totals(plain, structuredClone(plain))).toEqual([]);
    const other = editRuns(plain, (run) => ({ ...run, totals: { ...run.totals, areaMm2: 1 } }));
    expect(totals(plain, other)).toEqual([]);
  });
});

describe('layers that differ', () => {
  it('have the differences of their causes as parts, and with all others sum to that of the run', () => {
    const chart = layers(plain, narrow)[0]!;
    const { data } = drawn(chart);
    const stacks = data.datasets.slice(0, -1);
    const [before, after] = [fitRuns(plain)[0]!, fitRuns(narrow)[0]!];
    const cyclesOf = (run: FitRun, name: string, key: string): number =>
      run.layers.find((layer) => layer.name === name)!.cycles[key] ?? 0;
    const rows = data.labels!.slice(0, -1) as string[];
    expect(rows).toHaveLength(20);
    const difference = (name: string, key: string): number => cyclesOf(after, name, key) - cyclesOf(before, name, key);
    const unit = 1000;
    for (const { label, data: amounts } of stacks) {
      const { key } = causes.find((cause) => cause.label === label)!;
      rows.forEach((name, i) => {
        expect((amounts[i] as number) * unit).toBeCloseTo(difference(name, key), 6);
      });
      const all = before.layers.map(({ name }) => difference(name, key));
      expect(sum(amounts as number[]) * unit).toBeCloseTo(sum(all), 6);
    }
    const sizes = rows.map((name) => Math.abs(difference(name, 'total')));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(data.labels!.at(-1)).toMatch(/^\d+ more layers$/);
    expect(chart.description).toContain(`The most: ${rows[0]!} +`);
  });

  it('are named in the title with the cause that does most', () => {
    const worse = editRuns(only(plain, 'uniform:8'), (run) => ({
      ...run,
      layers: run.layers.map((layer, i) =>
        i > 1
          ? layer
          : {
              ...layer,
              cycles: {
                ...layer.cycles,
                memory: (layer.cycles['memory'] ?? 0) + 3000 - i,
                fill: layer.cycles['fill']! - 1000,
                total: layer.cycles['total']! + 2000 - i,
              },
            },
      ),
    }));
    const [first] = fitRuns(plain)[0]!.layers;
    const [chart] = layers(only(plain, 'uniform:8'), worse);
    expect(chart!.title).toBe(
      `cifar-resnet20, int8, uniform:8: +4.00 k cycles, most from memory (+6.00 k) and ${first!.name} (+2.00 k)`,
    );
    // Parts that go both ways have a mark where the difference in all is.
    const { datasets } = drawn(chart!).data;
    expect(datasets.map(({ label }) => label.split(':')[0])).toEqual(['memory', 'fill', 'difference in all']);
    expect(datasets.at(-1)!.data).toEqual([2, 1.999]);
  });

  it('of one run alone say so', () => {
    const less = editRuns(only(plain, 'uniform:8'), (run) => ({ ...run, layers: run.layers.slice(1) }));
    const { name, cycles } = fitRuns(plain)[0]!.layers[0]!;
    const [chart] = layers(only(plain, 'uniform:8'), less);
    expect(chart!.description).toContain(`${name} −${(cycles['total']! / 1000).toPrecision(3)} k, only before`);
  });

  it('are those of energy where no cycles changed, and none where neither did', () => {
    const dearer = editRuns(plain, (run) => ({
      ...run,
      layers: run.layers.map((layer) => ({
        ...layer,
        energyPj: { ...layer.energyPj, mac: (layer.energyPj['mac'] ?? 0) + 1e6, total: layer.energyPj['total']! + 1e6 },
      })),
    }));
    const [chart] = layers(plain, dearer);
    expect(chart!.title).toMatch(/: \+32\.0 µJ of energy, most from MAC \(\+32\.0 µJ\) and /);
    expect(drawn(chart!).data.datasets.map(({ label }) => label)).toEqual(['MAC']);
    expect(layers(plain, structuredClone(plain))).toEqual([]);
  });
});
