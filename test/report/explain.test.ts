import { beforeAll, describe, expect, it } from 'vitest';
import { builtinNetwork, isFit, loadAccelerator, simulate, type FitRun } from '../../src/index.js';
import { explain, explainable } from '../../src/report/explain.js';
import { provenanceTable, unsureShare } from '../../src/report/provenance-table.js';

let run: FitRun;

beforeAll(async () => {
  const result = await simulate({
    network: builtinNetwork('cifar-resnet20')!,
    accelerators: [await loadAccelerator('drq')],
    schemes: ['uniform:8'],
  });
  run = result.runs.find(isFit)!;
});

describe('the terms of a result', () => {
  it('sum to its energy, part by part', () => {
    for (const [part, pj] of Object.entries(run.totals.energyPj)) {
      const terms = run.energyTerms.filter((term) => part === 'total' || term.part === part);
      expect(terms.reduce((sum, { energyPj }) => sum + energyPj, 0) / pj).toBeCloseTo(1, 9);
    }
  });

  it('are the products that they say they are', () => {
    const value = new Map(
      run.constants.map(({ name, value, unit }) => [name, unit.startsWith('uW') ? value / 1000 : value]),
    );
    for (const { count, factors, energyPj } of run.energyTerms)
      expect(factors.reduce((product, name) => product * value.get(name)!, count) / energyPj).toBeCloseTo(1, 9);
  });

  it('of the area sum to it, product by product', () => {
    const value = new Map(
      run.constants.map(({ name, value, unit }) => [name, unit.startsWith('um2') ? value / 1e6 : value]),
    );
    let sum = 0;
    for (const { count, factors, areaMm2 } of run.areaTerms) {
      expect(factors.reduce((product, name) => product * value.get(name)!, count) / areaMm2).toBeCloseTo(1, 9);
      sum += areaMm2;
    }
    expect(sum).toBeCloseTo(run.totals.areaMm2, 9);
  });

  it('lie inside an interval that the uncertain ones open', () => {
    const { low, high } = run.totals.energyIntervalPj;
    expect(low).toBeLessThan(run.totals.energyPj['total']!);
    expect(high).toBeGreaterThan(run.totals.energyPj['total']!);
    expect(unsureShare(run)).toBeGreaterThan(0);
    expect(unsureShare(run)).toBeLessThanOrEqual(1);
  });
});

describe('explaining', () => {
  it('has a text for everything that it says can be explained', () => {
    for (const path of explainable(run)) expect(typeof explain(run, path), path).toBe('string');
  });

  it('names every term of the array with its constants, their status and source', () => {
    const text = explain(run, 'energy.array') as string;
    for (const { part, factors } of run.energyTerms) {
      const inside = ['mac', 'hop', 'clock'].includes(part);
      expect(text.includes(`  ${part}: `)).toBe(inside);
      if (inside) for (const name of factors) expect(text).toContain(`  ${name} = `);
    }
    expect(text).toContain('assumed, ±50 %');
    expect(text).toMatch(/^between [\d.]+ .J and/m);
    expect(text).toContain('by layer, the largest of');
  });

  it('has groups that are all of the energy', () => {
    const text = explain(run, 'energy') as string;
    const shares = [...text.matchAll(/^ {2}energy\.\w+: .*, ([\d.]+) %$/gm)].map(([, share]) => Number(share));
    expect(shares).toHaveLength(6);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  });

  it('says what cannot be, whatever the figure', () => {
    const warned = { ...run, warnings: ['too hot'] };
    expect(explain(warned, 'cycles')).toContain('mean of 1 image\nwarning: too hot\n');
    expect(explain(run, 'cycles')).not.toContain('warning');
  });

  it('says what there is where a figure is unknown', () => {
    for (const path of ['energy.total', 'energy.constructor', 'toString', 'cycles.sync', ''])
      expect(explain(run, path)).toMatchObject({ where: path, expected: explainable(run).join(', ') });
  });
});

describe('the table of what energies rest on', () => {
  it('names the interval and the constants that weigh most', () => {
    const table = provenanceTable([run]);
    expect(table).toContain('interval');
    expect(table).toContain('DRAM prechargedStandby');
  });
});
