/** Timings of a part in cycles of its clock, all positive integers. */
export interface DramTimings {
  /** Read command to first data. */
  readonly CL: number;
  /** Write command to first data. */
  readonly CWL: number;
  readonly tRCD: number;
  readonly tRP: number;
  readonly tRAS: number;
  readonly tRFC: number;
  readonly tREFI: number;
  readonly tRRD_S: number;
  readonly tRRD_L: number;
  readonly tCCD_S: number;
  readonly tCCD_L: number;
  readonly tWTR_S: number;
  readonly tWTR_L: number;
  readonly tFAW: number;
  readonly tWR: number;
  readonly tRTP: number;
  /** Cycles that the data bus rests when it turns around or when another rank takes it. */
  readonly tRTRS: number;
}

/** What stands on one channel. All counts are powers of two; ranks × groups × banks is at most 32. */
export interface DramOrganisation {
  readonly ranks: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rows: number;
  /** Bursts in a row. */
  readonly burstsPerRow: number;
  readonly devicesPerRank: number;
  readonly deviceWidth: number;
  /** Beats of a burst, two per clock. */
  readonly burstLength: number;
  /** 2 where commands to rows and to columns have a bus each and can go in one cycle. */
  readonly commandBuses: 1 | 2;
}

/** Supply in volts and currents of one device in mA, by the names of the data sheets. */
export interface DramPower {
  readonly VDD: number;
  readonly IDD0: number;
  readonly IDD2N: number;
  readonly IDD3N: number;
  readonly IDD4R: number;
  readonly IDD4W: number;
  readonly IDD5AB: number;
}

/** A DRAM part, as data. */
export interface DramPart {
  readonly name: string;
  /** Clock period in picoseconds, an integer. */
  readonly tCK: number;
  readonly organisation: DramOrganisation;
  readonly timings: DramTimings;
  readonly power: DramPower;
  /** Channels that the part has; a machine may use fewer. A power of two. */
  readonly channels: number;
  readonly requestBytes: number;
  /** Address mapping where a machine names none: fields from the highest bits to the lowest. */
  readonly mapping: string;
  /** Where the numbers come from, and how far they can be trusted. */
  readonly source: string;
  readonly status: 'published' | 'scaled' | 'assumed';
}

/** Cycles that one burst takes on the data bus. */
export function burstCycles({ organisation }: DramPart): number {
  return organisation.burstLength / 2;
}

export function banksOf({ organisation }: DramPart): number {
  return organisation.ranks * organisation.bankGroups * organisation.banksPerGroup;
}
