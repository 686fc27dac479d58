import { describe, expect, it } from 'vitest';
import type { MacUnit } from '../../src/machine/units/unit.js';
import { fixed } from '../../src/machine/units/fixed.js';
import { outlier } from '../../src/machine/units/outlier.js';
import { unitFamilies } from '../../src/machine/units/registry.js';
import { activationSerial, bitSerial, weightSerial } from '../../src/machine/units/serial.js';
import { spatial } from '../../src/machine/units/spatial.js';
import { temporal } from '../../src/machine/units/temporal.js';

const widths = Array.from({ length: 16 }, (_, i) => i + 1);

/** Cycles of one full packet, or of one of `members`; undefined where it does not fit. */
function cycles(unit: MacUnit, activationBits: number, weightBits: number, members = unit.lanes): number | undefined {
  const law = unit.law({ activationBits, weightBits });
  if (!law.fits) return undefined;
  const { units, cycles: each } = law.value.work(members);
  return units * each;
}

describe('a fixed(b) unit', () => {
  it('takes one cycle for whatever fits into b bits, and nothing else fits', () => {
    for (const b of [4, 8, 16])
      for (const a of widths)
        for (const w of widths) expect(cycles(fixed(b), a, w)).toBe(a <= b && w <= b ? 1 : undefined);
  });

  it('says what it lacks and what would help', () => {
    const service = fixed(8).law({ activationBits: 4, weightBits: 16 });
    expect(service).toMatchObject({ fits: false, unfit: { demand: 16, bound: 8, unit: 'bit' } });
    if (service.fits) throw new Error('a 16-bit weight fits 8 bits');
    expect(service.unfit.reason).toBe('array.unit fixed(8) cannot multiply 4-bit activations by 16-bit weights');
    expect(service.unfit.levers).toContain("--set array.unit='fixed(16)'");
    expect(cycles(fixed(16), 4, 16)).toBe(1);
  });
});

describe('a temporal(b) unit', () => {
  it('takes a cycle per pair of b-bit digits', () => {
    for (const b of [1, 2, 3, 4, 8])
      for (const a of widths)
        for (const w of widths) {
          // Digits counted out one by one.
          let digits = 0;
          for (let i = 0; i < a; i += b) for (let j = 0; j < w; j += b) digits++;
          expect(cycles(temporal(b), a, w)).toBe(digits);
        }
  });

  it.each([
    [4, 4, 1],
    [8, 4, 2],
    [8, 8, 4],
    [2, 3, 1],
    [5, 8, 4],
    [16, 16, 16],
  ])('of DRQ, b = 4, multiplies %i × %i bits in %i cycles', (a, w, expected) => {
    expect(cycles(temporal(4), a, w)).toBe(expected);
  });
});

describe('a spatial(max,min) unit', () => {
  it.each([
    [2, 2, 1],
    [4, 2, 2],
    [4, 4, 4],
    [8, 4, 8],
    [8, 8, 16],
    // Rounded up to 2, 4, 8, 16.
    [1, 1, 1],
    [3, 2, 2],
    [5, 3, 8],
    [16, 8, 32],
    [16, 16, 64],
  ])('of Bit Fusion takes 16 channels of %i × %i bits in %i cycles', (a, w, expected) => {
    expect(spatial(8, 2).lanes).toBe(16);
    expect(cycles(spatial(8, 2), a, w)).toBe(expected);
  });

  it('rounds a short packet up to whole cycles', () => {
    const fourByFour = [1, 3, 4, 5, 8, 9].map((members) => cycles(spatial(8, 2), 4, 4, members));
    expect(fourByFour).toEqual([1, 1, 1, 2, 2, 3]);
  });
});

describe('bit-serial units', () => {
  it('take a cycle per bit of what enters serially, however few channels they have', () => {
    for (const a of widths)
      for (const w of widths)
        for (const members of [1, 16]) {
          expect(cycles(activationSerial(16), a, w, members)).toBe(a);
          expect(cycles(weightSerial(16), a, w, members)).toBe(w);
          expect(cycles(bitSerial(16, 1), a, w, members)).toBe(a * w);
          expect(cycles(bitSerial(16, 4), a, w, members)).toBe(Math.ceil(a / 4) * w);
        }
  });

  it('spread what has more channels than lanes over several units', () => {
    const law = activationSerial(4).law({ activationBits: 3, weightBits: 8 });
    expect(law.fits && law.value.work(9)).toEqual({ units: 3, cycles: 3 });
  });
});

describe('an outlier(b,lanes) unit', () => {
  const serial = (a: number, w: number): number | undefined => {
    const law = outlier(4, 16).law({ activationBits: a, weightBits: w });
    return law.fits ? law.value.serial : undefined;
  };

  it('takes ordinary members at once and each wider activation one cycle after another', () => {
    expect(cycles(outlier(4, 16), 4, 4)).toBe(1);
    expect([serial(4, 4), serial(5, 4), serial(16, 4)]).toEqual([0, 1, 1]);
  });

  it('has no wide weights', () => {
    expect(serial(4, 5)).toBeUndefined();
  });
});

describe('units', () => {
  it('are made from the names that accelerator files use', () => {
    for (const [name, { parameters, make }] of Object.entries(unitFamilies)) {
      const numbers = parameters.map((_, i) => 4 / 2 ** i);
      expect(make(...numbers).spec).toBe(`${name}(${numbers.join(',')})`);
    }
  });
});
