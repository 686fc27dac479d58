import { describe, expect, it } from 'vitest';
import { quantity } from '../../../src/core/quantity.js';
import { loadAccelerator } from '../../../src/formats/load-accelerator.js';
import { parseOverride } from '../../../src/formats/override.js';
import { peakBitsPerSecond, type DramConfig } from '../../../src/machine/dram/registry.js';
import { machineResult } from '../../../src/metrics.js';

describe('the most that a DRAM moves', () => {
  it('is the share of its rate that a DRAM of constant rate reaches', () => {
    const dram: DramConfig = {
      model: 'bandwidth',
      bandwidth: quantity<'bit/s'>(102.4e9),
      efficiency: 0.9,
      burst: quantity<'bit'>(512),
      latency: quantity<'ns'>(100),
      energy: quantity<'pJ/bit'>(15),
    };
    expect(peakBitsPerSecond(dram)).toBeCloseTo(92.16e9, 0);
    expect(peakBitsPerSecond({ ...dram, bandwidth: quantity<'bit/s'>(Infinity) })).toBe(Infinity);
  });

  it('is that of a data bus that never rests: 19.3 GB/s of DDR4-2400, whose part has a clock of 830 ps', async () => {
    const { dram } = await loadAccelerator('drq');
    expect(peakBitsPerSecond(dram) / 8e9).toBeCloseTo(64 / (4 * 0.83), 9);
  });

  it('is given per cycle of the array, and null where memory is never waited for', async () => {
    const slow = await loadAccelerator('drq');
    const fast = await loadAccelerator('drq', [parseOverride('technology.clock=1 GHz')]);
    expect(machineResult(slow).dramBitsPerCycle).toBeCloseTo(2 * machineResult(fast).dramBitsPerCycle!, 9);
    expect(machineResult(slow)).toMatchObject({ rows: slow.array.rows, cols: slow.array.cols, clockHz: 500e6 });
    const endless = { ...slow, dram: { model: 'bandwidth', bandwidth: Infinity, efficiency: 1 } as DramConfig };
    expect(machineResult(endless).dramBitsPerCycle).toBeNull();
  });
});
