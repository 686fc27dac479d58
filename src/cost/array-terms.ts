import { totalCycles } from '../engine/counts.js';
import type { Accelerator } from '../machine/accelerator.js';
import type { NamedConstant } from './constant.js';
import {
  adder,
  ALADDIN_NM,
  clockedRegister,
  gate,
  register,
  shifter,
  ungated,
  type LogicConstants,
} from './data/logic.js';
import { BASE_NODE_NM } from './data/scaling.js';
import { multiplierConstants, multiplierName, shiftAddConstants } from './mac.js';
import { scalingFrom } from './technology.js';
import type { AreaTerm, EnergyTerm } from './term.js';

/** A part of every PE: how much of it there is, and what one of it costs. */
interface PePart {
  readonly name: string;
  readonly count: number;
  readonly node: number;
  /** pJ per busy cycle, uW and um2; of one. */
  readonly energy?: NamedConstant;
  readonly leakage?: NamedConstant;
  readonly area: NamedConstant;
}

function logicPart(name: string, count: number, constants: LogicConstants): PePart {
  const named = (what: keyof LogicConstants): NamedConstant => ({ name: `${name} ${what}`, constant: constants[what] });
  return { name, count, node: ALADDIN_NM, energy: named('energy'), leakage: named('leakage'), area: named('area') };
}

/** What a MAC unit is made of. */
function unitParts({ array }: Accelerator): PePart[] {
  const { multipliers, shiftAdd, logic } = array.unit.composition;
  const parts = multipliers.map((part): PePart => {
    const { area, leakage, energy } = multiplierConstants(part);
    const name = multiplierName(part);
    return {
      name,
      count: part.count,
      node: BASE_NODE_NM,
      energy: { name: `${name} energy`, constant: energy },
      leakage: { name: `${name} leakage`, constant: leakage },
      area: { name: `${name} area`, constant: area },
    };
  });
  if (shiftAdd) {
    const { area, energy } = shiftAddConstants();
    parts.push({
      name: 'shift-add',
      count: multipliers.reduce((sum, { count }) => sum + count, 0),
      node: BASE_NODE_NM,
      energy: { name: 'shift-add energy', constant: energy },
      area: { name: 'shift-add area', constant: area },
    });
  }
  if (logic !== undefined)
    parts.push(
      logicPart('adder bit', logic.adderBits, adder),
      logicPart('shifter bit', logic.shifterBits, shifter),
      logicPart('register bit', logic.registerBits, register),
      logicPart('gate bit', logic.gateBits, gate),
    );
  return parts;
}

/** Bits of an operand of all lanes: a fused multiplier takes its narrowest values, as many as it has narrowest multipliers. */
function operandBits({ array }: Accelerator): number {
  const { multipliers, shiftAdd, logic } = array.unit.composition;
  if (logic !== undefined) return array.unit.lanes * (logic.registerBits / 2);
  const width = multipliers.reduce(
    (sum, { count, bits, finest }) => sum + count * (finest === undefined ? bits : (bits / finest) ** 2 * finest),
    0,
  );
  return shiftAdd ? 2 * width : width;
}

/**
 * Bits of a PE's FIFOs beyond the register that every hop has, which is part of a MAC's synthesis: two operands of all lanes, each as wide as
 * the multipliers take at once, and twice as wide where products are composed over time.
 */
export function fifoBits(accelerator: Accelerator): number {
  return (accelerator.array.discipline.fifoDepth - 1) * 2 * operandBits(accelerator);
}

/** The scaling from a node to the machine's, absent where it is 1. */
export function scaling(accelerator: Accelerator, node: number, of: 'energy' | 'area'): NamedConstant[] {
  const constant = scalingFrom(node, accelerator.technology)[of];
  return constant.value === 1 ? [] : [{ name: `scaling of ${of} from ${String(node)} nm`, constant }];
}

/** Energy of the array: MAC units, hops, clocked FIFOs, and what all of them leak. */
export function arrayTerms(accelerator: Accelerator): EnergyTerm[] {
  const { array, technology } = accelerator;
  const pes = array.rows * array.cols;
  const nanoseconds = 1e9 / technology.clock;
  const parts = unitParts(accelerator);
  const fifo = fifoBits(accelerator);
  const registers = scaling(accelerator, ALADDIN_NM, 'energy');
  const leak = (count: number, constant: NamedConstant, node: number): EnergyTerm => ({
    part: 'leakage',
    action: `ns × PEs${count === 1 ? '' : ` × ${String(count)} in each`}`,
    count: ({ cycles }) => totalCycles(cycles) * nanoseconds * pes * count,
    factors: [constant, ...scaling(accelerator, node, 'energy')],
  });
  return [
    ...parts.flatMap(({ count, node, energy }): EnergyTerm[] =>
      energy === undefined
        ? []
        : [
            {
              part: 'mac',
              action: count === 1 ? 'busy cycles of a PE' : `busy cycles of a PE × ${String(count)} in it`,
              count: ({ peCycles }) => peCycles.busy * count,
              factors: [energy, ...scaling(accelerator, node, 'energy')],
            },
          ],
    ),
    {
      part: 'hop',
      action: 'operand bits out of registers and FIFOs',
      count: ({ hopBits }) => hopBits,
      factors: [{ name: 'register bit energy', constant: register.energy }, ...registers],
    },
    {
      part: 'clock',
      action: 'cycles × bits of FIFOs',
      count: ({ cycles }) => totalCycles(cycles) * pes * fifo,
      factors: [
        { name: 'clocked register bit', constant: clockedRegister },
        { name: 'share of FIFO bits clocked', constant: ungated },
        ...registers,
      ],
    },
    ...parts.flatMap(({ count, node, leakage }) => (leakage === undefined ? [] : [leak(count, leakage, node)])),
    leak(fifo, { name: 'register bit leakage', constant: register.leakage }, ALADDIN_NM),
  ];
}

/** Area of the array at the machine's node: MAC units and FIFOs. */
export function arrayAreaTerms(accelerator: Accelerator): AreaTerm[] {
  const pes = accelerator.array.rows * accelerator.array.cols;
  return [
    ...unitParts(accelerator).map(({ name, count, node, area }): AreaTerm => ({
      part: 'mac',
      action: name,
      count: pes * count,
      factors: [area, ...scaling(accelerator, node, 'area')],
    })),
    {
      part: 'fifo',
      action: 'bits of FIFOs',
      count: pes * fifoBits(accelerator),
      factors: [{ name: 'register bit area', constant: register.area }, ...scaling(accelerator, ALADDIN_NM, 'area')],
    },
  ];
}
