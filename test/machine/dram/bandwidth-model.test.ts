import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../src/core/quantity.js';
import { channelOf, type BandwidthDram } from '../../../src/machine/dram/bandwidth.js';
import { noActivity } from '../../../src/machine/dram/dram.js';
import { dramModelOf } from '../../../src/machine/dram/registry.js';

const clock = quantity<'Hz'>(500e6);
const dram: BandwidthDram = {
  model: 'bandwidth',
  bandwidth: quantity<'bit/s'>(102.4e9),
  efficiency: 0.9,
  burst: quantity<'bit'>(512),
  latency: quantity<'ns'>(100),
  energy: quantity<'pJ/bit'>(15),
};

describe('a DRAM of constant rate', () => {
  it('queues transfers, and lets the latency of reads overlap the next one', () => {
    const transfer = fc.record({ write: fc.boolean(), bursts: fc.nat(1000), earliest: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.array(transfer), (transfers) => {
        const session = dramModelOf(dram, clock).open();
        const { cycles, latencyCycles } = channelOf(dram, clock);
        let free = 0;
        for (const { earliest, ...one } of transfers) {
          const start = Math.max(earliest, free);
          free = start + cycles(one.bursts * 512);
          const done = free + (one.write ? 0 : latencyCycles);
          expect(session.transfer({ ...one, runs: [] }, earliest)).toEqual({ start, free, done });
        }
        expect(session.activity(free)).toEqual(noActivity());
      }),
    );
  });

  it('needs no addresses, and each session starts at rest', () => {
    const model = dramModelOf(dram, clock);
    expect(model).toMatchObject({ burstBits: 512, addressed: false });
    const first = { write: true, bursts: 9, runs: [] };
    expect(model.open().transfer(first, 3)).toEqual(model.open().transfer(first, 3));
  });
});
