import { totalDramBits } from '../engine/counts.js';
import type { Provenance } from '../machine/accelerator.js';
import type { DramConfig } from '../machine/dram/registry.js';
import type { Constant } from './constant.js';
import { dramCommandConstants } from './dram.js';
import type { EnergyPart, EnergyTerm } from './term.js';

/** What a machine's DRAM costs. */
export interface DramPrice {
  readonly terms: readonly EnergyTerm[];
  /** pJ per bit, as mappings are compared: what moving one more bit adds. */
  readonly perBit: number;
}

/** By bit, as the machine's file says, or by command. `source` is where `dram.energy` comes from. */
export function dramPrice(dram: DramConfig, source: Provenance | undefined): DramPrice {
  if (dram.model === 'bandwidth') {
    const constant: Constant = {
      value: dram.energy,
      unit: 'pJ/bit',
      source: 'dram.energy of the machine',
      node: 'DRAM',
      conditions: source?.note ?? 'no source is given',
      status: source?.status ?? 'assumed',
    };
    return {
      terms: [
        {
          part: 'dram',
          action: 'bits to and from DRAM',
          count: ({ dramBits }) => totalDramBits(dramBits),
          factors: [{ name: 'DRAM bit', constant }],
        },
      ],
      perBit: dram.energy,
    };
  }
  const { part } = dram;
  const constants = dramCommandConstants(part);
  const nanoseconds = part.tCK / 1000;
  const term = (
    energyPart: EnergyPart,
    name: keyof typeof constants,
    action: string,
    count: EnergyTerm['count'],
  ): EnergyTerm => ({
    part: energyPart,
    action,
    count,
    factors: [{ name: `DRAM ${name}`, constant: constants[name] }],
  });
  return {
    terms: [
      term('dramActivate', 'activate', 'activations', ({ dramActivity }) => dramActivity.activate),
      term('dramRead', 'read', 'bursts read', ({ dramActivity }) => dramActivity.read),
      term('dramWrite', 'write', 'bursts written', ({ dramActivity }) => dramActivity.write),
      term('dramRefresh', 'refresh', 'refreshes', ({ dramActivity }) => dramActivity.refresh),
      term(
        'dramBackground',
        'activeStandby',
        'ns of a rank with an open bank',
        ({ dramActivity }) => dramActivity.activeCycles * nanoseconds,
      ),
      term(
        'dramBackground',
        'prechargedStandby',
        'ns of a rank with all banks closed',
        ({ dramActivity }) => dramActivity.prechargedCycles * nanoseconds,
      ),
    ],
    perBit: constants.read.value / (part.requestBytes * 8),
  };
}
