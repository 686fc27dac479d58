import { dtypeOf } from './dtype.js';
import type { AtNode } from './at-node.js';
import { broadcastDims, constantOf, mostFolded, type Constant } from './traced.js';
import { product } from './tensor.js';

type Arithmetic = (a: number, b: number) => number;

const truth = (value: boolean): number => (value ? 1 : 0);

/** Two-sided arithmetic of shape computations; `Div` of integers truncates. */
const binary: Readonly<Record<string, Arithmetic>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a - b * Math.floor(a / b),
  Pow: (a, b) => a ** b,
  Max: Math.max,
  Min: Math.min,
  Sum: (a, b) => a + b,
  Equal: (a, b) => truth(a === b),
  Greater: (a, b) => truth(a > b),
  GreaterOrEqual: (a, b) => truth(a >= b),
  Less: (a, b) => truth(a < b),
  LessOrEqual: (a, b) => truth(a <= b),
  And: (a, b) => truth(a !== 0 && b !== 0),
  Or: (a, b) => truth(a !== 0 || b !== 0),
};

const unary: Readonly<Record<string, (a: number) => number>> = {
  Identity: (a) => a,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: (a) => (a % 1 === 0.5 || a % 1 === -0.5 ? 2 * Math.round(a / 2) : Math.round(a)),
  Sqrt: Math.sqrt,
  Neg: (a) => -a,
  Abs: Math.abs,
  Sign: Math.sign,
  Reciprocal: (a) => 1 / a,
  Not: (a) => truth(a === 0),
};

const reductions: Readonly<Record<string, Arithmetic>> = {
  ReduceSum: (a, b) => a + b,
  ReduceProd: (a, b) => a * b,
  ReduceMax: Math.max,
  ReduceMin: Math.min,
};

/** Element `i` of an output in C order, as positions along the axes. */
export function positionOf(i: number, dims: readonly number[]): number[] {
  const position = dims.map(() => 0);
  for (let axis = dims.length - 1, rest = i; axis >= 0; axis--) {
    position[axis] = rest % dims[axis]!;
    rest = Math.floor(rest / dims[axis]!);
  }
  return position;
}

/** The value at a position of a tensor that is broadcast to it. */
function valueAt({ dims }: Constant, values: readonly number[], position: readonly number[]): number {
  const offset = position.length - dims.length;
  return values[dims.reduce((sum, dim, i) => sum * dim + (dim === 1 ? 0 : position[i + offset]!), 0)] ?? NaN;
}

/** An element-wise result; undefined where a value is missing, or there are too many. */
function elementwise(parts: readonly Constant[], combine: (values: readonly number[]) => number): Constant | undefined {
  const dims = broadcastDims(parts.map((part) => part.dims));
  const known = parts.map((part) => part.values());
  if (dims === undefined || product(dims) > mostFolded) return undefined;
  const values: number[] = [];
  for (let i = 0; i < product(dims); i++) {
    const position = positionOf(i, dims);
    const own = parts.map((part, p) => {
      const all = known[p];
      return all === undefined ? NaN : valueAt(part, all, position);
    });
    if (own.some(Number.isNaN)) return undefined;
    values.push(combine(own));
  }
  return constantOf(dims, values, { integer: parts.every(({ integer }) => integer) });
}

function cast(at: AtNode, part: Constant): Constant | undefined {
  const dtype = at.node.op === 'CastLike' ? undefined : dtypeOf(at.node.attributes.integer('to') ?? 0);
  const integer =
    dtype === undefined ? (at.inputs[1] as Constant | undefined)?.integer === true : dtype.kind === 'integer';
  const values = part.values();
  return values && constantOf(part.dims, integer ? values.map(Math.trunc) : values, { integer });
}

function reduce(at: AtNode, part: Constant, combine: Arithmetic): Constant | undefined {
  const values = part.values();
  const axes = at.settings('axes', 1) ?? [];
  if (values === undefined || values.length === 0 || part.dims.length > 1 || axes.some((axis) => axis > 0))
    return undefined;
  const keep = (at.node.attributes.integer('keepdims') ?? 1) !== 0;
  return constantOf(keep ? part.dims.map(() => 1) : [], [values.reduce(combine)], { integer: part.integer });
}

function range(at: AtNode): Constant | undefined {
  const [start = 0, limit = 0, step = 1] = [0, 1, 2].map((i) => at.numbers(i, 'range')?.[0]);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= mostFolded)) return undefined;
  return constantOf(
    [count],
    Array.from({ length: count }, (_, i) => start + i * step),
  );
}

function constantOfShape(at: AtNode): Constant {
  const dims = at.numbers(0, 'shape') ?? [];
  const value = at.node.attributes.tensor('value');
  const filling = value === undefined ? 0 : Number(value.values()[0] ?? 0);
  const few = product(dims) <= mostFolded;
  const values = few ? Array.from({ length: Math.max(0, product(dims)) }, () => filling) : undefined;
  return constantOf(dims, values, { integer: value?.dtype.kind === 'integer' });
}

/** A `Constant` that holds its numbers in an attribute of its own; one that holds a tensor is among the model's. */
function constant({ node: { attributes } }: AtNode): Constant | undefined {
  const [integer, integers] = [attributes.integer('value_int'), attributes.integers('value_ints')];
  const [float, floats] = [attributes.float('value_float'), attributes.floats('value_floats')];
  const list = integers ?? floats;
  const single = integer ?? float;
  if (list !== undefined) return constantOf([list.length], list, { integer: integers !== undefined });
  return single === undefined ? undefined : constantOf([], [single], { integer: integer !== undefined });
}

/**
 * What a node makes of constants: the arithmetic that exported models do on shapes. Undefined where the operator is
 * not one of it, or a value is not known.
 */
export function foldConstant(at: AtNode): Constant | undefined {
  const { op } = at.node;
  if (op === 'Constant') return constant(at);
  if (op === 'Range') return range(at);
  if (op === 'ConstantOfShape') return constantOfShape(at);
  const parts = at.inputs.filter((input): input is Constant => input?.is === 'constant');
  const [first] = parts;
  if (first === undefined) return undefined;
  if (op === 'Cast' || op === 'CastLike') return cast(at, first);
  if (op === 'Where' && parts.length === 3)
    return elementwise(parts, ([condition = 0, a = 0, b = 0]) => (condition !== 0 ? a : b));
  const reduction = Object.hasOwn(reductions, op) ? reductions[op] : undefined;
  if (reduction !== undefined) return reduce(at, first, reduction);
  const one = Object.hasOwn(unary, op) ? unary[op] : undefined;
  if (one !== undefined) return elementwise([first], ([a = 0]) => one(a));
  const two = Object.hasOwn(binary, op) ? binary[op] : undefined;
  if (two === undefined) return undefined;
  const exact = op === 'Div' && parts.every(({ integer }) => integer);
  return elementwise(parts, (values) => {
    const value = values.reduce(two);
    return exact ? Math.trunc(value) : value;
  });
}
