import { burstCycles, type DramPart } from '../parts/part.js';

/**
 * The least distances between two commands that follow from a part's timings, in its cycles. `Same` is within a bank group,
 * `Other` in another group of the rank, `Rank` in another rank of the channel.
 */
export interface Distances {
  readonly burst: number;
  readonly readReadSame: number;
  readonly readReadOther: number;
  readonly readReadRank: number;
  readonly readWrite: number;
  readonly writeReadSame: number;
  readonly writeReadOther: number;
  readonly writeReadRank: number;
  readonly writeWriteRank: number;
  readonly readPrecharge: number;
  readonly writePrecharge: number;
  /** Read command to the end of its data. */
  readonly readDone: number;
}

export function distancesOf(part: DramPart): Distances {
  const { CL, CWL, tCCD_L, tCCD_S, tRTP, tRTRS, tWR, tWTR_L, tWTR_S } = part.timings;
  const burst = burstCycles(part);
  return {
    burst,
    readReadSame: Math.max(burst, tCCD_L),
    readReadOther: Math.max(burst, tCCD_S),
    readReadRank: burst + tRTRS,
    // The bus must have turned around when the write's data come.
    readWrite: Math.max(1, CL + burst + tRTRS - CWL),
    writeReadSame: CWL + burst + tWTR_L,
    writeReadOther: CWL + burst + tWTR_S,
    writeReadRank: Math.max(1, CWL + burst + tRTRS - CL),
    writeWriteRank: burst,
    readPrecharge: tRTP,
    writePrecharge: CWL + burst + tWR,
    readDone: CL + burst,
  };
}
