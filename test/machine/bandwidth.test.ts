import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { channelOf, type Channel } from '../../src/machine/dram/bandwidth.js';

interface Rates {
  readonly bitsPerSecond?: number;
  readonly efficiency?: number;
  readonly burst?: number;
  readonly latencyNs?: number;
  readonly clockHz?: number;
}

function channel({
  bitsPerSecond = 12.8 * 8e9,
  efficiency = 1,
  burst = 512,
  latencyNs = 0,
  clockHz = 500e6,
}: Rates): Channel {
  return channelOf(
    {
      model: 'bandwidth',
      bandwidth: quantity<'bit/s'>(bitsPerSecond),
      efficiency,
      burst: quantity<'bit'>(burst),
      latency: quantity<'ns'>(latencyNs),
      energy: quantity<'pJ/bit'>(15),
    },
    quantity<'Hz'>(clockHz),
  );
}

describe('a DRAM channel', () => {
  it('moves 204.8 bits per cycle at 12.8 GB/s and 500 MHz: 2.5 cycles per burst of 512 bits', () => {
    const { cycles } = channel({});
    expect([1, 2, 3, 4, 5].map((bursts) => cycles(512 * bursts))).toEqual([3, 5, 8, 10, 13]);
    for (let bursts = 0; bursts < 10_000; bursts++) expect(cycles(512 * bursts)).toBe(Math.ceil((bursts * 5) / 2));
  });

  it('is exact where binary fractions are not: 20 Gbit/s at 300 MHz', () => {
    const { cycles } = channel({ bitsPerSecond: 20e9, clockHz: 300e6, burst: 200 });
    // Three cycles per burst, never four.
    for (let bursts = 0; bursts < 10_000; bursts++) expect(cycles(200 * bursts)).toBe(3 * bursts);
  });

  it('takes the least whole cycles that carry the bits, in integers', () => {
    const rate = fc.integer({ min: 1, max: 2_000_000 }).map((kilobits) => kilobits * 1000);
    const clock = fc.integer({ min: 1, max: 2000 }).map((megahertz) => megahertz * 1e6);
    const burst = fc.constantFrom(8, 64, 96, 512, 1024);
    fc.assert(
      fc.property(rate, clock, burst, fc.nat(100_000), (bitsPerSecond, clockHz, burstBits, bursts) => {
        const { cycles } = channel({ bitsPerSecond, clockHz, burst: burstBits });
        const numerator = BigInt(bursts) * BigInt(burstBits) * BigInt(clockHz);
        const exact = (numerator + BigInt(bitsPerSecond) - 1n) / BigInt(bitsPerSecond);
        expect(BigInt(cycles(bursts * burstBits))).toBe(exact);
      }),
      { numRuns: 2000 },
    );
  });

  it('reaches the share of its peak that its efficiency says', () => {
    const { cycles } = channel({ efficiency: 0.8 });
    // 163.84 bits per cycle.
    expect([1, 8, 1000].map((bursts) => cycles(512 * bursts))).toEqual([4, 25, 3125]);
  });

  it('moves whole bursts', () => {
    const { moved } = channel({ burst: 512 });
    expect([0, 1, 511, 512, 513, 5120].map(moved)).toEqual([0, 512, 512, 512, 1024, 5120]);
  });

  it('rounds its latency up to whole cycles', () => {
    expect([0, 1, 2, 2.1, 100].map((latencyNs) => channel({ latencyNs }).latencyCycles)).toEqual([0, 1, 1, 2, 50]);
    expect(channel({ latencyNs: 0.1, clockHz: 3e10 }).latencyCycles).toBe(3);
  });

  it('is never waited for where its bandwidth is unlimited, and still moves whole bursts', () => {
    const { cycles, moved } = channel({ bitsPerSecond: Infinity });
    expect(cycles(512e9)).toBe(0);
    expect(moved(1)).toBe(512);
  });
});
