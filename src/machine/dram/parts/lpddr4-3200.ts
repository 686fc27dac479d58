// LPDDR4-3200, 8 Gb: four channels of 16 bits, one device each (4 GiB).
// Numbers: timings from DRAMSys' JEDEC_8Gb_LPDDR4-3200_16bit; currents of the VDD1, VDD2 and VDDQ supplies folded into one
// current at 1.1 V, by power. tRTRS is assumed to be that of the other parts.
import type { DramPart } from './part.js';

export const lpddr4: DramPart = {
  name: 'lpddr4-3200',
  tCK: 625,
  organisation: {
    ranks: 1,
    bankGroups: 1,
    banksPerGroup: 8,
    rows: 65_536,
    burstsPerRow: 64,
    devicesPerRank: 1,
    deviceWidth: 16,
    burstLength: 16,
    commandBuses: 1,
  },
  timings: {
    CL: 28,
    CWL: 14,
    tRCD: 29,
    tRP: 29,
    tRAS: 68,
    tRFC: 448,
    tREFI: 6246,
    tRRD_S: 16,
    tRRD_L: 16,
    tCCD_S: 8,
    tCCD_L: 8,
    tWTR_S: 16,
    tWTR_L: 16,
    tFAW: 64,
    tWR: 29,
    tRTP: 12,
    tRTRS: 2,
  },
  power: { VDD: 1.1, IDD0: 51.48, IDD2N: 31.02, IDD3N: 34.43, IDD4R: 428.68, IDD4W: 268.68, IDD5AB: 107.11 },
  channels: 4,
  requestBytes: 32,
  mapping: 'rorabgbacoch',
  source: 'derived from JEDEC_8Gb_LPDDR4-3200_16bit of DRAMSys, IDD folded to 1.1 V',
  status: 'scaled',
};
