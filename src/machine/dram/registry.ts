import type { Quantity } from '../../core/quantity.js';
import { bankedModel } from './banked/model.js';
import type { BankedDram } from './banked/channels.js';
import { bandwidthModel, type BandwidthDram } from './bandwidth.js';
import type { DramModel } from './dram.js';

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
