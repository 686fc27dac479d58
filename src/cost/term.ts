import type { LayerCounts } from '../engine/counts.js';
import type { Constant, NamedConstant } from './constant.js';
import { uncertaintyOf } from './constant.js';

export const energyPartNames = [
  'mac',
  'hop',
  'clock',
  'sramIfmap',
  'sramWeight',
  'sramOfmap',
  'sramMask',
  'sramIndex',
  'dram',
  'dramActivate',
  'dramRead',
  'dramWrite',
  'dramRefresh',
  'dramBackground',
  'vector',
  'requantize',
  'predictor',
  'resize',
  'component',
  'leakage',
] as const;
export type EnergyPart = (typeof energyPartNames)[number];

/** One product of a part of the energy: how often something happens × what it costs once. */
export interface EnergyTerm {
  readonly part: EnergyPart;
  /** What is counted, in the plural: `busy cycles of a PE`; `ns` for what costs power at all times. */
  readonly action: string;
  /** How often; linear in the counts. */
  readonly count: (counts: LayerCounts) => number;
  /** Their product, with powers in mW and counts in ns, is pJ. */
  readonly factors: readonly NamedConstant[];
}

/** The number that enters a product: powers in mW, everything else as it stands. */
function inProduct({ value, unit }: Constant): number {
  return unit === 'uW' || unit === 'uW/bit' ? value / 1000 : value;
}

/** pJ of one count. */
export function perCount({ factors }: EnergyTerm): number {
  return factors.reduce((product, { constant }) => product * inProduct(constant), 1);
}

export const areaPartNames = ['mac', 'fifo', 'sramIfmap', 'sramWeight', 'sramOfmap', 'component'] as const;
export type AreaPart = (typeof areaPartNames)[number];

/** One product of a part of the area: how many of something × the area of one. */
export interface AreaTerm {
  readonly part: AreaPart;
  readonly action: string;
  readonly count: number;
  readonly factors: readonly NamedConstant[];
}

/** mm². */
export function areaMm2({ count, factors }: AreaTerm): number {
  return factors.reduce(
    (product, { constant: { value, unit } }) => product * (unit === 'um2' || unit === 'um2/bit' ? value / 1e6 : value),
    count,
  );
}

/** A constant that entered an energy. */
export interface ConstantUse extends NamedConstant {
  /** Energy of all products that it is a factor of. */
  readonly energyPj: number;
}

/** A term with its value. */
export interface TermValue {
  readonly part: EnergyPart;
  readonly action: string;
  readonly count: number;
  readonly energyPj: number;
  /** Names of the constants. */
  readonly factors: readonly string[];
}

/** How an energy came about. */
export interface EnergyLedger {
  /** Terms that are not zero, in a fixed order. */
  readonly terms: readonly TermValue[];
  /** Every constant in them once, the most energy first. */
  readonly constants: readonly ConstantUse[];
  /** The energy if every constant that is not measured were at the lower, or upper, end of its uncertainty at once. */
  readonly interval: { readonly low: number; readonly high: number };
}

/**
 * Takes an energy apart. A factor that scales several prices is one constant, so that it is off in all of them at once; the interval
 * is the widest that the stated uncertainties allow. Two constants of one name are a bug.
 */
export function energyLedger(terms: readonly EnergyTerm[], counts: LayerCounts): EnergyLedger {
  const uses = new Map<string, { constant: Constant; energyPj: number }>();
  const values: TermValue[] = [];
  const interval = { low: 0, high: 0 };
  for (const term of terms) {
    const count = term.count(counts);
    const energyPj = count * perCount(term);
    if (energyPj === 0) continue;
    values.push({
      part: term.part,
      action: term.action,
      count,
      energyPj,
      factors: term.factors.map(({ name }) => name),
    });
    interval.low += energyPj * term.factors.reduce((share, { constant }) => share * (1 - uncertaintyOf(constant)), 1);
    interval.high += energyPj * term.factors.reduce((share, { constant }) => share * (1 + uncertaintyOf(constant)), 1);
    for (const { name, constant } of term.factors) {
      const use = uses.get(name) ?? { constant, energyPj: 0 };
      if (use.constant.value !== constant.value) throw new Error(`two constants are called ${name}`);
      use.energyPj += energyPj;
      uses.set(name, use);
    }
  }
  const constants = [...uses].map(([name, use]) => ({ name, ...use }));
  return { terms: values, constants: constants.sort((a, b) => b.energyPj - a.energyPj), interval };
}
