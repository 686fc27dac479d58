import type { Quantity } from '../../core/quantity.js';
import { bankedModel } from './banked/model.js';
import type { BankedDram } from './banked/channels.js';
import { bandwidthModel, type BandwidthDram } from './bandwidth.js';
import type { DramModel } from './dram.js';
import { burstCycles } from './parts/part.js';

/** DRAM as a machine file describes it. */
export type DramConfig = BandwidthDram | BankedDram;

/** The model of a machine's DRAM, bound to its clock. */
export function dramModelOf(dram: DramConfig, clock: Quantity<'Hz'>): DramModel {
  switch (dram.model) {
    case 'bandwidth':
      return bandwidthModel(dram, clock);
    case 'banked':
      return bankedModel(dram, clock);
  }
}

/** Most bits that a machine's DRAM moves in a second: its rate, or its data buses never at rest. Infinity where memory is never waited for. */
export function peakBitsPerSecond(dram: DramConfig): number {
  switch (dram.model) {
    case 'bandwidth':
      return dram.bandwidth * dram.efficiency;
    case 'banked': {
      const { part, channels } = dram;
      const cycles = Math.max(burstCycles(part), part.timings.tCCD_S);
      return (channels * part.requestBytes * 8 * 1e12) / (cycles * part.tCK);
    }
  }
}
