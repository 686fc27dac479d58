import fc from 'fast-check';
import { banksOf, type DramPart } from '../../../src/machine/dram/parts/part.js';
import type { ChannelRequest } from '../../oracle/dram-steps.js';

const cycles = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** Parts of few banks and short rows, with timings in no relation but those that every part has. */
export const randomPart: fc.Arbitrary<DramPart> = fc
  .record({
    organisation: fc.record({
      ranks: fc.constantFrom(1, 2),
      bankGroups: fc.constantFrom(1, 2, 4),
      banksPerGroup: fc.constantFrom(1, 2, 4),
      rows: fc.constantFrom(4, 16),
      burstsPerRow: fc.constantFrom(8, 64, 256),
      devicesPerRank: fc.constant(1),
      deviceWidth: fc.constant(64),
      burstLength: fc.constantFrom(2, 4, 8),
      commandBuses: fc.constantFrom(1, 2),
    }),
    timings: fc.record({
      CL: cycles(4, 20),
      CWL: cycles(2, 16),
      tRCD: cycles(2, 20),
      tRP: cycles(2, 20),
      tRAS: cycles(8, 40),
      tRFC: cycles(20, 120),
      tREFI: cycles(600, 2000),
      tRRD_S: cycles(1, 6),
      tRRD_L: cycles(1, 8),
      tCCD_S: cycles(1, 4),
      tCCD_L: cycles(4, 8),
      tWTR_S: cycles(1, 4),
      tWTR_L: cycles(4, 10),
      tFAW: cycles(4, 60),
      tWR: cycles(2, 20),
      tRTP: cycles(2, 12),
      tRTRS: cycles(1, 3),
    }),
    channels: fc.constantFrom(1, 2),
    mapping: fc
      .shuffledSubarray(['ro', 'ra', 'bg', 'ba', 'ch', 'co'], { minLength: 6 })
      .map((fields) => fields.join('')),
  })
  .map((fields) => ({
    name: 'random',
    tCK: 750,
    power: { VDD: 1, IDD0: 2, IDD2N: 1, IDD3N: 1, IDD4R: 2, IDD4W: 2, IDD5AB: 2 },
    requestBytes: 64,
    source: 'drawn',
    status: 'assumed',
    ...fields,
  }));

/** Requests of one channel: to a row for a while, or to and fro between two; then somewhere else, after a pause or at once. */
export function randomRequests(part: DramPart): fc.Arbitrary<ChannelRequest[]> {
  const visit = fc.record({
    bank: fc.oneof(fc.nat(banksOf(part) - 1), fc.constant(0)),
    row: fc.nat(3),
    other: fc.nat(3),
    /** Every so many requests go to the other row, or in the other direction. */
    otherEach: fc.constantFrom(2, 3, 7, 1000),
    turnEach: fc.constantFrom(2, 5, 1000),
    write: fc.boolean(),
    length: fc.oneof(fc.constant(1), cycles(1, 60)),
    pause: fc.oneof(fc.constant(0), fc.constant(0), cycles(0, 300)),
    /** Cycles from one request to the next, at least. */
    gap: fc.constantFrom(0, 0, 1, 4),
  });
  return fc.array(visit, { maxLength: 10 }).map((visits) => {
    let earliest = 0;
    return visits.flatMap(({ bank, row, other, otherEach, turnEach, write, length, pause, gap }) => {
      earliest += pause;
      return Array.from({ length }, (_, i) => {
        earliest += gap;
        return {
          bank,
          row: (i + 1) % otherEach === 0 ? other : row,
          write: (i + 1) % turnEach === 0 ? !write : write,
          earliest,
        };
      });
    });
  });
}
