import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { macConstants, shiftAddConstants } from '../../src/cost/mac.js';
import { energyPartNames, macArea, priceOf, totalArea, totalEnergy } from '../../src/cost/price.js';
import { addCounts, noCounts, type LayerCounts } from '../../src/engine/counts.js';
import { elastic } from '../../src/machine/disciplines/elastic.js';
import { problemsOf } from '../network/problems-of.js';
import { bufferOf, pricedMachine, technologyOf } from './priced-machine.js';

/** Every count, each with its own factor, so that no two can be mistaken for one another. */
function countsOf(seed: number): LayerCounts {
  const counts = noCounts();
  let factor = 1;
  for (const group of ['cycles', 'peCycles', 'dramBits', 'sramBits', 'operations'] as const) {
    const record = counts[group] as unknown as Record<string, number>;
    for (const key of Object.keys(record)) record[key] = seed * factor++;
  }
  counts.hopBits = seed * factor;
  return counts;
}

function countsWith(change: (counts: LayerCounts) => void): LayerCounts {
  const counts = noCounts();
  change(counts);
  return counts;
}

/** A 16th of 1712 uW at 500 MHz less a 2-bit MAC of 28742 nW and 2832.7 nW. */
const shiftAddPj = (1712 / 16 - 28.742 - 2.8327) / 500;

/** f(V) of 45 nm over that of 40 nm, which is on the log-log line between 45 and 32 nm; 0.9 V. */
const [f45, f32] = [1.018 * 0.81 - 0.3107 * 0.9 + 0.1539, 0.8367 * 0.81 - 0.4341 * 0.9 + 0.1701];
const area40to45 = 0.46 ** (-Math.log(45 / 40) / Math.log(45 / 32));
const from40 = (f45 / f32) ** (Math.log(45 / 40) / Math.log(45 / 32));

const int8 = priceOf(pricedMachine('fixed(8)'));

describe('energy', () => {
  it('of 1000 busy cycles of an 8-bit MAC is 297.7 pJ', () => {
    const parts = int8.energy(countsWith((counts) => (counts.peCycles.busy = 1000)));
    expect(parts.mac).toBeCloseTo(297.69, 9);
    expect(totalEnergy(parts)).toBe(parts.mac);
  });

  it('of a temporal 4-bit unit adds its shifter to every busy cycle', () => {
    const parts = priceOf(pricedMachine('temporal(4)')).energy(countsWith((counts) => (counts.peCycles.busy = 1000)));
    expect(parts.mac).toBeCloseTo(120.2034 + shiftAddPj * 1000, 9);
  });

  it('of PEs that wait is nothing but leakage', () => {
    const parts = int8.energy(countsWith((counts) => (counts.peCycles.syncOperand = 1e6)));
    expect(totalEnergy(parts)).toBe(0);
  });

  it('of leakage is power times time: 256 MACs and three buffers over one millisecond', () => {
    const parts = int8.energy(countsWith((counts) => (counts.cycles.compute = 500_000)));
    const milliwatts = (256 * 22.952) / 1e3 + (83.4242 + 2.2976) + (37.0765 + 1.00186) + (19.556 + 0.545211);
    expect(parts.leakage / 1e6).toBeCloseTo(milliwatts, 6);
  });

  it('of leakage falls with the clock, all else does not', () => {
    const fast = priceOf(pricedMachine('fixed(8)', { technology: technologyOf(45, 0.9, 1e9) }));
    const counts = countsOf(1);
    const { leakage, ...others } = fast.energy(counts);
    expect({ ...others, leakage: int8.energy(counts).leakage }).toEqual(int8.energy(counts));
    expect(leakage).toBeCloseTo(int8.energy(counts).leakage / 2, 6);
    expect(fast.assumptions.join('\n')).toContain('at 1000 MHz is taken to be that at 500 MHz');
  });

  it('charges every buffer its own table row, gathered reads and index bits to the ifmap buffer', () => {
    const parts = int8.energy(countsOf(64));
    // countsOf numbers cycles 1–5, PE-cycles 6–11, DRAM 12–18, SRAM 19–31, operations 32–36, hops 37.
    expect(parts.sramIfmap).toBeCloseTo((19 + 31) * 11.5338 + 20 * 21.4937, 6);
    expect(parts.sramWeight).toBeCloseTo(21 * 14.9248 + 22 * 12.6898, 6);
    expect(parts.sramOfmap).toBeCloseTo((23 + 25) * 7.8537 + (24 + 26) * 10.3981, 6);
    expect(parts.sramMask).toBeCloseTo(27 * 11.5338 + 28 * 21.4937, 6);
    expect(parts.sramIndex).toBeCloseTo(29 * 11.5338 + 30 * 21.4937, 6);
    expect(parts.dram).toBe(64 * (12 + 13 + 14 + 15 + 16 + 17 + 18) * 15);
    expect(parts.vector).toBeCloseTo(64 * 32 * 0.05, 9);
    expect(parts.predictor).toBeCloseTo(64 * (33 + 34) * 0.03, 9);
    expect(parts.resize).toBeCloseTo(64 * 35 * 0.03, 9);
    expect(parts.requantize).toBeCloseTo(64 * 36 * 3.1, 9);
    expect(parts.hop).toBeCloseTo(64 * 37 * 0.009 * from40, 9);
  });

  it('is linear and additive, in fractions too', () => {
    const count = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(count, count, (a, b) => {
        const sum = countsOf(a);
        addCounts(sum, countsOf(b));
        const [whole, one, two] = [int8.energy(sum), int8.energy(countsOf(a)), int8.energy(countsOf(b))];
        for (const part of energyPartNames) {
          const expected = one[part] + two[part];
          expect(Math.abs(whole[part] - expected)).toBeLessThanOrEqual(1e-12 * expected);
        }
      }),
    );
  });

  it('of nothing is zero in every part', () => {
    const parts = int8.energy(noCounts());
    expect(Object.keys(parts)).toEqual([...energyPartNames]);
    for (const part of energyPartNames) expect(parts[part]).toBe(0);
  });

  it('sums alike whatever the order of its parts', () => {
    expect(totalEnergy({ a: 0.1, b: 0.2, c: 0.3 })).toBe(totalEnergy({ c: 0.3, b: 0.2, a: 0.1 }));
  });
});

describe('MAC units', () => {
  it('grow in area, leakage and energy with every bit', () => {
    for (let bits = 2; bits <= 16; bits++)
      for (const field of ['area', 'leakage', 'energy'] as const)
        expect(macConstants(bits)[field].value).toBeGreaterThan(macConstants(bits - 1)[field].value);
  });

  it('between two rows lie on the log-log line through them: 1 bit below 2 and 4', () => {
    expect(macConstants(1).area.value).toBeCloseTo(124.8912 * (124.8912 / 282.239998), 9);
    const share = Math.log(6 / 4) / Math.log(8 / 4);
    expect(macConstants(6).energy.value).toBeCloseTo(0.1202034 * (0.29769 / 0.1202034) ** share, 9);
    expect(macConstants(12).area.status).toBe('scaled');
    expect(macConstants(8).area.status).toBe('published');
  });

  it('compose over time for 181.7 µm² and 0.151 pJ per cycle more', () => {
    expect(shiftAddConstants().area.value).toBeCloseTo(4905 / 16 - 124.8912, 9);
    expect(shiftAddConstants().energy.value).toBeCloseTo(shiftAddPj, 9);
  });

  it('take rows × columns × unit area', () => {
    expect(macArea(pricedMachine('fixed(8)'))).toBeCloseTo(256 * 687.6072, 6);
    expect(macArea(pricedMachine('temporal(4)'))).toBeCloseTo(256 * (282.239998 + 4905 / 16 - 124.8912), 6);
  });

  it('of serial lanes are gates, a tree of adders, an accumulator and its shifter', () => {
    // 16 words of 16 bit: adders of 8 × 16, 4 × 17, 2 × 18 and 19 bits, and one of 32 that accumulates.
    const adders = 8 * 16 + 4 * 17 + 2 * 18 + 19 + 32;
    const area40 = (adders * 278 + 32 * 250 + 16 * 16 * 50.4) / 32 + 32 * 5.98;
    const machine = pricedMachine('activation-serial(16)');
    expect(macArea(machine)).toBeCloseTo((256 * area40) / 0.46 ** (Math.log(45 / 40) / Math.log(45 / 32)), 6);
    const busy = countsWith((counts) => (counts.peCycles.busy = 1));
    const pj40 = (adders * 0.21 + 32 * 0.417 + 16 * 16 * 0.0181) / 32 + 32 * 0.009;
    expect(priceOf(machine).energy(busy).mac).toBeCloseTo(pj40 * from40, 9);
  });

  it('with FIFOs clock a tenth of what these hold beyond the register of a hop', () => {
    const cycle = countsWith((counts) => (counts.cycles.compute = 1));
    const { array } = pricedMachine('temporal(4)');
    const machine = pricedMachine('temporal(4)', { array: { ...array, discipline: elastic(4) } });
    const { clock } = priceOf(machine).energy(cycle);
    expect(priceOf(machine).area.fifo).toBeCloseTo((256 * 48 * 5.98 * area40to45) / 1e6, 9);
    expect(clock).toBeCloseTo(256 * 3 * 2 * 8 * 0.1 * 7.94e-3 * from40, 9);
    expect(int8.energy(cycle).clock).toBe(0);
  });
});

describe('area', () => {
  it('is that of MACs and buffers, in mm²', () => {
    expect(int8.area.mac).toBeCloseTo(0.1760274432, 9);
    expect(int8.area.sramIfmap).toBe(0.212275);
    expect(totalArea(int8.area)).toBeCloseTo(0.1760274432 + 0.212275 + 0.0949153 + 0.0492751, 9);
  });
});

describe('technology', () => {
  const f45At = (v: number): number => 1.018 * v * v - 0.3107 * v + 0.1539;
  const f32At = (v: number): number => 0.8367 * v * v - 0.4341 * v + 0.1701;
  const at = (node: number, volts: number) =>
    priceOf(pricedMachine('fixed(8)', { technology: technologyOf(node, volts) }));
  const busy = countsWith((counts) => (counts.peCycles.busy = 1000));

  it('scales arithmetic with f(V) of Stillmaker and Baas', () => {
    expect(at(45, 0.7).energy(busy).mac).toBeCloseTo((297.69 * f45At(0.7)) / f45, 9);
    expect(at(32, 0.9).energy(busy).mac).toBeCloseTo((297.69 * f32At(0.9)) / f45, 9);
    expect(at(32, 0.9).area.mac).toBeCloseTo(int8.area.mac * 0.46, 9);
    expect(macArea(pricedMachine('fixed(8)', { technology: technologyOf(32, 0.9) }))).toBeCloseTo(
      256 * 687.6072 * 0.46,
      6,
    );
  });

  it('takes SRAM from the table of its node, whatever the voltage, and leaves DRAM alone', () => {
    const [low, high] = [at(32, 0.7).energy(countsOf(1)), at(32, 1).energy(countsOf(1))];
    for (const part of ['sramIfmap', 'sramWeight', 'sramOfmap', 'sramIndex', 'dram'] as const)
      expect(low[part]).toBe(high[part]);
    expect(at(32, 0.9).area.sramIfmap).toBe(0.107515);
    expect(high.dram).toBe(int8.energy(countsOf(1)).dram);
  });

  it('names its factors only where they are not 1', () => {
    const factors = (node: number, volts: number): string[] =>
      at(node, volts)
        .constants.map(({ name }) => name)
        .filter((name) => name.startsWith('scaling of') && name.endsWith('from 45 nm'));
    expect(factors(45, 0.9)).toEqual([]);
    expect(factors(45, 0.8)).toEqual(['scaling of energy from 45 nm']);
    expect(factors(32, 0.9)).toEqual(['scaling of energy from 45 nm', 'scaling of area from 45 nm']);
  });

  it('without prices is refused, with everything else that has none', () => {
    const problems = problemsOf(() =>
      priceOf(
        pricedMachine('fixed(32)', {
          technology: technologyOf(90, 0, 0),
          buffers: { ifmap: bufferOf(64), weight: bufferOf(32, 16), ofmap: bufferOf(16384) },
        }),
      ),
    );
    expect(problems.map(({ where }) => where)).toEqual([
      'technology.node',
      'technology.voltage',
      'technology.clock',
      'array.unit',
      'buffers.weight.width',
      'buffers.ofmap.capacity',
    ]);
    expect(problems[0]).toMatchObject({ expected: '7 nm to 65 nm', received: '90 nm' });
    expect(problemsOf(() => macArea(pricedMachine('fixed(8)', { technology: technologyOf(5, 0.8) })))).toHaveLength(1);
  });
});

describe('provenance', () => {
  const machines = ['fixed(8)', 'fixed(6)', 'temporal(4)'].map((unit) =>
    pricedMachine(unit, {
      technology: technologyOf(32, 0.8),
      buffers: { ifmap: bufferOf(48, 64), weight: bufferOf(32), ofmap: bufferOf(16) },
    }),
  );

  it('comes with every constant', () => {
    for (const machine of machines)
      for (const { name, constant } of priceOf(machine).constants) {
        expect(name).not.toBe('');
        expect(constant.value).toBeGreaterThan(0);
        for (const field of ['unit', 'source', 'node', 'conditions'] as const) expect(constant[field]).not.toBe('');
        expect(['measured', 'published', 'scaled', 'assumed']).toContain(constant.status);
      }
  });

  it('lists every assumed or scaled constant among the assumptions, once, in a stable order', () => {
    for (const machine of machines) {
      const { assumptions, constants } = priceOf(machine);
      for (const { name, constant } of constants) {
        const stated = assumptions.filter((sentence) => sentence.includes(`${name} `) && sentence.includes(': '));
        expect(stated).toHaveLength(constant.status === 'assumed' || constant.status === 'scaled' ? 1 : 0);
      }
      expect(new Set(assumptions).size).toBe(assumptions.length);
      expect(priceOf(machine).assumptions).toEqual(assumptions);
    }
  });

  it('says that control, clock tree and wiring are free', () => {
    expect(int8.assumptions).toContain(
      'control, clock tree and wiring have no area or energy of their own; MAC units are priced alone, not as placed in an array',
    );
  });

  it('prices a machine at a clock that the synthesis ran at without a word about it', () => {
    expect(pricedMachine('fixed(8)').technology.clock).toBe(quantity<'Hz'>(500e6));
    expect(int8.assumptions.join('\n')).not.toContain('MHz is taken');
  });
});
