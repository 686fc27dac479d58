import { describe, expect, it } from 'vitest';
import { MAX_POWER_DENSITY, powerDensityWarning } from '../../src/cost/power-density.js';

describe('a power density', () => {
  it('of chips that are built is no reason to warn', () => {
    // W and mm² of the H100 SXM5, of Eyeriss, and of a machine that does nothing.
    for (const [watts, mm2] of [
      [700, 814],
      [0.278, 12.25],
      [0, 4],
      [0, 0],
    ] as const)
      expect(powerDensityWarning(1000 * watts, mm2)).toBeUndefined();
  });

  it('is flagged above the bound, and not at it', () => {
    expect(powerDensityWarning(4000 * MAX_POWER_DENSITY, 4)).toBeUndefined();
    expect(powerDensityWarning(4001 * MAX_POWER_DENSITY, 4)).toContain('above the 1 W/mm²');
  });

  it('is named with power, area and density', () => {
    expect(powerDensityWarning(12_340, 3.921)).toMatch(/^power density: 12\.3 W on 3\.92 mm² is 3\.15 W\/mm², /);
  });

  it('of power on no area is absurd', () => {
    expect(powerDensityWarning(1, 0)).toBe('power density: 0.001 W on no area at all');
  });

  it.each([
    [-1, 1],
    [1, -1],
    [NaN, 1],
    [1, NaN],
    [Infinity, 1],
  ])('of %s mW on %s mm² is a bug of the caller', (power, area) => {
    expect(() => powerDensityWarning(power, area)).toThrow(RangeError);
  });
});
