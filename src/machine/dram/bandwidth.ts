import { ceilDiv, gcd } from '../../core/numbers.js';
import type { Quantity } from '../../core/quantity.js';
import { noActivity, type DramModel, type DramSession } from './dram.js';

/** A DRAM channel that moves whole bursts at a constant rate, each transfer arriving `latency` after its last burst. */
export interface BandwidthDram {
  readonly model: 'bandwidth';
  /** Peak rate; Infinity where memory is never waited for. */
  readonly bandwidth: Quantity<'bit/s'>;
  /** Share of the peak that is reached, in (0, 1]. */
  readonly efficiency: number;
  readonly burst: Quantity<'bit'>;
  readonly latency: Quantity<'ns'>;
  readonly energy: Quantity<'pJ/bit'>;
}

/** The channel in integers of the accelerator's clock. */
export interface Channel {
  readonly burstBits: number;
  readonly latencyCycles: number;
  /** Bits that really move for a transfer: whole bursts. */
  readonly moved: (bits: number) => number;
  /** Cycles that the channel is taken by a transfer of this many moved bits, rounded up. */
  readonly cycles: (movedBits: number) => number;
}

/** Bursts × (burst bits · clock / rate), in integers: the rate is rounded to whole bits per second. Exact while
 * bursts times the reduced numerator stay below 2^53, which rates of whole MB/s do for any transfer. */
export function channelOf(dram: BandwidthDram, clock: Quantity<'Hz'>): Channel {
  const burstBits: number = dram.burst;
  const rate = Math.round(dram.bandwidth * dram.efficiency);
  const clockHz = Math.round(clock);
  const common = Number.isFinite(rate) ? gcd(burstBits * clockHz, rate) : 1;
  const cyclesNumerator = (burstBits * clockHz) / common;
  const cyclesDenominator = rate / common;
  return {
    burstBits,
    latencyCycles: Math.max(0, Math.ceil((dram.latency * clock) / 1e9 - 1e-9)),
    moved: (bits) => ceilDiv(bits, burstBits) * burstBits,
    cycles: (movedBits) =>
      cyclesDenominator === Infinity ? 0 : ceilDiv((movedBits / burstBits) * cyclesNumerator, cyclesDenominator),
  };
}

/** The constant rate as a DRAM that transfers queue on. Addresses do not matter. */
export function bandwidthModel(dram: BandwidthDram, clock: Quantity<'Hz'>): DramModel {
  const { burstBits, latencyCycles, cycles } = channelOf(dram, clock);
  return {
    burstBits,
    addressed: false,
    open: (): DramSession => {
      let channelFree = 0;
      return {
        transfer: ({ write, bursts }, earliest) => {
          const start = Math.max(earliest, channelFree);
          const free = start + cycles(bursts * burstBits);
          channelFree = free;
          return { start, free, done: write ? free : free + latencyCycles };
        },
        activity: noActivity,
      };
    },
  };
}
