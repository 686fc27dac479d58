import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uncertaintyOf, type Constant } from '../../src/cost/constant.js';
import { priceOf, totalEnergy } from '../../src/cost/price.js';
import { energyLedger, energyPartNames, perCount, type EnergyTerm } from '../../src/cost/term.js';
import { noCounts, type LayerCounts } from '../../src/engine/counts.js';
import { componentOf, pricedMachine, technologyOf } from './priced-machine.js';

function randomCounts(seed: number): LayerCounts {
  const counts = noCounts();
  let value = seed;
  for (const group of ['cycles', 'peCycles', 'dramBits', 'sramBits', 'operations'] as const) {
    const record = counts[group] as unknown as Record<string, number>;
    for (const key of Object.keys(record)) record[key] = value = (value * 48_271) % 2_147_483_647;
  }
  counts.hopBits = value;
  return counts;
}

const machines = ['fixed(8)', 'temporal(4)', 'activation-serial(16)', 'spatial(8,2)'].map((unit) =>
  pricedMachine(unit, { technology: technologyOf(28, 0.8) }),
);
const seeds = fc.integer({ min: 1, max: 1e9 });

/** The terms with one constant replaced wherever it stands. */
function repriced(terms: readonly EnergyTerm[], change: (constant: Constant) => number): EnergyTerm[] {
  return terms.map((term) => ({
    ...term,
    factors: term.factors.map(({ name, constant }) => ({
      name,
      constant: { ...constant, value: constant.value * change(constant) },
    })),
  }));
}

const sumOf = (terms: readonly EnergyTerm[], counts: LayerCounts): number =>
  terms.reduce((sum, term) => sum + term.count(counts) * perCount(term), 0);

describe('the ledger of an energy', () => {
  it('sums to the energy, part by part', () => {
    fc.assert(
      fc.property(fc.constantFrom(...machines), seeds, (machine, seed) => {
        const price = priceOf(machine);
        const counts = randomCounts(seed);
        const { terms } = energyLedger(price.terms, counts);
        const parts = price.energy(counts);
        for (const part of energyPartNames) {
          const sum = terms.reduce((total, term) => total + (term.part === part ? term.energyPj : 0), 0);
          expect(Math.abs(sum - parts[part])).toBeLessThanOrEqual(1e-9 * parts[part]);
        }
      }),
    );
  });

  it('gives as interval what pricing again with every constant at its ends gives', () => {
    fc.assert(
      fc.property(fc.constantFrom(...machines), seeds, (machine, seed) => {
        const { terms } = priceOf(machine);
        const counts = randomCounts(seed);
        const { interval } = energyLedger(terms, counts);
        expect(
          interval.low /
            sumOf(
              repriced(terms, (one) => 1 - uncertaintyOf(one)),
              counts,
            ),
        ).toBeCloseTo(1, 9);
        expect(
          interval.high /
            sumOf(
              repriced(terms, (one) => 1 + uncertaintyOf(one)),
              counts,
            ),
        ).toBeCloseTo(1, 9);
      }),
    );
  });

  it('gives every constant the energy that would go if it were nothing', () => {
    const price = priceOf(machines[1]!);
    const counts = randomCounts(7);
    const total = totalEnergy(price.energy(counts));
    for (const { name, constant, energyPj } of energyLedger(price.terms, counts).constants) {
      const without = price.terms.filter(({ factors }) => !factors.some((one) => one.name === name));
      expect((total - sumOf(without, counts)) / energyPj).toBeCloseTo(1, 6);
      expect(uncertaintyOf(constant)).toBeLessThanOrEqual(1);
    }
  });

  it('keeps components apart from what has their name, and prices them as their actions are counted', () => {
    const price = priceOf(pricedMachine('fixed(8)', { components: [componentOf('register bit', 3, 0.5)] }));
    const counts = randomCounts(11);
    const { terms } = energyLedger(price.terms, counts);
    expect(terms.find(({ part }) => part === 'component')?.energyPj).toBe(3 * counts.hopBits);
    expect(price.area.component).toBe(0.5);
  });

  it('knows nothing of measured constants being off', () => {
    const measured: EnergyTerm = {
      part: 'mac',
      action: 'cycles',
      count: ({ cycles }) => cycles.compute,
      factors: [
        {
          name: 'a MAC',
          constant: {
            value: 2,
            unit: 'pJ',
            source: 's',
            node: '45 nm',
            conditions: 'c',
            status: 'measured',
            uncertainty: 1,
          },
        },
      ],
    };
    const counts = noCounts();
    counts.cycles.compute = 5;
    expect(energyLedger([measured], counts).interval).toEqual({ low: 10, high: 10 });
  });
});
