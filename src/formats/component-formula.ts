import { SilhouetteError, type Problem } from '../core/errors.js';
import { alike, area, bit, combined, energy, power, unitName } from './formula-dimensions.js';
import { grammar, refuse, termOf, variablesIn, type Variable, type Variables } from './formula-terms.js';
import { mathTree, type MathNode } from './mathjs.js';
import { shown } from './schema-problems.js';

/** What formulas give: the unit that values are in, and how much of SI base units it is. */
const results = {
  energy: { unit: 'pJ', size: 1e-12, dimensions: energy, example: "an energy such as '0.02 pJ/bit * bits'" },
  leakage: { unit: 'mW', size: 1e-3, dimensions: power, example: "a power such as '0.5 uW * rows'" },
  area: { unit: 'mm²', size: 1e-6, dimensions: area, example: "an area such as '12 um^2 * rows * cols'" },
} as const;

export type FormulaKind = keyof typeof results;
export const formulaKinds = Object.keys(results) as readonly FormulaKind[];

/** A formula that has been parsed and whose units have been checked. */
export interface Formula {
  /** As written, with single blanks. */
  readonly text: string;
  readonly variables: readonly Variable[];
  /** It gives an energy per bit, not an energy. */
  readonly perBit: boolean;
  /** pJ, pJ per bit, mW or mm²; or why that is no price. */
  value(variables: Variables): { readonly value: number } | { readonly problem: Omit<Problem, 'where'> };
}

export type FormulaReading =
  { readonly ok: true; readonly formula: Formula } | { readonly ok: false; readonly problem: Omit<Problem, 'where'> };

const mostLetters = 500;
const deepest = 40;
const largest = 1e15;
/** Refuses what mathjs must not even parse: too long, too deep, or with a letter that no formula has. */
function checkText(text: string): void {
  if (text === '') refuse('an empty formula');
  if (text.length > mostLetters)
    refuse('the formula is too long', {
      expected: `at most ${String(mostLetters)} letters`,
      received: String(text.length),
    });
  const stray = /[^\w .+\-*/^(),]/u.exec(text)?.[0];
  if (stray !== undefined)
    refuse(`${JSON.stringify(stray)} is not part of formulas`, {
      expected: grammar,
      received: shown(text),
    });
  let depth = 0;
  for (const letter of text) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth > deepest) refuse('too many parentheses', { expected: `at most ${String(deepest)} within each other` });
  }
}

function treeOf(text: string): MathNode {
  try {
    return mathTree(text);
  } catch (error) {
    const reason = error instanceof RangeError ? 'nested too deeply' : (error as Error).message;
    return refuse(`not a formula: ${reason}`, { received: shown(text) });
  }
}

function readText(text: string, kind: FormulaKind): Formula {
  checkText(text);
  const tree = treeOf(text);
  const term = termOf(tree);
  const { unit, size, dimensions, example } = results[kind];
  const perBit = kind === 'energy' && alike(term.dimensions, combined(dimensions, 1, bit, -1));
  if (!perBit && !alike(term.dimensions, dimensions))
    refuse(`the formula does not give ${kind === 'leakage' ? 'a power' : `an ${kind}`}`, {
      expected: example,
      received: unitName(term.dimensions),
    });
  return {
    text,
    variables: variablesIn(tree),
    perBit,
    value(values) {
      const value = term.of(values) / size;
      const wrong = (message: string, expected: string) => {
        return { problem: { message, expected, received: `${String(Number(value.toPrecision(6)))} ${unit}` } };
      };
      if (!Number.isFinite(value)) {
        const hint = 'a part of it divides by 0, overflows, or takes a root or logarithm of what has none';
        return { problem: { message: 'the formula has no finite value', hint } };
      }
      if (value < 0) return wrong('negative', 'at least 0');
      if (value > largest) return wrong('too large to be meant', `at most 1e15 ${unit}`);
      // Conversions multiply by factors that are not exact in binary; −0 becomes 0.
      return { value: Number(value.toPrecision(14)) + 0 };
    },
  };
}

/**
 * Parses a formula of a machine file and checks its units, without a value of any variable. The grammar is that of mathjs's
 * expressions, of which formulas have numbers, the variables, units, `+ - * / ^`, parentheses and the listed functions; all else is
 * refused, and nothing is ever evaluated by mathjs. `*` may be left out and then binds before `/`: `2 pJ / 3 bit` is 2/3 pJ/bit.
 * `+`, `-`, `min` and `max` need values of one unit; logarithms, `exp`, rounding and exponents numbers without one; what has a unit
 * is raised to numbers only. At most 500 letters and 40 parentheses within each other.
 *
 * @returns the formula, or what is wrong with it.
 */
export function readFormula(text: unknown, kind: FormulaKind): FormulaReading {
  if (typeof text !== 'string') {
    const message = typeof text === 'number' ? 'a number without a unit' : 'not a valid value';
    return { ok: false, problem: { message, expected: results[kind].example, received: shown(text) } };
  }
  try {
    const letters = text.replace(/\s+/g, ' ').replace(/[µμ]/g, 'u').trim();
    return { ok: true, formula: readText(letters, kind) };
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    const { message, expected, received, hint } = error.problems[0]!;
    const details = { ...(expected !== undefined && { expected }), ...(received !== undefined && { received }) };
    return { ok: false, problem: { message, ...details, ...(hint !== undefined && { hint }) } };
  }
}
