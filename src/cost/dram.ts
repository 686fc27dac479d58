import type { DramActivity } from '../machine/dram/dram.js';
import { burstCycles, type DramPart } from '../machine/dram/parts/part.js';
import type { Constant, ConstantUnit } from './constant.js';

/** What a part's commands cost beyond standby, and its standby; of all devices of one rank together. */
export interface DramCommandConstants {
  /** One activation and the precharge that ends it. */
  readonly activate: Constant;
  readonly read: Constant;
  readonly write: Constant;
  readonly refresh: Constant;
  /** Power of a rank with some bank open, and with all closed. */
  readonly activeStandby: Constant;
  readonly prechargedStandby: Constant;
}

/** Energy in pJ by what it is spent on. */
export interface DramEnergy {
  readonly activate: number;
  readonly read: number;
  readonly write: number;
  readonly refresh: number;
  readonly background: number;
}

/**
 * Energies of commands from a data sheet's currents, as the power notes of DRAM makers compute them: supply voltage ×
 * (current of the operation − current of the standby that goes on meanwhile) × its time × devices of a rank. The voltage is in V,
 * currents in mA, times in ns: products are pJ, and mW without the time. Termination and the channel's drivers are not in it.
 */
export function dramCommandConstants(part: DramPart): DramCommandConstants {
  const { VDD, IDD0, IDD2N, IDD3N, IDD4R, IDD4W, IDD5AB } = part.power;
  const { tRAS, tRP, tRFC } = part.timings;
  const rank = VDD * part.organisation.devicesPerRank;
  const perCycle = (rank * part.tCK) / 1000;
  const constant = (value: number, unit: ConstantUnit, conditions: string): Constant => ({
    value,
    unit,
    source: part.source,
    node: part.name,
    conditions,
    status: 'scaled',
  });
  const burst = burstCycles(part);
  return {
    activate: constant(
      perCycle * (IDD0 * (tRAS + tRP) - IDD3N * tRAS - IDD2N * tRP),
      'pJ',
      'IDD0 over tRC less IDD3N over tRAS and IDD2N over tRP, per rank',
    ),
    read: constant(perCycle * (IDD4R - IDD3N) * burst, 'pJ', 'IDD4R less IDD3N over a burst, per rank'),
    write: constant(perCycle * (IDD4W - IDD3N) * burst, 'pJ', 'IDD4W less IDD3N over a burst, per rank'),
    refresh: constant(perCycle * (IDD5AB - IDD3N) * tRFC, 'pJ', 'IDD5AB less IDD3N over tRFC, per rank'),
    activeStandby: constant(rank * IDD3N, 'mW', 'IDD3N, per rank'),
    prechargedStandby: constant(rank * IDD2N, 'mW', 'IDD2N, per rank'),
  };
}

/** What a span of time cost. Linear in the counts, which may be means. */
export function dramEnergy(activity: DramActivity, part: DramPart): DramEnergy {
  const { activate, read, write, refresh, activeStandby, prechargedStandby } = dramCommandConstants(part);
  const nanoseconds = part.tCK / 1000;
  return {
    activate: activity.activate * activate.value,
    read: activity.read * read.value,
    write: activity.write * write.value,
    refresh: activity.refresh * refresh.value,
    background:
      (activity.activeCycles * activeStandby.value + activity.prechargedCycles * prechargedStandby.value) * nanoseconds,
  };
}
