// DDR4-2400, 8 Gb, x8: eight devices on a 64-bit channel, two ranks (16 GiB).
// Numbers: the part file DDR4_8Gb_x8_2400 that DRAMsim3 ships, which follows Micron's 8 Gb DDR4 data sheet.
// tRTRS is that of the x16 file: DRAMsim3's runs match with it.
import type { DramPart } from './part.js';

export const ddr4X8: DramPart = {
  name: 'ddr4-2400-x8',
  tCK: 830,
  organisation: {
    ranks: 2,
    bankGroups: 4,
    banksPerGroup: 4,
    rows: 65_536,
    burstsPerRow: 128,
    devicesPerRank: 8,
    deviceWidth: 8,
    burstLength: 8,
    commandBuses: 1,
  },
  timings: {
    CL: 17,
    CWL: 12,
    tRCD: 17,
    tRP: 17,
    tRAS: 39,
    tRFC: 420,
    tREFI: 9360,
    tRRD_S: 4,
    tRRD_L: 6,
    tCCD_S: 4,
    tCCD_L: 6,
    tWTR_S: 3,
    tWTR_L: 9,
    tFAW: 26,
    tWR: 18,
    tRTP: 9,
    tRTRS: 1,
  },
  power: { VDD: 1.2, IDD0: 48, IDD2N: 34, IDD3N: 43, IDD4R: 135, IDD4W: 123, IDD5AB: 250 },
  channels: 1,
  requestBytes: 64,
  mapping: 'rochrababgco',
  source: 'part file DDR4_8Gb_x8_2400 of DRAMsim3',
  status: 'published',
};
