import type { Precision } from '../../core/precision.js';

/** One activation on its way through the array: a signed integer already cut to its level's bits, and that level. */
export interface Activation {
  readonly value: number;
  readonly precision: Precision;
}

/** Keeps the highest `bits` of a signed `full`-bit integer, as an integer of `bits` bits. */
export function cut(value: number, full: number, bits: number): number {
  return value >> (full - bits);
}

/** Splits a signed integer of `bits` bits into b-bit digits, least significant first; the last one carries the sign. */
function digits(value: number, bits: number, b: number): number[] {
  const result: number[] = [];
  for (let shift = 0; shift < bits; shift += b) {
    const rest = value >> shift;
    result.push(shift + b < bits ? rest & ((1 << b) - 1) : rest);
  }
  return result;
}

/** What one multiplier does in one cycle: a product and where it is added. */
export type PartialProduct = () => number;

/** The partial products of value × weight, one per busy cycle of the unit. */
export type StepPlan = (activation: Activation, weight: number) => PartialProduct[];

/** One cycle per product. */
const wholeProduct: StepPlan = (activation, weight) => [() => activation.value * weight];

/** One cycle per pair of b-bit digits; products are shifted and added. */
function digitProducts(b: number): StepPlan {
  return (activation, weight) => {
    const { activationBits, weightBits } = activation.precision;
    return digits(activation.value, activationBits, b).flatMap((a, i) =>
      digits(weight, weightBits, b).map((w, j) => () => a * w * 2 ** (b * (i + j))),
    );
  };
}

const plans: Readonly<Record<string, (bits: number) => StepPlan>> = {
  fixed: () => wholeProduct,
  temporal: digitProducts,
};

/** Splits `name(number)` or `name`. */
export function parseSpec(spec: string): { name: string; parameter: number } {
  const [name = '', parameter = '0'] = spec.split(/[()]/);
  return { name, parameter: Number(parameter) };
}

/** How a unit such as `temporal(4)` multiplies. */
export function stepPlan(unit: string): StepPlan {
  const { name, parameter } = parseSpec(unit);
  const plan = plans[name];
  if (plan === undefined) throw new RangeError(`the reference engine has no unit ${unit}`);
  return plan(parameter);
}
