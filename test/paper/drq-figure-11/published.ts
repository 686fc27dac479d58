/*
 * DRQ (Song et al., "DRQ: Dynamic Region-based Quantization for Deep Neural Network Acceleration", ISCA 2020): Figure 11, read off the
 * published image, and Table III. Bars of other machines in that figure are DRQ's, too.
 */
import type { RegionSize } from '../../../src/trace/trace.js';

export const machineNames = ['eyeriss', 'bitfusion', 'olaccel', 'drq'] as const;
export type MachineName = (typeof machineNames)[number];

/** As the figure calls them. */
export const machineTitles: Readonly<Record<MachineName, string>> = {
  eyeriss: 'Eyeriss',
  bitfusion: 'Bit Fusion',
  olaccel: 'OLAccel',
  drq: 'DRQ',
};

export const networkNames = ['alexnet', 'resnet18', 'vgg16', 'resnet50', 'inceptionv3', 'mobilenetv2'] as const;
export type NetworkName = (typeof networkNames)[number];

/** What parameters were fitted on; the other networks are predictions. */
export const fittedNetworks: readonly NetworkName[] = ['alexnet', 'resnet18'];

export const energyParts = ['DRAM', 'buffer', 'core'] as const;
export type EnergyPartName = (typeof energyParts)[number];

/** Execution time and energy of one network on one machine; Eyeriss takes 1 and spends 1. */
export interface Bars {
  readonly time: number;
  readonly energy: Readonly<Record<EnergyPartName, number>>;
}

/** How far a bar may be from what the image shows, in units of Eyeriss's total. */
export const digitisingError = { time: 0.003, energy: 0.01, share: 0.01 } as const;

export interface PublishedNetwork {
  /** Table III. */
  readonly region: RegionSize;
  /** Share of 4-bit computation, ILSVRC-2012. Eyeriss computes all in 16 bit, Bit Fusion all in 8. */
  readonly fourBit: { readonly olaccel: number; readonly drq: number };
  readonly bars: Readonly<Record<MachineName, Bars>>;
}

function bars(time: number, DRAM: number, buffer: number, core: number): Bars {
  return { time, energy: { DRAM, buffer, core } };
}

export const published: Readonly<Record<NetworkName, PublishedNetwork>> = {
  alexnet: {
    region: { rows: 2, cols: 4 },
    fourBit: { olaccel: 0.94, drq: 0.895 },
    bars: {
      eyeriss: bars(1, 0.15, 0.05, 0.8),
      bitfusion: bars(0.52, 0.11, 0.03, 0.55),
      olaccel: bars(0.093, 0.045, 0.01, 0.42),
      drq: bars(0.074, 0.05, 0.01, 0.2),
    },
  },
  resnet18: {
    region: { rows: 4, cols: 16 },
    fourBit: { olaccel: 0.905, drq: 0.92 },
    bars: {
      eyeriss: bars(1, 0.23, 0.4, 0.37),
      bitfusion: bars(0.52, 0.11, 0.2, 0.18),
      olaccel: bars(0.093, 0.06, 0.13, 0.21),
      drq: bars(0.074, 0.08, 0.12, 0.1),
    },
  },
  vgg16: {
    region: { rows: 2, cols: 4 },
    fourBit: { olaccel: 0.92, drq: 0.92 },
    bars: {
      eyeriss: bars(1, 0.12, 0.42, 0.46),
      bitfusion: bars(0.45, 0.06, 0.21, 0.17),
      olaccel: bars(0.093, 0.04, 0.13, 0.17),
      drq: bars(0.074, 0.04, 0.12, 0.095),
    },
  },
  resnet50: {
    region: { rows: 4, cols: 8 },
    fourBit: { olaccel: 0.92, drq: 0.92 },
    bars: {
      eyeriss: bars(1, 0.235, 0.35, 0.415),
      bitfusion: bars(0.28, 0.12, 0.175, 0.185),
      olaccel: bars(0.093, 0.07, 0.105, 0.215),
      drq: bars(0.074, 0.08, 0.1, 0.095),
    },
  },
  inceptionv3: {
    region: { rows: 4, cols: 8 },
    fourBit: { olaccel: 0.905, drq: 0.905 },
    bars: {
      eyeriss: bars(1, 0.255, 0.3, 0.445),
      bitfusion: bars(0.34, 0.125, 0.15, 0.2),
      olaccel: bars(0.093, 0.075, 0.095, 0.22),
      drq: bars(0.074, 0.08, 0.095, 0.11),
    },
  },
  mobilenetv2: {
    region: { rows: 2, cols: 4 },
    fourBit: { olaccel: 0.86, drq: 0.86 },
    bars: {
      eyeriss: bars(1, 0.18, 0.1, 0.72),
      bitfusion: bars(0.52, 0.13, 0.08, 0.49),
      olaccel: bars(0.1, 0.055, 0.03, 0.415),
      drq: bars(0.077, 0.07, 0.03, 0.22),
    },
  },
};
