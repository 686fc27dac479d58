// DDR4-2400, 4 Gb, x16: four devices on a 64-bit channel, two ranks (4 GiB).
// Numbers: the part file DDR4_4Gb_x16_2400 that DRAMsim3 ships, which follows Micron's 4 Gb DDR4 data sheet.
// It is the file that names tRTRS.
import type { DramPart } from './part.js';

export const ddr4X16: DramPart = {
  name: 'ddr4-2400-x16',
  tCK: 830,
  organisation: {
    ranks: 2,
    bankGroups: 2,
    banksPerGroup: 4,
    rows: 32_768,
    burstsPerRow: 128,
    devicesPerRank: 4,
    deviceWidth: 16,
    burstLength: 8,
    commandBuses: 1,
  },
  timings: {
    CL: 17,
    CWL: 12,
    tRCD: 17,
    tRP: 17,
    tRAS: 39,
    tRFC: 312,
    tREFI: 9360,
    tRRD_S: 7,
    tRRD_L: 8,
    tCCD_S: 4,
    tCCD_L: 6,
    tWTR_S: 3,
    tWTR_L: 9,
    tFAW: 36,
    tWR: 18,
    tRTP: 9,
    tRTRS: 1,
  },
  power: { VDD: 1.2, IDD0: 65, IDD2N: 45, IDD3N: 60, IDD4R: 205, IDD4W: 285, IDD5AB: 175 },
  channels: 1,
  requestBytes: 64,
  mapping: 'rochrababgco',
  source: 'part file DDR4_4Gb_x16_2400 of DRAMsim3',
  status: 'published',
};
