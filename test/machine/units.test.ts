import { describe, expect, it } from 'vitest';
import type { MacUnit } from '../../src/machine/units/unit.js';
import { fixed } from '../../src/machine/units/fixed.js';
import { temporal } from '../../src/machine/units/temporal.js';

const widths = Array.from({ length: 16 }, (_, i) => i + 1);

/** Cycles of one packet, or undefined where it does not fit. */
function cycles(unit: MacUnit, activationBits: number, weightBits: number): number | undefined {
  const service = unit.service({ activationBits, weightBits });
  return service.fits ? service.value : undefined;
}

describe('a fixed(b) unit', () => {
  it('takes one cycle for whatever fits into b bits, and nothing else fits', () => {
    for (const b of [4, 8, 16])
      for (const a of widths)
        for (const w of widths) expect(cycles(fixed(b), a, w)).toBe(a <= b && w <= b ? 1 : undefined);
  });

  it('says what it lacks and what would help', () => {
    const service = fixed(8).service({ activationBits: 4, weightBits: 16 });
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
