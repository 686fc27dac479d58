// HBM2, 8 Gb per channel: eight channels of 128 bits (8 GiB).
// Numbers: the part file HBM2_8Gb_x128 that DRAMsim3 ships; tRCD is its tRCDRD = tRCDWR. tRTP and tRTRS are not in that file:
// 5 and 2 are the simulator's values where a file says nothing (it does not read the file's tRTP_L of 6 and tRTP_S of 4).
import type { DramPart } from './part.js';

export const hbm2: DramPart = {
  name: 'hbm2',
  tCK: 1000,
  organisation: {
    ranks: 1,
    bankGroups: 4,
    banksPerGroup: 4,
    rows: 32_768,
    burstsPerRow: 32,
    devicesPerRank: 1,
    deviceWidth: 128,
    burstLength: 4,
    commandBuses: 2,
  },
  timings: {
    CL: 14,
    CWL: 4,
    tRCD: 14,
    tRP: 14,
    tRAS: 34,
    tRFC: 260,
    tREFI: 3900,
    tRRD_S: 4,
    tRRD_L: 6,
    tCCD_S: 1,
    tCCD_L: 2,
    tWTR_S: 6,
    tWTR_L: 8,
    tFAW: 30,
    tWR: 16,
    tRTP: 5,
    tRTRS: 2,
  },
  power: { VDD: 1.2, IDD0: 65, IDD2N: 40, IDD3N: 55, IDD4R: 390, IDD4W: 500, IDD5AB: 250 },
  channels: 8,
  requestBytes: 64,
  mapping: 'rorabgbachco',
  source: 'part file HBM2_8Gb_x128 of DRAMsim3',
  status: 'published',
};
