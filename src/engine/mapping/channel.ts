import { ceilDiv, gcd } from '../../core/numbers.js';
import type { Accelerator } from '../../machine/accelerator.js';
import { burstCycles } from '../../machine/dram/parts/part.js';
import { dramModelOf, type DramConfig } from '../../machine/dram/registry.js';

/** The DRAM channel as mappings are compared by it: a constant rate, whatever the model. */
export interface ChannelRate {
  readonly burstBits: number;
  /** Of an idle channel. */
  readonly latencyCycles: number;
  /** Cycles of the accelerator that so many moved bits take, rounded up. */
  readonly cycles: (movedBits: number) => number;
}

/** The rate that transfers reach at best; Infinity where memory is never waited for. */
export function peakBitsPerSecond(dram: DramConfig): number {
  if (dram.model === 'bandwidth') return dram.bandwidth * dram.efficiency;
  const { part, channels } = dram;
  return (channels * part.requestBytes * 8 * 1e12) / (burstCycles(part) * part.tCK);
}

/** From a request to its data, in ns; where there are banks they are closed. */
function idleLatency(dram: DramConfig): number {
  if (dram.model === 'bandwidth') return dram.latency;
  const { timings, tCK } = dram.part;
  return ((timings.tRCD + timings.CL + burstCycles(dram.part)) * tCK) / 1000;
}

export function channelRate({ dram, technology }: Accelerator): ChannelRate {
  const { burstBits } = dramModelOf(dram, technology.clock);
  const rate = Math.round(peakBitsPerSecond(dram));
  const clock = Math.round(technology.clock);
  const common = Number.isFinite(rate) ? gcd(clock, rate) : 1;
  return {
    burstBits,
    // Nanoseconds of whole cycles are not made one more by the rounding of their product.
    latencyCycles: Math.max(0, Math.ceil((idleLatency(dram) * clock) / 1e9 - 1e-9)),
    cycles: (movedBits) => (rate === Infinity ? 0 : ceilDiv(movedBits * (clock / common), rate / common)),
  };
}
