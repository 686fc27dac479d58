import type { Constant, ConstantUnit } from '../constant.js';

/** Node of Aladdin's table. */
export const ALADDIN_NM = 40;

/**
 * Aladdin (Shao et al., ISCA 2014): its table of TSMC 40 nm at a cycle of 1 ns, as read in a public copy of it (pm-tech-lib,
 * py-script/test.c, cmos40_aladdin_*). Adder, shifter and gates are of 32 bit there, and linear in bits here.
 */
function aladdin(value: number, unit: ConstantUnit, what: string): Constant {
  return {
    value,
    unit,
    source: `Aladdin's table of functional units: ${what}`,
    node: `${String(ALADDIN_NM)} nm`,
    conditions: 'TSMC 40 nm, cycle of 1 ns, supply taken to be 0.9 V',
    status: 'published',
  };
}

/** What one bit of a part costs. `energy` is spent when it works; leakage is there at all times. */
export interface LogicConstants {
  readonly energy: Constant;
  readonly leakage: Constant;
  readonly area: Constant;
}

const WORD = 32;

function word(name: string, energyPj: number, leakageMw: number, areaUm2: number): LogicConstants {
  return {
    energy: aladdin(energyPj / WORD, 'pJ/bit', `${name}_dynamic_energy over ${String(WORD)} bit`),
    leakage: aladdin((leakageMw * 1000) / WORD, 'uW/bit', `${name}_leak_power over ${String(WORD)} bit`),
    area: aladdin(areaUm2 / WORD, 'um2/bit', `${name}_area over ${String(WORD)} bit`),
  };
}

export const adder = word('add', 0.21, 2.25e-3, 278);
export const shifter = word('shift', 0.417, 1.7e-3, 250);
/** AND of two bits. */
export const gate = word('bit', 0.0181, 6.11e-4, 50.4);

/** One flip-flop: written and read again. */
export const register: LogicConstants = {
  energy: aladdin(9e-3, 'pJ/bit', 'reg_dynamic_energy'),
  leakage: aladdin(7.4e-2, 'uW/bit', 'reg_leak_power'),
  area: aladdin(5.98, 'um2/bit', 'reg_area'),
};

/** What a flip-flop that is clocked and not written spends. */
export const clockedRegister: Constant = aladdin(7.94e-3, 'pJ/bit', 'reg_int_power over a cycle of 1 ns');

/** Of the flip-flops that hold nothing new in a cycle, how many are clocked all the same. */
export const ungated: Constant = {
  value: 0.1,
  unit: '1',
  source: 'an assumption of ours',
  node: 'any',
  conditions: 'a tenth of the bits of FIFOs is clocked in every cycle, the rest is gated',
  status: 'assumed',
  uncertainty: 1,
};
