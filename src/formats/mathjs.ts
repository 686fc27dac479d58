import { createRequire } from 'node:module';

/** A node of mathjs's expression tree, as far as it is read here. */
export interface MathNode {
  readonly type: string;
  /** Of an operator. */
  readonly op?: string;
  /** Of a call: the node of what is called. */
  readonly fn?: MathNode | string;
  readonly args?: readonly MathNode[];
  /** Of a symbol. */
  readonly name?: string;
  /** Of a constant. */
  readonly value?: unknown;
  /** Of parentheses. */
  readonly content?: MathNode;
}

/** A unit with a value in SI base units, and the power of every base dimension: mass, length, time, current …, bit. */
interface MathUnit {
  readonly value: number;
  readonly dimensions: readonly number[];
  toNumber(unit: string): number;
}

interface MathTools {
  unit(value: number, unit: string): MathUnit;
  parse(expression: string): MathNode;
  readonly Unit: { isValuelessUnit(name: string): boolean };
}

/** What is used of mathjs; its own types leave the dependencies open. */
interface MathModule {
  readonly unitDependencies: object;
  readonly parseDependencies: object;
  create(factories: object): MathTools;
}

let loaded: MathTools | undefined;

/** Loaded when it is first needed: that takes longer than a whole simulation of a small layer. */
function tools(): MathTools {
  if (loaded === undefined) {
    const mathjs = createRequire(import.meta.url)('mathjs') as MathModule;
    loaded = mathjs.create({ ...mathjs.unitDependencies, ...mathjs.parseDependencies });
  }
  return loaded;
}

/** mathjs knows Gb and gigabit, but not Gbit. */
function mathName(name: string): string {
  return name.replace(/^([kKMGT]i?)bit(?=$|\/)/, '$1b');
}

/** mathjs's unit, which may be a product or ratio of units; it throws where there is none. */
export function mathUnit(value: number, name: string): MathUnit {
  return tools().unit(value, mathName(name));
}

/** Whether mathjs knows a single unit of that name, prefix included. */
export function isMathUnit(name: string): boolean {
  return tools().Unit.isValuelessUnit(mathName(name));
}

/** The tree of an expression, of which nothing is evaluated; it throws where the text is none. */
export function mathTree(expression: string): MathNode {
  return tools().parse(expression);
}
