/** Units of prices, spelt as reports print them. `1` is a ratio. */
export type ConstantUnit =
  'um2' | 'mm2' | 'um2/bit' | 'uW' | 'mW' | 'uW/bit' | 'pJ' | 'pJ/bit' | 'pJ/cycle' | 'ns' | '1';

/**
 * How far a number can be trusted. `measured`: what a tool (CACTI, logic synthesis) gave for a design, `source` says
 * whose run; `published`: printed in a paper or a public simulator, `source` names the table, figure or file; `scaled`: computed from
 * such numbers; `assumed`: ours.
 */
export type ConstantStatus = 'measured' | 'published' | 'scaled' | 'assumed';

/** One number that a price rests on, with where it comes from. */
export interface Constant {
  readonly value: number;
  readonly unit: ConstantUnit;
  readonly source: string;
  /** Technology that the value holds for, before scaling. */
  readonly node: string;
  /** Under which conditions it holds, or how it was derived: a phrase that an assumption can end with. */
  readonly conditions: string;
  readonly status: ConstantStatus;
  /** How far the true value may be off, in proportion: 0.3 is ±30 %. At most 1; by default that of its status. */
  readonly uncertainty?: number;
}

/** A constant under the name that reports give it. */
export interface NamedConstant {
  readonly name: string;
  readonly constant: Constant;
}

/**
 * Uncertainty of a constant that states none. `measured` numbers are taken as they are; the 30 % of `published` ones is what Accelergy's
 * plug-in gives Aladdin's table (an accuracy of 70 %); those of `scaled` and `assumed` numbers are ours.
 */
export const defaultUncertainty: Readonly<Record<ConstantStatus, number>> = {
  measured: 0,
  published: 0.3,
  scaled: 0.3,
  assumed: 0.5,
};

/** In proportion to the value, 0…1. */
export function uncertaintyOf({ status, uncertainty = defaultUncertainty[status] }: Constant): number {
  return status === 'measured' ? 0 : uncertainty;
}

/**
 * A sentence for every group of constants that is assumed or scaled for the same reason, in order of first appearance.
 */
export function assumptionsOf(constants: readonly NamedConstant[]): string[] {
  const groups = new Map<string, { reason: string; status: string; values: string[] }>();
  for (const { name, constant } of constants) {
    if (constant.status !== 'assumed' && constant.status !== 'scaled') continue;
    const reason = `${constant.source}; ${constant.conditions}`;
    const key = `${constant.status} ${reason}`;
    const group = groups.get(key) ?? { reason, status: constant.status, values: [] };
    const unit = constant.unit === '1' ? '' : ` ${constant.unit}`;
    group.values.push(`${name} ${String(Number(constant.value.toPrecision(4)))}${unit}`);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ reason, status, values }) => `${values.join(', ')}: ${status} (${reason})`);
}
