import type { Problem } from '../core/errors.js';
import { throwIfAny } from '../core/errors.js';
import { logLog } from '../core/numbers.js';
import { MAX_BITS } from '../core/precision.js';
import type { Multipliers, UnitComposition } from '../machine/units/unit.js';
import type { Constant } from './constant.js';
import { fusedUnits, macUnits, SYNTHESIS_MHZ, temporalDesign, type MacConstants } from './data/mac-units.js';

function isFused({ bits, finest = bits }: Multipliers): boolean {
  return finest < bits;
}

function fusedRow({ bits, finest }: Multipliers): MacConstants | undefined {
  return fusedUnits.find((row) => row.bits === bits && row.finest === finest);
}

/** The unit has a price: plain multipliers from 1 to {@link MAX_BITS} bits, fused ones where a row of the table has them. */
export function macProblems({ multipliers }: UnitComposition): Problem[] {
  return multipliers.flatMap((part) => {
    const { bits, finest = bits } = part;
    if (isFused(part)) {
      if (fusedRow(part) !== undefined) return [];
      const known = fusedUnits.map((row) => `spatial(${String(row.bits)},${String(row.finest)})`);
      const received = `spatial(${String(bits)},${String(finest)})`;
      return [
        {
          where: 'array.unit',
          message: 'there is no price for this fusion unit',
          expected: known.join(', '),
          received,
        },
      ];
    }
    if (Number.isInteger(bits) && bits >= 1 && bits <= MAX_BITS) return [];
    return [
      {
        where: 'array.unit',
        message: 'there is no price for a multiplier of this width',
        expected: `an integer from 1 to ${String(MAX_BITS)} bit`,
        received: `${String(bits)} bit`,
      },
    ];
  });
}

/** `8-bit MAC`, `8/2-bit fusion unit`: how one of these multipliers is called among the constants. */
export function multiplierName(part: Multipliers): string {
  return isFused(part) ? `${String(part.bits)}/${String(part.finest)}-bit fusion unit` : `${String(part.bits)}-bit MAC`;
}

/** Area, leakage and energy per busy cycle of one of these multipliers, 45 nm. */
export function multiplierConstants(part: Multipliers): MacConstants {
  throwIfAny(macProblems({ multipliers: [part], shiftAdd: false }));
  return isFused(part) ? fusedRow(part)! : macConstants(part.bits);
}

function between(low: number, high: number, at: number, from: Constant, to: Constant): Constant {
  return {
    ...from,
    value: logLog(at, [low, from.value], [high, to.value]),
    conditions: `${String(at)} bit on the log-log line through ${String(low)} and ${String(high)} bit, ${from.conditions}`,
    status: 'scaled',
  };
}

/**
 * Area, leakage and energy per busy cycle of a plain MAC unit, 45 nm: the row of its width, or the log-log line through
 * the two nearest rows. Throws a SilhouetteError with {@link macProblems}.
 */
export function macConstants(multiplierBits: number): MacConstants {
  throwIfAny(macProblems({ multipliers: [{ count: 1, bits: multiplierBits }], shiftAdd: false }));
  const exact = macUnits.find(({ bits }) => bits === multiplierBits);
  if (exact !== undefined) return exact;
  const above = Math.max(
    1,
    macUnits.findIndex(({ bits }) => bits > multiplierBits),
  );
  const [low, high] = [macUnits[above - 1]!, macUnits[above]!];
  const of = (field: keyof MacConstants): Constant =>
    between(low.bits, high.bits, multiplierBits, low[field], high[field]);
  return { area: of('area'), leakage: of('leakage'), energy: of('energy') };
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
