import { ceilDiv, gcd } from '../../core/numbers.js';
import type { Accelerator } from '../../machine/accelerator.js';
import { dramPace } from '../../machine/dram/registry.js';

/** The DRAM channel as mappings are compared by it: a constant rate, whatever the model. */
export interface ChannelRate {
  readonly burstBits: number;
  readonly latencyCycles: number;
  /** Cycles of the accelerator that so many moved bits take, rounded up. */
  readonly cycles: (movedBits: number) => number;
}

export function channelRate({ dram, technology }: Accelerator): ChannelRate {
  const { burstBits, bitsPerSecond, latencyNs } = dramPace(dram);
  const rate = Math.round(bitsPerSecond);
  const clock = Math.round(technology.clock);
  const common = Number.isFinite(rate) ? gcd(clock, rate) : 1;
  return {
    burstBits,
    // Nanoseconds of whole cycles are not made one more by the rounding of their product.
    latencyCycles: Math.max(0, Math.ceil((latencyNs * clock) / 1e9 - 1e-9)),
    cycles: (movedBits) => (rate === Infinity ? 0 : ceilDiv(movedBits * (clock / common), rate / common)),
  };
}
