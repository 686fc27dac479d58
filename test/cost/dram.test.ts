import { describe, expect, it } from 'vitest';
import { dramCommandConstants, dramEnergy } from '../../src/cost/dram.js';
import { noActivity } from '../../src/machine/dram/dram.js';
import { dramParts } from '../../src/machine/dram/parts/registry.js';

/** Computed by hand from the currents: pJ per activation, pJ per bit read and written, mW of standby, nJ per refresh. */
const published = [
  ['ddr4-2400-x8', 3450.1, 5.73, 4.98, 412.8, 326.4, 692.7],
  ['ddr4-2400-x16', 2131.4, 4.51, 7, 288, 216, 142.9],
  ['hbm2', 828, 1.57, 2.09, 66, 48, 60.8],
  ['lpddr4-3200', 1205, 8.47, 5.03, 37.9, 34.1, 22.4],
] as const;

function within(value: number, expected: number, unit: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(unit / 2 + 1e-9);
}

describe('energy of DRAM commands', () => {
  it.each(published)('of %s follows from its currents', (name, activate, read, write, active, precharged, refresh) => {
    const part = dramParts[name]!;
    const constants = dramCommandConstants(part);
    const bits = part.requestBytes * 8;
    within(constants.activate.value, activate, 0.1);
    within(constants.read.value / bits, read, 0.01);
    within(constants.write.value / bits, write, 0.01);
    within(constants.activeStandby.value, active, 0.1);
    within(constants.prechargedStandby.value, precharged, 0.1);
    within(constants.refresh.value / 1000, refresh, 0.1);
  });

  it('is linear in what was done, and nothing for nothing', () => {
    const part = dramParts['hbm2']!;
    const { activate, read, activeStandby } = dramCommandConstants(part);
    expect(dramEnergy(noActivity(), part)).toEqual({ activate: 0, read: 0, write: 0, refresh: 0, background: 0 });
    // A cycle of HBM2 is 1 ns, and mW · ns are pJ.
    expect(dramEnergy({ ...noActivity(), activate: 2, read: 0.5, activeCycles: 10 }, part)).toEqual({
      activate: 2 * activate.value,
      read: read.value / 2,
      write: 0,
      refresh: 0,
      background: 10 * activeStandby.value,
    });
  });
});
