import type { Constant, ConstantUnit } from '../constant.js';

function synthesised(value: number, unit: ConstantUnit): Constant {
  return {
    value,
    unit,
    source: 'published logic-synthesis results for MAC units; the table they are printed in is not identified',
    node: '45 nm',
    conditions: '500 MHz, supply taken to be 0.9 V',
    status: 'measured',
  };
}

/** Clock of the synthesis that the numbers of this file come from. */
export const SYNTHESIS_MHZ = 500;

/** A MAC unit of one precision. `energy` is dynamic, per cycle in which the unit works. */
export interface MacConstants {
  readonly area: Constant;
  readonly leakage: Constant;
  readonly energy: Constant;
}

/** Single-precision MAC units by multiplier width, ascending. */
export const macUnits: readonly (MacConstants & { readonly bits: number })[] = [
  { bits: 2, area: synthesised(125, 'um2'), leakage: synthesised(2.8, 'uW'), energy: synthesised(0.0575, 'pJ/cycle') },
  { bits: 4, area: synthesised(282, 'um2'), leakage: synthesised(7.8, 'uW'), energy: synthesised(0.12, 'pJ/cycle') },
  { bits: 8, area: synthesised(688, 'um2'), leakage: synthesised(23, 'uW'), energy: synthesised(0.298, 'pJ/cycle') },
  { bits: 16, area: synthesised(2203, 'um2'), leakage: synthesised(69, 'uW'), energy: synthesised(0.947, 'pJ/cycle') },
];

/** Units that split into products of `finest` bits and fuse them in space, by width, ascending. */
export const fusedUnits: readonly (MacConstants & { readonly bits: number; readonly finest: number })[] = [
  {
    bits: 4,
    finest: 2,
    area: synthesised(431, 'um2'),
    leakage: synthesised(13.5, 'uW'),
    energy: synthesised(0.157, 'pJ/cycle'),
  },
  {
    bits: 8,
    finest: 2,
    area: synthesised(1733, 'um2'),
    leakage: synthesised(64.3, 'uW'),
    energy: synthesised(0.56, 'pJ/cycle'),
  },
  {
    bits: 16,
    finest: 2,
    area: synthesised(7492, 'um2'),
    leakage: synthesised(274, 'uW'),
    energy: synthesised(2.332, 'pJ/cycle'),
  },
];

/** Sixteen 2-bit units that compose wider products over time, each with its shifter and wide accumulator. */
export const temporalDesign = {
  units: 16,
  unitBits: 2,
  area: synthesised(4905, 'um2'),
  /** Dynamic and leakage power, all units busy. */
  power: synthesised(1712, 'uW'),
} as const;
