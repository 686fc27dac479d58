import type { Quantity } from '../../../core/quantity.js';
import type { DramModel } from '../dram.js';
import type { BankedDram } from './channels.js';
import { clockRatio } from './clock.js';
import { distancesOf } from './distances.js';
import { BankedSession } from './session.js';

/** A part driven by commands, bound to an accelerator's clock (docs/dram.md). Bursts are requests of the part. */
export function bankedModel(dram: BankedDram, clock: Quantity<'Hz'>): DramModel {
  const ratio = clockRatio(dram.part.tCK, clock);
  const { readDone } = distancesOf(dram.part);
  return {
    burstBits: dram.part.requestBytes * 8,
    addressed: true,
    open: () => new BankedSession(dram, ratio, readDone),
  };
}
