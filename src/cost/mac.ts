import type { Problem } from '../core/errors.js';
import { throwIfAny } from '../core/errors.js';
import { MAX_BITS } from '../core/precision.js';
import type { UnitComposition } from '../machine/units/unit.js';
import type { Constant } from './constant.js';
import { macUnits, SYNTHESIS_MHZ, temporalDesign, type MacConstants } from './data/mac-units.js';

/** The unit has a price from 1 to {@link MAX_BITS} bits. */
export function macProblems({ multiplierBits }: UnitComposition): Problem[] {
  if (Number.isInteger(multiplierBits) && multiplierBits >= 1 && multiplierBits <= MAX_BITS) return [];
  return [
    {
      where: 'array.unit',
      message: 'there is no price for a multiplier of this width',
      expected: `an integer from 1 to ${String(MAX_BITS)} bit`,
      received: `${String(multiplierBits)} bit`,
    },
  ];
}

function logLog(low: number, high: number, at: number, from: Constant, to: Constant): Constant {
  const t = Math.log(at / low) / Math.log(high / low);
  return {
    ...from,
    value: from.value * (to.value / from.value) ** t,
    conditions: `${String(at)} bit on the log-log line through ${String(low)} and ${String(high)} bit, ${from.conditions}`,
    status: 'scaled',
  };
}

/**
 * Area, leakage and energy per busy cycle of a plain MAC unit, 45 nm: the row of its width, or the log-log line through
 * the two nearest rows. Throws a SilhouetteError with {@link macProblems}.
 */
export function macConstants(multiplierBits: number): MacConstants {
  throwIfAny(macProblems({ multiplierBits, shiftAdd: false }));
  const exact = macUnits.find(({ bits }) => bits === multiplierBits);
  if (exact !== undefined) return exact;
  const above = Math.max(
    1,
    macUnits.findIndex(({ bits }) => bits > multiplierBits),
  );
  const [low, high] = [macUnits[above - 1]!, macUnits[above]!];
  const between = (field: keyof MacConstants): Constant =>
    logLog(low.bits, high.bits, multiplierBits, low[field], high[field]);
  return { area: between('area'), leakage: between('leakage'), energy: between('energy') };
}

/**
 * What the shifter and wide accumulator add to a unit that composes products over time: a share of the temporal design
 * less a plain MAC of its width. Its leakage is part of the energy per busy cycle.
 */
export function shiftAddConstants(): Pick<MacConstants, 'area' | 'energy'> {
  const { units, unitBits, area, power } = temporalDesign;
  const plain = macConstants(unitBits);
  const common = {
    source: area.source,
    node: area.node,
    conditions:
      `a ${String(units)}th of a temporal design of ${String(units)} ${String(unitBits)}-bit units less a plain ` +
      `${String(unitBits)}-bit MAC, assumed the same for every width; its leakage is counted in busy cycles only`,
    status: 'assumed',
  } as const;
  return {
    area: { ...common, unit: 'um2', value: area.value / units - plain.area.value },
    energy: {
      ...common,
      unit: 'pJ/cycle',
      value: power.value / SYNTHESIS_MHZ / units - plain.energy.value - plain.leakage.value / SYNTHESIS_MHZ,
    },
  };
}
