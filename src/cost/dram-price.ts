import type { DramActivity } from '../machine/dram/dram.js';
import type { DramConfig } from '../machine/dram/registry.js';
import type { Constant, NamedConstant } from './constant.js';
import { dramCommandConstants, dramEnergy } from './dram.js';

/** Energy of DRAM by what it is spent on, pJ: by bit, or by command. */
export interface DramParts {
  readonly dram: number;
  readonly dramActivate: number;
  readonly dramRead: number;
  readonly dramWrite: number;
  readonly dramRefresh: number;
  readonly dramBackground: number;
}

/** What a machine's DRAM costs. */
export interface DramPrice {
  readonly energy: (movedBits: number, activity: DramActivity) => DramParts;
  /** pJ per bit, as mappings are compared: what moving one more bit adds. */
  readonly perBit: number;
  readonly constants: readonly NamedConstant[];
}

export function dramPrice(dram: DramConfig): DramPrice {
  const nothing = { dram: 0, dramActivate: 0, dramRead: 0, dramWrite: 0, dramRefresh: 0, dramBackground: 0 };
  if (dram.model === 'bandwidth')
    return {
      energy: (movedBits) => ({ ...nothing, dram: movedBits * dram.energy }),
      perBit: dram.energy,
      constants: [],
    };
  const { part } = dram;
  const constants = dramCommandConstants(part);
  return {
    energy: (_, activity) => {
      const parts = dramEnergy(activity, part);
      return {
        dram: 0,
        dramActivate: parts.activate,
        dramRead: parts.read,
        dramWrite: parts.write,
        dramRefresh: parts.refresh,
        dramBackground: parts.background,
      };
    },
    perBit: constants.read.value / (part.requestBytes * 8),
    constants: Object.entries<Constant>({ ...constants }).map(([name, constant]) => ({
      name: `DRAM ${name}`,
      constant,
    })),
  };
}
