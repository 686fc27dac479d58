import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitRun, Result } from '../../src/index.js';
import { compareResults } from '../../src/report/compare/comparison.js';
import { largestFirst, type CostName } from '../../src/report/compare/layers.js';
import { comparisonText } from '../../src/report/compare/text.js';
import { differenceText, ratioText, valueText } from '../../src/report/compare/words.js';
import { editRuns, figureOf, shown, simulated } from './compare/results.js';

let plain: Result;
let narrow: Result;

beforeAll(async () => {
  plain = await simulated([]);
  narrow = await simulated(['array.rows=16']);
});

describe('a result and one with an override', () => {
  it('differ in the override, in what it does to the machine, and in no constant', () => {
    const { inputs, equal } = compareResults(plain, narrow);
    expect(equal).toBe(false);
    expect(inputs.changes).toEqual([
      { kind: 'override', name: 'array.rows', before: undefined, after: '16' },
      { kind: 'run', name: 'array rows', before: '32', after: '16', pairs: [0, 1] },
    ]);
    expect(inputs.constants).toEqual([]);
    expect(inputs.assumptions.after).toEqual([expect.stringContaining('int8 array.rows: assumed (set to 16')]);
  });

  it('differ in their totals by what the totals say', () => {
    const comparison = compareResults(plain, narrow);
    const [before, after] = [plain.runs[0] as FitRun, narrow.runs[0] as FitRun];
    expect(figureOf(comparison, 'cycles')).toMatchObject({
      before: before.totals.cycles['total'],
      after: after.totals.cycles['total'],
    });
    expect(figureOf(comparison, 'energy.mac')).toMatchObject({ after: after.totals.energyPj['mac'] });
    expect(figureOf(comparison, 'area')).toMatchObject({ before: before.totals.areaMm2, unit: 'mm²' });
    expect(figureOf(comparison, 'energy.p95')).toMatchObject({ after: after.distribution.energyPj.p95 });
  });

  it.each<CostName>(['cycles', 'energy', 'dram'])(
    'differ in %s by the sum of their layers, and these by their parts',
    (by) => {
      const comparison = compareResults(plain, narrow);
      const { layers } = comparison.pairs[0]!;
      const total = figureOf(comparison, { cycles: 'cycles', energy: 'energy', dram: 'dramBits' }[by]);
      const sum = layers.reduce((all, { costs }) => all + costs[by].difference, 0);
      expect(sum).toBeCloseTo(total.after - total.before, 2);
      for (const { costs } of layers)
        expect(costs[by].parts.reduce((all, { difference }) => all + difference, 0)).toBeCloseTo(
          costs[by].difference,
          2,
        );
    },
  );

  it('are shown with the largest differences first', () => {
    const { layers } = compareResults(plain, narrow).pairs[0]!;
    const sizes = largestFirst(layers, 'energy').map(({ costs }) => Math.abs(costs.energy.difference));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(0);
    const text = comparisonText(compareResults(plain, narrow), { ...shown, layers: 2 });
    expect(text).toMatch(/│ layer1\.0\.conv2 +│ .*│ compute \+4\.608 k, fill \+960 +│\n/);
    expect(text.match(/│ layer\d/g)).toHaveLength(4);
    expect(text).toContain('the largest 2\n');
  });

  it('are shown by what changed, unless all is asked for', () => {
    const comparison = compareResults(plain, narrow);
    const text = comparisonText(comparison, shown);
    expect(text).toMatch(/│ --set array\.rows +│ – +│ 16 +│/);
    expect(text).not.toMatch(/│ dramBits(\.ifmap)? /);
    expect(text).toMatch(/also changed: .*peCycles/);
    const all = comparisonText(comparison, { ...shown, all: true });
    expect(all).toMatch(/│ dramBits\.ifmap +│ .* │ +0 │ 1\.000 │/);
    expect(all).toMatch(/│ peCycles\.busy /);
    expect(all).not.toContain('also changed: ');
    expect(all).toContain('assumed only after: int8 array.rows');
  });

  it('give the same text again', () => {
    const again = structuredClone<[Result, Result]>([plain, narrow]);
    expect(comparisonText(compareResults(...again), shown)).toBe(comparisonText(compareResults(plain, narrow), shown));
  });
});

describe('equal results', () => {
  it('are equal in one line', () => {
    const comparison = compareResults(plain, structuredClone(plain));
    expect(comparison.equal).toBe(true);
    expect(comparisonText(comparison, shown)).toBe('a.json and b.json are equal: 2 runs\n');
  });

  it('of other inputs are said to be the same numbers', () => {
    const seeded = { ...plain, manifest: { ...plain.manifest, seed: '7' } };
    const text = comparisonText(compareResults(plain, seeded), shown);
    expect(text).toMatch(/│ seed +│ – +│ 7 +│/);
    expect(text).toContain('No number changed in 2 runs.');
    expect(text).toContain('no number changed: cifar-resnet20, int8, uniform:8; cifar-resnet20, int8, uniform:4\n');
  });
});

describe('inputs', () => {
  const inputsOf = (before: Partial<Result['manifest']>, after: Partial<Result['manifest']>) =>
    compareResults(
      { ...plain, manifest: { ...plain.manifest, ...before } },
      { ...plain, manifest: { ...plain.manifest, ...after } },
    ).inputs.changes;
  const file = (path: string, digit: string) => ({ path, sha256: digit.repeat(64) });

  it('are files by content, then by name', () => {
    const before = [file('same', '0'), file('t.npz', '1'), file('old.yaml', '2'), file('gone', '3')];
    const after = [file('new.yaml', '2'), file('same', '0'), file('t.npz', '4'), file('come', '5')];
    expect(inputsOf({ inputs: before }, { inputs: after })).toEqual([
      { kind: 'file', name: 't.npz', before: '1'.repeat(64), after: '4'.repeat(64) },
      { kind: 'name of a file', name: '2'.repeat(64), before: 'old.yaml', after: 'new.yaml' },
      { kind: 'file', name: 'gone', before: '3'.repeat(64), after: undefined },
      { kind: 'file', name: 'come', before: undefined, after: '5'.repeat(64) },
    ]);
  });

  it('are overrides by the last value of a field', () => {
    const [before, after] = [
      ['a.b=1', 'a.b=2', 'c=x=y'],
      ['a.b=2', 'c=x'],
    ];
    expect(inputsOf({ overrides: before }, { overrides: after })).toEqual([
      { kind: 'override', name: 'c', before: 'x=y', after: 'x' },
    ]);
  });

  it('are what every run was made with, said once for those that are alike', () => {
    const after = editRuns(plain, (run) => ({
      ...run,
      images: 4,
      accuracy: 0.75,
      ...(run.scheme === 'uniform:4' && { masks: 'synthetic', warnings: ['too hot'] }),
    }));
    const tool = { name: 'silhouette' as const, version: '9.9.9' };
    expect(compareResults(plain, { ...after, tool }).inputs.changes).toEqual([
      { kind: 'tool', name: 'tool', before: plain.tool.version, after: '9.9.9' },
      { kind: 'run', name: 'images', before: '1', after: '4', pairs: [0, 1] },
      { kind: 'run', name: 'accuracy', before: undefined, after: '0.75', pairs: [0, 1] },
      { kind: 'run', name: 'masks', before: 'none', after: 'synthetic', pairs: [1] },
      { kind: 'run', name: 'warning', before: undefined, after: 'too hot', pairs: [1] },
    ]);
  });

  it('are constants by value and status, the most energy first', () => {
    const { name, value, share } = (plain.runs[0] as FitRun).constants[0]!;
    const weak = (plain.runs[0] as FitRun).constants.find((one) => one.share > 0 && one.share < share)!;
    const after = editRuns(plain, (run) => ({
      ...run,
      constants: run.constants.map((one) => {
        if (one.name === name) return { ...one, value: 2 * value };
        return one.name === weak.name ? { ...one, status: 'assumed' as const, uncertainty: 0.9 } : one;
      }),
    }));
    const { constants } = compareResults(plain, after).inputs;
    expect(constants.map((one) => one.name)).toEqual([name, weak.name]);
    expect(constants[0]).toMatchObject({ differs: ['value'], after: { value: 2 * value }, pairs: [0, 1] });
    expect(constants[0]!.share.before).toBeGreaterThanOrEqual(share);
    expect(comparisonText(compareResults(plain, after), shown)).toContain('(assumed, ±90 %)');
  });
});

describe('layers', () => {
  it('that only one run has are listed as such, with all that they cost', () => {
    const less = editRuns(plain, (run) => ({ ...run, layers: run.layers.slice(1) }));
    const [layer] = compareResults(plain, less).pairs[0]!.layers;
    const { name, cycles } = (plain.runs[0] as FitRun).layers[0]!;
    expect(layer).toMatchObject({ name, in: 'before', costs: { cycles: { difference: -cycles['total']! } } });
    expect(comparisonText(compareResults(plain, less), shown)).toMatch(
      new RegExp(`│ ${name} .*│ +– │.*│ only before +│`),
    );
    expect(compareResults(less, plain).pairs[0]!.layers.at(-1)).toMatchObject({ name, in: 'after' });
  });

  it('of one name are told apart', () => {
    const alike = editRuns(plain, (run) => ({
      ...run,
      layers: run.layers.map((layer) => ({ ...layer, name: 'conv' })),
    }));
    const names = compareResults(alike, alike).pairs[0]!.layers.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['conv', 'conv (2)', 'conv (3)']);
    expect(compareResults(alike, structuredClone(alike)).equal).toBe(true);
  });

  it('that are cut into other tiles are changed, whatever they cost', () => {
    const tiled = editRuns(plain, (run) => ({
      ...run,
      layers: run.layers.map((layer, i) =>
        i === 0 ? { ...layer, mapping: { ...layer.mapping!, rows: layer.mapping!.rows + 1 } } : layer,
      ),
    }));
    const comparison = compareResults(plain, tiled);
    expect(comparison.pairs[0]).toMatchObject({ equal: false, layers: { 0: { placed: ['tile'], changed: true } } });
    expect(comparisonText(comparison, shown)).toContain('no layer changed in cycles, 1 in other figures');
  });
});

/** Results as somebody's edits of a real one: other numbers, layers that are gone, runs that are gone. */
const edits = fc.record({
  factors: fc.array(fc.constantFrom(1, 1, 0, 0.5, 3, 1.1), { minLength: 4, maxLength: 4 }),
  without: fc.subarray([0, 3, 7]),
  drop: fc.option(fc.constantFrom('uniform:8', 'uniform:4'), { nil: undefined }),
  overrides: fc.subarray(['array.rows=16', 'array.cols=8', 'name=x']),
});
type Edits = typeof edits extends fc.Arbitrary<infer T> ? T : never;

function edited({ factors, without, drop, overrides }: Edits): Result {
  const scaled = (numbers: Readonly<Record<string, number>>, factor: number) =>
    Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, value * factor]));
  const [time, cycles, energy, constant] = factors as [number, number, number, number];
  const made = editRuns(plain, (run) => ({
    ...run,
    totals: { ...run.totals, timeNs: run.totals.timeNs * time, energyPj: scaled(run.totals.energyPj, energy) },
    constants: run.constants.map((one, i) => (i === 1 ? { ...one, value: one.value * constant } : one)),
    layers: run.layers
      .filter((_, i) => !without.includes(i))
      .map((layer, i) => (i % 5 === 0 ? { ...layer, cycles: scaled(layer.cycles, cycles) } : layer)),
  }));
  const runs = made.runs.filter(({ scheme }) => scheme !== drop);
  return { ...made, runs, manifest: { ...made.manifest, overrides } };
}

describe('any two results', () => {
  it('change nothing against themselves', () => {
    fc.assert(
      fc.property(edits, (given) => {
        const comparison = compareResults(edited(given), edited(given));
        expect(comparison.equal).toBe(true);
        for (const { figures, layers } of comparison.pairs) {
          expect(figures.filter(({ before, after }) => before !== after)).toEqual([]);
          expect(layers.filter((layer) => layer.changed)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('change by the negated differences the other way round', () => {
    fc.assert(
      fc.property(edits, edits, (one, other) => {
        const [there, back] = [compareResults(edited(one), edited(other)), compareResults(edited(other), edited(one))];
        expect(back.equal).toBe(there.equal);
        expect(back.alone).toEqual({ before: there.alone.after, after: there.alone.before });
        const turned = <T extends { before: unknown; after: unknown }>(item: T): T => ({
          ...item,
          before: item.after,
          after: item.before,
        });
        const byName = <T extends { name: string }>(items: readonly T[]): T[] =>
          [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(byName(back.inputs.changes)).toEqual(byName(there.inputs.changes.map(turned)));
        expect(byName(back.inputs.constants).map(({ before, after }) => [before, after])).toEqual(
          byName(there.inputs.constants).map(({ before, after }) => [after, before]),
        );
        there.pairs.forEach((pair, i) => {
          const reverse = back.pairs[i]!;
          expect(reverse.equal).toBe(pair.equal);
          expect(byName(reverse.figures)).toEqual(byName(pair.figures.map(turned)));
          const turnedLayers = byName(reverse.layers);
          byName(pair.layers).forEach((layer, j) => {
            const { name, costs } = turnedLayers[j]!;
            expect(name).toBe(layer.name);
            for (const by of ['cycles', 'energy', 'dram'] as const)
              expect(costs[by].difference + layer.costs[by].difference).toBe(0);
          });
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('values', () => {
  it('have the prefix that fits, a sign where they are differences, and no ratio to nothing', () => {
    expect(valueText(5_928_846, 'ns')).toBe('5.929 ms');
    expect(valueText(999_960, 'pJ')).toBe('1 µJ');
    expect(valueText(1_234_567, '')).toBe('1.235 M');
    expect(differenceText(-12_340, 'pJ')).toBe('−12.34 nJ');
    expect(differenceText(0, 'pJ')).toBe('0');
    expect(ratioText({ before: 4, after: 5 })).toBe('1.250');
    expect(ratioText({ before: 0, after: 5 })).toBe('–');
  });
});
