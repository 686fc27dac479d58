import { SilhouetteError, type Problem } from '../core/errors.js';
import {
  alike,
  bit,
  combined,
  frequency,
  length,
  none,
  unitName,
  voltage,
  type Dimensions,
} from './formula-dimensions.js';
import { isMathUnit, mathUnit, type MathNode } from './mathjs.js';
import { nearest } from './nearest.js';
import { shown } from './schema-problems.js';

/** What a formula may name, with the dimensions it has; `width`, `capacity` and `banks` are those of the component's buffer. */
const variables = {
  bits: bit,
  rows: none,
  cols: none,
  clock: frequency,
  node: length,
  voltage,
  width: bit,
  capacity: bit,
  banks: none,
} as const satisfies Readonly<Record<string, Dimensions>>;

export type Variable = keyof typeof variables;
export const variableNames = Object.keys(variables) as readonly Variable[];

/** Values of the variables in SI base units: bit, Hz, m, V. */
export type Variables = Readonly<Partial<Record<Variable, number>>>;

/** A formula takes powers of units, but none that is meant is beyond this. */
const highestPower = 20;

/** Relative: a count that is off a whole number by less is that number, as `30 nm / (2 nm)` is 15. */
const rounding = 1e-12;

function settled(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= rounding * Math.abs(whole) ? whole : value;
}

/** A function of formulas: of numbers without a unit, or of values of one unit whose power `unit` the result has. */
interface FormulaFunction {
  readonly least: number;
  readonly most: number;
  readonly unit?: number;
  readonly of: (...values: number[]) => number;
}

function one(of: (value: number) => number, unit?: number): FormulaFunction {
  return { least: 1, most: 1, of, ...(unit !== undefined && { unit }) };
}

const functions: Readonly<Record<string, FormulaFunction>> = {
  sqrt: one(Math.sqrt, 0.5),
  log2: one(Math.log2),
  log10: one(Math.log10),
  log: { least: 1, most: 2, of: (value, base = Math.E) => Math.log(value) / Math.log(base) },
  exp: one(Math.exp),
  min: { least: 1, most: Infinity, unit: 1, of: Math.min },
  max: { least: 1, most: Infinity, unit: 1, of: Math.max },
  ceil: one((value) => Math.ceil(settled(value))),
  floor: one((value) => Math.floor(settled(value))),
  round: one((value) => Math.sign(value) * Math.round(Math.abs(settled(value)))),
  abs: one(Math.abs, 1),
};
export const functionNames = Object.keys(functions);

const commonUnits = ['pJ', 'fJ', 'nJ', 'uW', 'mW', 'nW', 'um', 'mm', 'bit', 'B', 'KiB', 'MiB', 'MHz', 'GHz', 'V'];
const validNames = `variables: ${variableNames.join(', ')}; functions: ${functionNames.join(', ')}; units such as ${commonUnits.slice(0, 9).join(', ')}`;

/** Throws what is wrong with a formula, to be caught where the formula is read. */
export function refuse(message: string, details: Omit<Problem, 'where' | 'message'> = {}): never {
  throw new SilhouetteError({ where: 'the formula', message, ...details });
}

/** A part of a formula: its dimensions, whether it is the same for every machine, and its value in SI base units. */
export interface Term {
  readonly dimensions: Dimensions;
  readonly fixed: boolean;
  readonly of: (variables: Variables) => number;
}

function dimensionsOf(name: string): { readonly size: number; readonly dimensions: Dimensions } {
  const { value, dimensions } = mathUnit(1, name);
  const [mass = 0, metre = 0, time = 0, current = 0, ...others] = dimensions;
  if (others.slice(0, -1).some((exponent) => exponent !== 0))
    refuse(`${name} is a unit of something that no machine is priced by`, { hint: validNames });
  return { size: value, dimensions: [mass, metre, time, current, others.at(-1) ?? 0] };
}

function symbolTerm(name: string): Term {
  if (Object.hasOwn(variables, name)) {
    const variable = name as Variable;
    return { dimensions: variables[variable], fixed: false, of: (values) => values[variable] ?? NaN };
  }
  if (Object.hasOwn(functions, name)) refuse(`${name} is a function`, { expected: `${name}(…)` });
  if (isMathUnit(name)) {
    const { size, dimensions } = dimensionsOf(name);
    return { dimensions, fixed: true, of: () => size };
  }
  const near = nearest(name, [...variableNames, ...functionNames, ...commonUnits]);
  const hint = near === undefined ? validNames : `did you mean ${near}? ${validNames}`;
  return refuse(`unknown name ${shown(name)}`, { expected: 'a variable, a function or a unit', hint });
}

/** Refuses what has a unit where a number must stand. */
function needNumber(term: Term, what: string): void {
  if (alike(term.dimensions, none)) return;
  const hint = 'divide by a unit first, as in width / (1 bit)';
  refuse(`${what} takes numbers without a unit`, { received: unitName(term.dimensions), hint });
}

function needAlike(a: Term, b: Term, what: string): void {
  if (alike(a.dimensions, b.dimensions)) return;
  const received = `${unitName(a.dimensions)} and ${unitName(b.dimensions)}`;
  refuse(`${what} of different units`, { expected: 'values of one unit', received });
}

function raised(base: Term, exponent: Term): Term {
  needNumber(exponent, 'the exponent');
  let dimensions = none;
  if (!alike(base.dimensions, none)) {
    if (!exponent.fixed) refuse('a unit is raised to a power that varies', { expected: 'a number as exponent' });
    dimensions = combined(base.dimensions, exponent.of({}));
  }
  return {
    dimensions,
    fixed: base.fixed && exponent.fixed,
    of(values) {
      const value = base.of(values);
      // In JavaScript NaN ** 0 is 1.
      return Number.isNaN(value) ? value : value ** exponent.of(values);
    },
  };
}

function sum(a: Term, b: Term, sign: 1 | -1): Term {
  needAlike(a, b, sign === 1 ? '+' : '-');
  return { dimensions: a.dimensions, fixed: a.fixed && b.fixed, of: (values) => a.of(values) + sign * b.of(values) };
}

const operators: Readonly<Record<string, (a: Term, b: Term) => Term>> = {
  '+': (a, b) => sum(a, b, 1),
  '-': (a, b) => sum(a, b, -1),
  '*': (a, b) => ({
    dimensions: combined(a.dimensions, 1, b.dimensions, 1),
    fixed: a.fixed && b.fixed,
    of: (values) => a.of(values) * b.of(values),
  }),
  '/': (a, b) => ({
    dimensions: combined(a.dimensions, 1, b.dimensions, -1),
    fixed: a.fixed && b.fixed,
    of: (values) => a.of(values) / b.of(values),
  }),
  '^': raised,
};

/** What formulas are made of, as a message says it. */
export const grammar = `numbers, names, ( ), ${Object.keys(operators).join(' ')} and functions`;

function callTerm(name: string | undefined, args: readonly Term[]): Term {
  if (name === undefined || !Object.hasOwn(functions, name)) {
    const called = name ?? 'that';
    if (name !== undefined && (Object.hasOwn(variables, name) || isMathUnit(name)))
      refuse(`${called} is not a function`, { hint: `write ${called} * (…)` });
    const near = nearest(called, functionNames);
    const valid = `valid: ${functionNames.join(', ')}`;
    const hint = near === undefined ? valid : `did you mean ${near}? ${valid}`;
    return refuse(`unknown function ${shown(called)}`, { hint });
  }
  const { least, most, unit, of } = functions[name]!;
  if (args.length < least || args.length > most) {
    const expected =
      least === most ? String(least) : most === Infinity ? 'at least one' : `${String(least)} or ${String(most)}`;
    refuse(`${name} of ${String(args.length)} values`, { expected });
  }
  const [first] = args as [Term];
  for (const arg of args) {
    if (unit === undefined) needNumber(arg, name);
    else needAlike(first, arg, name);
  }
  return {
    dimensions: unit === undefined ? none : combined(first.dimensions, unit),
    fixed: args.every((arg) => arg.fixed),
    of: (values) => of(...args.map((arg) => arg.of(values))),
  };
}

/**
 * What a node of mathjs's tree says, where it is one that formulas have: nothing of mathjs is ever called to evaluate it. The value is
 * NaN as soon as one below it is not finite, so that no overflow hides in `1 / …` or `min(…)`.
 */
export function termOf(node: MathNode): Term {
  const { dimensions, fixed, of } = anyTermOf(node);
  if (!dimensions.every((exponent) => Math.abs(exponent) <= highestPower))
    refuse('a unit is raised too high', { expected: `powers up to ${String(highestPower)}` });
  const finite = (value: number): number => (Number.isFinite(value) ? value : NaN);
  return { dimensions, fixed, of: (values) => finite(of(values)) };
}

function anyTermOf(node: MathNode): Term {
  const { type, op = '', args = [], name, fn, value, content } = node;
  if (type === 'ParenthesisNode' && content !== undefined) return termOf(content);
  if (type === 'SymbolNode' && name !== undefined) return symbolTerm(name);
  if (type === 'ConstantNode' && typeof value === 'number') {
    if (!Number.isFinite(value)) refuse('a number beyond all bounds', { received: String(value) });
    return { dimensions: none, fixed: true, of: () => value };
  }
  if (type === 'FunctionNode' && typeof fn === 'object')
    return callTerm(fn.type === 'SymbolNode' ? fn.name : undefined, args.map(termOf));
  if (type === 'OperatorNode' && Object.hasOwn(operators, op)) {
    const [a, b] = args.map(termOf) as [Term, Term?];
    if (b !== undefined) return operators[op]!(a, b);
    if (op === '+') return a;
    if (op === '-') return { ...a, of: (values) => -a.of(values) };
  }
  const what = op !== '' ? `the operator ${op}` : type.replace(/Node$/, '').toLowerCase();
  return refuse(`${what} is not part of formulas`, {
    expected: grammar,
    hint: validNames,
  });
}

/** Which variables a tree names. */
export function variablesIn(node: MathNode): Variable[] {
  const own = node.type === 'SymbolNode' && Object.hasOwn(variables, node.name ?? '') ? [node.name as Variable] : [];
  const below = [...(node.args ?? []), ...(node.content === undefined ? [] : [node.content])];
  return [...new Set([...own, ...below.flatMap(variablesIn)])];
}
