import * as z from 'zod';
import { bufferNames, type Accelerator } from '../machine/accelerator.js';
import { componentActions, type Component } from '../machine/component.js';
import type { MacUnit } from '../machine/units/unit.js';
import { formulaKinds, readFormula, type Formula, type FormulaKind } from './component-formula.js';
import type { Variable, Variables } from './formula-terms.js';
import { report } from './schema-problems.js';

const maxComponents = 100;

function formula(kind: FormulaKind) {
  return z
    .unknown()
    .transform((value, context): Formula | undefined => {
      if (value === undefined) return undefined;
      const reading = readFormula(value, kind);
      return reading.ok ? reading.formula : report(context, value, reading.problem);
    })
    .optional();
}

const ofBuffer: readonly Variable[] = ['width', 'capacity', 'banks'];

const componentSchema = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z][\w -]{0,39}$/),
    /** Of what has no energy, nothing is counted. */
    per: z.enum(componentActions).optional(),
    energy: formula('energy'),
    leakage: formula('leakage'),
    area: formula('area'),
    buffer: z.enum(bufferNames).optional(),
    status: z.enum(['measured', 'published', 'scaled', 'assumed']),
    source: z.string().min(1).max(2000),
    uncertainty: z.number().min(0).max(1).optional(),
  })
  .transform((component, context) => {
    const { per = 'cycle', buffer, energy, status, uncertainty } = component;
    if (energy !== undefined && component.per === undefined)
      report(context, component, { message: 'per is missing', expected: `one of ${componentActions.join(', ')}` }, [
        'per',
      ]);
    for (const kind of formulaKinds) {
      const lost = buffer === undefined && component[kind]?.variables.find((name) => ofBuffer.includes(name));
      if (typeof lost !== 'string') continue;
      const hint = `add buffer: ${bufferNames.join(', ')}`;
      report(context, component, { message: `${lost} of which buffer?`, expected: `no ${lost}, or a buffer`, hint }, [
        kind,
      ]);
    }
    if (energy?.perBit === true && !per.endsWith('Bit')) {
      const expected = `an energy per ${per}, such as 0.3 pJ`;
      const hint = 'multiply by bits or width, or act per bit';
      const message = 'the formula gives an energy per bit';
      report(context, component, { message, expected, received: 'pJ/bit', hint }, ['energy']);
    }
    if (formulaKinds.every((kind) => component[kind] === undefined)) {
      const message = 'a component without a price';
      report(context, component, { message, expected: `a formula of at least one of ${formulaKinds.join(', ')}` });
    }
    if (status === 'measured' ? (uncertainty ?? 0) !== 0 : uncertainty === undefined) {
      const [message, expected] =
        status === 'measured'
          ? ['measured values are taken as they are', 'no uncertainty, or 0']
          : ['uncertainty is missing', 'a number in 0…1, 0.3 for ±30 %'];
      report(context, component, { message, expected }, ['uncertainty']);
    }
    return { ...component, per };
  });

type WrittenComponent = z.output<typeof componentSchema>;

/** The components of a machine file, whose formulas are parsed but have no values yet. */
export const componentsSchema = z
  .array(componentSchema)
  .max(maxComponents)
  .superRefine((components, context) => {
    const first = new Map<string, number>();
    for (const [i, { name }] of components.entries()) {
      const before = first.get(name);
      if (before === undefined) first.set(name, i);
      else
        report(
          context,
          components,
          { message: `components.${String(before)} has that name`, expected: 'a name of its own', received: name },
          [i, 'name'],
        );
    }
  })
  .default([]);

/** Width of the widest operands that the multipliers of a unit take at once; of rows of AND gates, how many there are to a lane. */
function operandBits({ composition, lanes }: MacUnit): number {
  const { multipliers, logic } = composition;
  return multipliers.length > 0 ? Math.max(...multipliers.map(({ bits }) => bits)) : (logic?.gateBits ?? 0) / lanes;
}

type Machine = Pick<Accelerator, 'technology' | 'array' | 'buffers'>;

function variablesOf({ technology, array, buffers }: Machine, buffer: WrittenComponent['buffer']): Variables {
  const { node, voltage, clock } = technology;
  const common = {
    bits: operandBits(array.unit),
    rows: array.rows,
    cols: array.cols,
    clock,
    node: node * 1e-9,
    voltage,
  };
  if (buffer === undefined) return common;
  const { width, capacity, banks } = buffers[buffer];
  return { ...common, width, capacity, banks };
}

/**
 * Components with the values of their formulas for one machine, in pJ, mW and mm². What has no value, or none that can be a
 * price, is reported at its formula: prices are finite, in 0…10¹⁵.
 */
export function pricedComponents(
  components: readonly WrittenComponent[],
  machine: Machine,
  context: z.core.$RefinementCtx,
): readonly Component[] {
  return components.map((component, i) => {
    const { name, per, buffer, status, source, uncertainty = 0 } = component;
    const variables = variablesOf(machine, buffer);
    const valueOf = (kind: FormulaKind): number => {
      const result = component[kind]?.value(variables) ?? { value: 0 };
      if ('value' in result) return result.value;
      return report(context, components, result.problem, ['components', i, kind]);
    };
    const written = formulaKinds.flatMap((kind) =>
      component[kind] === undefined ? [] : [`${kind} = ${component[kind].text}`],
    );
    return {
      name,
      per,
      energy: valueOf('energy'),
      leakage: valueOf('leakage'),
      area: valueOf('area'),
      formulas: written.join(', '),
      source: { status, note: source },
      uncertainty,
    };
  });
}
