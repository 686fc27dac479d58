import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../src/core/numbers.js';
import type { Precision } from '../src/core/precision.js';
import { quantity } from '../src/core/quantity.js';
import { priceOf, totalEnergy } from '../src/cost/price.js';
import { totalCycles, totalDramBits, type LayerCounts } from '../src/engine/counts.js';
import { expandLevels } from '../src/engine/levels.js';
import type { ReferenceArray } from '../src/engine/reference/convolution.js';
import type { Accelerator, BufferName } from '../src/machine/accelerator.js';
import type { ArrayLayer } from '../src/network/layer.js';
import type { RegionMap } from '../src/trace/trace.js';
import { bufferOf } from './cost/priced-machine.js';
import { bitwiseDram, machineOf } from './oracle/machines.js';
import { memoryCases } from './oracle/memory-case.js';
import { countAlone, placeAlone } from './oracle/placed.js';
import { randomAnyCase, randomArray, randomLayer, randomReferenceLayer } from './oracle/random-layers.js';

/** Bits that a unit can multiply by bits in one cycle, from what its name says: an 8-bit multiplier 64, sixteen lanes of 1 × 16 bits 256. */
function bitProductsPerCycle(unit: string): number {
  const [name = '', text = ''] = unit.split(/[()]/);
  const [first = 0, second = 0] = text.split(',').map(Number);
  const known: Record<string, number> = {
    fixed: first * first,
    temporal: first * first,
    spatial: first * first,
    'activation-serial': first * 16,
    'weight-serial': first * 16,
    'bit-serial': first * second,
    outlier: second * first * first + 16 * 16,
  };
  const products = known[name];
  if (products === undefined) throw new Error(`say how wide ${unit} is`);
  return products;
}

/** Bits of activations times bits of weights, over all MACs. */
function bitProducts({ macsByBits }: LayerCounts): number {
  return sum(
    Object.entries(macsByBits).map(([name, count]) => {
      const [activationBits = NaN, weightBits = NaN] = name.split('x').map(Number);
      return count * activationBits * weightBits;
    }),
  );
}

/** A layer by itself, all at one precision or as a map says; a machine that refuses it is undefined. */
function count(
  layer: ArrayLayer,
  accelerator: Accelerator,
  levels: readonly Precision[],
  map?: RegionMap,
): LayerCounts | undefined {
  const mask = map === undefined ? 'none' : map.channels === 1 ? 'shared' : 'per-channel';
  const placed = placeAlone(layer, accelerator, levels, { mask });
  if (!placed.fits) return undefined;
  return countAlone(placed.value, map === undefined ? undefined : [expandLevels(map, layer.input)]);
}

const precision = fc.record({
  activationBits: fc.integer({ min: 1, max: 7 }),
  weightBits: fc.integer({ min: 1, max: 7 }),
});
const oneMoreBit = fc.constantFrom('activationBits' as const, 'weightBits' as const);

/** Buffers of these capacities in bits, and DRAM in bursts, without kept tensors: what is compared is the mapping space. */
function tight(array: ReferenceArray, bits: Readonly<Record<BufferName, number>>, burst: number): Accelerator {
  const buffer = (name: BufferName) => {
    return { ...bufferOf(1, 8), capacity: quantity<'bit'>(bits[name]) };
  };
  return machineOf(array, {
    buffers: { ifmap: buffer('ifmap'), weight: buffer('weight'), ofmap: buffer('ofmap') },
    dram: { ...bitwiseDram, burst: quantity<'bit'>(burst) },
    mapping: { objective: 'dram', keep: false },
  });
}

const capacity = fc.integer({ min: 5, max: 13 }).map((log) => 2 ** log);
const tightMachine = fc.record({
  array: randomArray,
  bits: fc.record({ ifmap: capacity, weight: capacity, ofmap: capacity }),
  burst: fc.constantFrom(1, 8, 64),
});

describe('no machine', () => {
  it('is busy for more PE-cycles than it has, or multiplies more bits than its multipliers are wide', () => {
    fc.assert(
      fc.property(memoryCases(randomAnyCase), ({ counts, array }) => {
        const { busy } = counts.peCycles;
        expect(busy).toBeLessThanOrEqual(array.rows * array.cols * totalCycles(counts.cycles));
        expect(bitProducts(counts)).toBeLessThanOrEqual(busy * bitProductsPerCycle(array.unit));
      }),
      { numRuns: 300 },
    );
  });

  it('computes for less than its multiplications alone cost: a 64th of 0.2 pJ, an 8-bit one at 45 nm, for every bit by bit', () => {
    // 0.2 pJ at 45 nm and 0.9 V: M. Horowitz, "Computing's energy problem", ISSCC 2014.
    const pjPerBitProduct = 0.2 / 64;
    const units = ['fixed(8)', 'temporal(2)', 'temporal(4)', 'spatial(8,2)', 'activation-serial(4)', 'bit-serial(4,2)'];
    const priced = fc.constantFrom(...units).chain((unit) => randomArray.map((array) => ({ ...array, unit })));
    fc.assert(
      fc.property(randomReferenceLayer, priced, ({ layer, levels, map }, array) => {
        const buffers = { ifmap: bufferOf(64), weight: bufferOf(32), ofmap: bufferOf(16) };
        const machine = machineOf(array, { buffers });
        const counts = count(layer, machine, levels, map)!;
        const energy = priceOf(machine).energy(counts);
        expect(energy.mac).toBeGreaterThanOrEqual(bitProducts(counts) * pjPerBitProduct);
        expect(totalEnergy(energy)).toBeGreaterThan(energy.mac);
      }),
      { numRuns: 200 },
    );
  });
});

describe('one more bit', () => {
  it('of every activation, or of every weight, never makes the array faster or spares the MAC units work', () => {
    fc.assert(
      fc.property(randomLayer, randomArray, precision, oneMoreBit, (layer, array, level, more) => {
        const machine = machineOf(array);
        const wider = { ...level, [more]: level[more] + 1 };
        const few = count(layer, machine, [level])!;
        // Some units end at 8 bits, and none at fewer.
        const many = count(layer, machine, [wider])!;
        expect(totalCycles(many.cycles)).toBeGreaterThanOrEqual(totalCycles(few.cycles));
        expect(many.boundCycles).toBeGreaterThanOrEqual(few.boundCycles);
        expect(many.peCycles.busy).toBeGreaterThanOrEqual(few.peCycles.busy);
      }),
      { numRuns: 300 },
    );
  });

  // In bursts of one bit. In bursts of 8 a second 7-bit element lies in two bursts, a second 8-bit one in one: two pixels that are computed one
  // after the other load 3 bursts of 7-bit inputs, and 2 of 8-bit ones.
  it('never moves fewer bits to and from DRAM, whatever fits into the buffers', () => {
    let compared = 0;
    fc.assert(
      fc.property(randomLayer, tightMachine, precision, oneMoreBit, (layer, { array, bits }, level, more) => {
        const machine = tight(array, bits, 1);
        const many = count(layer, machine, [{ ...level, [more]: level[more] + 1 }]);
        if (many === undefined) return;
        // What fits with more bits fits with fewer.
        const few = count(layer, machine, [level])!;
        expect(totalDramBits(few.dramBits)).toBeLessThanOrEqual(totalDramBits(many.dramBits));
        compared++;
      }),
      { numRuns: 200 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});

// With windows sorted by their services a raised level sends windows into other folds, which may suit each other better: not demanded there.
// Nor is it demanded of cycles with memory: stalls may fall by more than the array's own cycles rise.
it('raising the precision of a region never makes the array faster, whoever waits', () => {
  const inOrder = randomArray.map((array) => ({ ...array, order: 'raster' }) as const);
  let raised = 0;
  fc.assert(
    fc.property(randomReferenceLayer, inOrder, precision, fc.nat(), ({ layer, map }, array, low, seed) => {
      const high = { activationBits: low.activationBits + 1, weightBits: low.weightBits + 1 };
      const machine = machineOf(array);
      const some = map.levels.map((level) => level % 2);
      const more = some.map((level, i) => ((i * 7 + seed) % 3 === 0 ? 1 : level));
      if (sum(more) > sum(some)) raised++;
      const [few, many] = [some, more].map((cells) => count(layer, machine, [low, high], { ...map, levels: cells })!);
      expect(totalCycles(many!.cycles)).toBeGreaterThanOrEqual(totalCycles(few!.cycles));
      expect(many!.boundCycles).toBeGreaterThanOrEqual(few!.boundCycles);
    }),
    { numRuns: 300 },
  );
  expect(raised).toBeGreaterThan(100);
});

// Of DRAM bits, not of the timeline: a mapping of fewer bits may stall for longer. And at one precision: where levels are mixed, mappings
// are compared at the widest bits, and an image's own bits may fall with another choice than theirs.
it('a larger buffer never costs more DRAM bits', () => {
  let compared = 0;
  let spared = 0;
  const which = fc.constantFrom('ifmap' as const, 'weight' as const, 'ofmap' as const);
  const larger = fc.integer({ min: 1, max: 4096 });
  fc.assert(
    fc.property(
      randomLayer,
      tightMachine,
      precision,
      which,
      larger,
      (layer, { array, bits, burst }, level, name, by) => {
        const small = count(layer, tight(array, bits, burst), [level]);
        if (small === undefined) return;
        const large = count(layer, tight(array, { ...bits, [name]: bits[name] + 8 * by }, burst), [level])!;
        const [before, after] = [totalDramBits(small.dramBits), totalDramBits(large.dramBits)];
        expect(after).toBeLessThanOrEqual(before);
        compared++;
        if (after < before) spared++;
      },
    ),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(100);
  expect(spared).toBeGreaterThan(5);
});
