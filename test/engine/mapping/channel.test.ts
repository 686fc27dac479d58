import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../src/core/quantity.js';
import { channelRate } from '../../../src/engine/mapping/channel.js';
import { channelOf, type BandwidthDram } from '../../../src/machine/dram/bandwidth.js';
import { dramParts } from '../../../src/machine/dram/parts/registry.js';
import { machineOf } from '../../oracle/machines.js';

const machine = machineOf({
  rows: 4,
  cols: 4,
  unit: 'temporal(4)',
  discipline: 'elastic(4)',
  steps: 'channel-inner',
  order: 'raster',
  drain: 'overlapped',
  edge: 'full',
});

describe('the channel that mappings are compared by', () => {
  it('is the channel itself where that has a constant rate', () => {
    const random = fc.record({
      megabytes: fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.constant(Infinity)),
      efficiency: fc.constantFrom(0.5, 0.85, 1),
      burst: fc.constantFrom(64, 256, 512),
      latency: fc.nat(200),
      bursts: fc.nat(10_000_000),
    });
    fc.assert(
      fc.property(random, ({ megabytes, efficiency, burst, latency, bursts }) => {
        const dram: BandwidthDram = {
          model: 'bandwidth',
          bandwidth: quantity<'bit/s'>(megabytes * 8e6),
          efficiency,
          burst: quantity<'bit'>(burst),
          latency: quantity<'ns'>(latency),
          energy: quantity<'pJ/bit'>(15),
        };
        const own = channelRate({ ...machine, dram });
        const real = channelOf(dram, machine.technology.clock);
        expect(own.burstBits).toBe(real.burstBits);
        expect(own.latencyCycles).toBe(real.latencyCycles);
        expect(own.cycles(bursts * burst)).toBe(real.cycles(bursts * burst));
      }),
    );
  });

  it('is all channels of a part without a gap where it has banks, and a closed bank before the first data', () => {
    for (const part of Object.values(dramParts)) {
      const dram = { model: 'banked', part, mapping: part.mapping, window: 32, channels: part.channels } as const;
      const rate = channelRate({ ...machine, dram });
      // Two beats of the bus in every clock.
      const bitsPerClock = 2 * part.organisation.devicesPerRank * part.organisation.deviceWidth * part.channels;
      const seconds = (1e6 * rate.burstBits * part.tCK * 1e-12) / bitsPerClock;
      expect(rate.cycles(1e6 * rate.burstBits) / (seconds * machine.technology.clock)).toBeCloseTo(1, 4);
      const { tRCD, CL } = part.timings;
      const latency = ((tRCD + CL + part.organisation.burstLength / 2) * part.tCK * machine.technology.clock) / 1e12;
      expect(rate.latencyCycles).toBe(Math.ceil(latency));
    }
  });
});
