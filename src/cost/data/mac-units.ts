import type { Constant, ConstantUnit } from '../constant.js';
import { BASE_NODE_NM } from './scaling.js';

function synthesised(value: number, unit: ConstantUnit): Constant {
  return {
    value,
    unit,
    source: "logic synthesis of Bit Fusion's public simulator, results/systolic_array_synth.csv, rows N = M = 1",
    node: `${String(BASE_NODE_NM)} nm`,
    conditions: '500 MHz; the file does not name its node and supply, taken to be 45 nm and 0.9 V',
    status: 'published',
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

/** um2, uW, and pJ per cycle as dynamic power over the clock of the synthesis. */
function unit(areaUm2: number, leakageNw: number, dynamicNw: number): MacConstants {
  return {
    area: synthesised(areaUm2, 'um2'),
    leakage: synthesised(leakageNw / 1000, 'uW'),
    energy: synthesised(dynamicNw / 1000 / SYNTHESIS_MHZ, 'pJ/cycle'),
  };
}

/** Single-precision MAC units by multiplier width, ascending. */
export const macUnits: readonly (MacConstants & { readonly bits: number })[] = [
  { bits: 2, ...unit(124.8912, 2832.7, 28742) },
  { bits: 4, ...unit(282.239998, 7780.7, 60101.7) },
  { bits: 8, ...unit(687.6072, 22952, 148845) },
  { bits: 16, ...unit(2203.236034, 68980, 473688) },
];

/** Units that split into products of `finest` bits and fuse them in space, by width, ascending. */
export const fusedUnits: readonly (MacConstants & { readonly bits: number; readonly finest: number })[] = [
  { bits: 4, finest: 2, ...unit(431.474398, 13545, 78470.1) },
  { bits: 8, finest: 2, ...unit(1733.129989, 64314, 279960) },
  { bits: 16, finest: 2, ...unit(7492.413585, 274220, 1166200) },
];

/** Sixteen 2-bit units that compose wider products over time, each with its shifter and wide accumulator. */
const temporal = (value: number, measure: ConstantUnit): Constant => ({
  ...synthesised(value, measure),
  status: 'assumed',
  source:
    'published synthesis results of temporal against spatial fusion; the table that they are printed in is not identified',
});
export const temporalDesign = {
  units: 16,
  unitBits: 2,
  area: temporal(4905, 'um2'),
  /** Dynamic and leakage power, all units busy. */
  power: temporal(1712, 'uW'),
} as const;
