import type { AtNode } from '../at-node.js';
import { product } from '../tensor.js';
import { dimsText } from '../traced.js';

/** Where elements of an output come from, by positions along the axes; undefined where they keep their order. */
export type Origin = ((position: readonly number[]) => readonly number[]) | undefined;

/** One output of an operator that moves elements. */
export interface Moved {
  readonly dims: readonly number[];
  readonly origin: Origin;
}

/** An operator that moves elements of its first input: what each output is. */
export type Move = (at: AtNode, dims: readonly number[]) => readonly Moved[];

const inOrder = (dims: readonly number[]): Moved[] => [{ dims, origin: undefined }];

function refuseShape(at: AtNode, dims: readonly number[], wanted: readonly number[]): never {
  throw at.error({
    message: 'its shape does not go with its input',
    expected: `as many elements as ${dimsText(dims)}`,
    received: dimsText(wanted),
  });
}

export const reshape: Move = (at, dims) => {
  const wanted = at.settings('shape', 1);
  if (wanted === undefined) throw at.error({ message: 'its shape is missing' });
  const copies = at.node.attributes.integer('allowzero') !== 1;
  const filled = wanted.map((size, i) => (size === 0 && copies ? (dims[i] ?? 0) : size));
  const rest = product(filled.filter((size) => size !== -1));
  const out = filled.map((size) => (size === -1 ? product(dims) / rest : size));
  const open = wanted.filter((size) => size === -1).length;
  const fine = open <= 1 && out.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!fine || product(out) !== product(dims)) refuseShape(at, dims, wanted);
  return inOrder(out);
};

export const flatten: Move = (at, dims) => {
  const given = at.node.attributes.integer('axis') ?? 1;
  const axis = given === dims.length ? given : at.axis(given, dims.length);
  return inOrder([product(dims.slice(0, axis)), product(dims.slice(axis))]);
};

export const squeeze: Move = (at, dims) => {
  const axes = at.settings('axes', 1)?.map((axis) => at.axis(axis, dims.length));
  const goes = (size: number, i: number): boolean => (axes === undefined ? size === 1 : axes.includes(i));
  if (dims.some((size, i) => goes(size, i) && size !== 1))
    throw at.error({ message: 'squeezes an axis that is not 1', received: dimsText(dims) });
  return inOrder(dims.filter((size, i) => !goes(size, i)));
};

export const unsqueeze: Move = (at, dims) => {
  const given = at.settings('axes', 1);
  if (given === undefined) throw at.error({ message: 'its axes are missing' });
  const rank = dims.length + given.length;
  const axes = given.map((axis) => at.axis(axis, rank));
  const kept = [...dims];
  const out = Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (kept.shift() ?? 1)));
  if (new Set(axes).size < axes.length) throw at.error({ message: 'adds an axis twice', received: dimsText(given) });
  return inOrder(out);
};

export const transpose: Move = (at, dims) => {
  const perm = at.node.attributes.integers('perm') ?? dims.map((_, i) => dims.length - 1 - i);
  if (perm.length !== dims.length || dims.some((_, i) => !perm.includes(i)))
    throw at.error({
      message: 'its perm does not name each axis once',
      expected: `${String(dims.length)} axes`,
      received: dimsText(perm),
    });
  return [
    { dims: perm.map((axis) => dims[axis]!), origin: (position) => dims.map((_, i) => position[perm.indexOf(i)]!) },
  ];
};

/** First place and number of places of a slice along one axis (ONNX, Slice). */
function sliced(at: AtNode, size: number, start: number, end: number, step: number): { first: number; count: number } {
  if (!Number.isInteger(step) || step === 0) throw at.error({ message: 'slices with a step of 0' });
  const clamp = (value: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, value < 0 ? value + size : value));
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  // A start that lies behind the end is put onto it.
  const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  return { first, count: Math.max(0, Math.ceil((clamp(end, least, most) - first) / step)) };
}

export const slice: Move = (at, dims) => {
  const starts = at.settings('starts', 1);
  const ends = at.settings('ends', 2);
  if (starts?.length !== ends?.length || starts === undefined || ends === undefined)
    throw at.error({ message: 'its starts and ends do not go together' });
  const axes = (at.settings('axes', 3) ?? starts.map((_, i) => i)).map((axis) => at.axis(axis, dims.length));
  const steps = at.settings('steps', 4) ?? starts.map(() => 1);
  if (axes.length !== starts.length || steps.length !== starts.length)
    throw at.error({ message: 'its axes and steps do not go with its starts' });
  const cuts = dims.map((size) => ({ first: 0, count: size, step: 1 }));
  axes.forEach((axis, i) => {
    cuts[axis] = { ...sliced(at, dims[axis]!, starts[i]!, ends[i]!, steps[i]!), step: steps[i]! };
  });
  return [
    {
      dims: cuts.map(({ count }) => count),
      origin: (position) => cuts.map(({ first, step }, i) => first + position[i]! * step),
    },
  ];
};

export const split: Move = (at, dims) => {
  const axis = at.axis(at.node.attributes.integer('axis') ?? 0, dims.length);
  const size = dims[axis]!;
  const parts = at.node.attributes.integer('num_outputs') ?? at.node.outputs.length;
  const each = Math.ceil(size / parts);
  const equal = Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
  const sizes = at.settings('split', 1) ?? equal;
  if (
    sizes.reduce((a, b) => a + b, 0) !== size ||
    sizes.some((part) => part < 0) ||
    sizes.length < at.node.outputs.length
  )
    throw at.error({
      message: 'its parts do not sum to its input',
      expected: String(size),
      received: sizes.join(' + '),
    });
  let first = 0;
  return sizes.map((part): Moved => {
    const start = first;
    first += part;
    return {
      dims: dims.map((dim, i) => (i === axis ? part : dim)),
      origin: (position) => position.map((place, i) => (i === axis ? place + start : place)),
    };
  });
};

export const gather: Move = (at, dims) => {
  const axis = at.axis(at.node.attributes.integer('axis') ?? 0, dims.length);
  const indices = at.known(1);
  const rank = indices.dims.length;
  const places = indices.is === 'constant' ? indices.values() : undefined;
  return [
    {
      dims: [...dims.slice(0, axis), ...indices.dims, ...dims.slice(axis + 1)],
      origin: (position) => {
        const within = position.slice(axis, axis + rank);
        const flat = within.reduce((sum, place, i) => sum * indices.dims[i]! + place, 0);
        const index = places?.[flat] ?? NaN;
        return [...position.slice(0, axis), index < 0 ? index + dims[axis]! : index, ...position.slice(axis + rank)];
      },
    },
  ];
};

export const expand: Move = (at, dims) => {
  const wanted = at.numbers(1, 'shape') ?? [];
  const rank = Math.max(wanted.length, dims.length);
  const own = [...Array.from({ length: rank - dims.length }, () => 1), ...dims];
  const out = own.map((size, i) => {
    const other = wanted[i - (rank - wanted.length)] ?? 1;
    if (size !== other && size !== 1 && other !== 1) refuseShape(at, dims, wanted);
    return size === 1 ? other : size;
  });
  checkSizes(at, out);
  return [
    {
      dims: out,
      origin: (position) => position.slice(rank - dims.length).map((place, i) => (dims[i] === 1 ? 0 : place)),
    },
  ];
};

export const tile: Move = (at, dims) => {
  const repeats = at.numbers(1, 'repeats') ?? [];
  if (repeats.length !== dims.length) throw at.error({ message: 'its repeats do not go with its input' });
  const out = dims.map((size, i) => size * repeats[i]!);
  checkSizes(at, out);
  return [{ dims: out, origin: (position) => position.map((place, i) => place % dims[i]!) }];
};

/** Sizes that are computed can be anything. */
export function checkSizes(at: AtNode, dims: readonly number[]): void {
  if (dims.every((size) => Number.isSafeInteger(size) && size >= 0) && product(dims) <= Number.MAX_SAFE_INTEGER) return;
  throw at.error({ message: 'the shape of its output makes no sense', received: dimsText(dims) });
}

function blocks(at: AtNode, dims: readonly number[], grow: boolean): readonly Moved[] {
  const block = at.node.attributes.integer('blocksize') ?? 0;
  at.ranks(dims, [4], 'input map');
  const [images, channels, height, width] = dims as [number, number, number, number];
  const square = block * block;
  const out = grow
    ? [images, channels / square, height * block, width * block]
    : [images, channels * square, height / block, width / block];
  checkSizes(at, out);
  return inOrder(out);
}

export const depthToSpace: Move = (at, dims) => blocks(at, dims, true);
export const spaceToDepth: Move = (at, dims) => blocks(at, dims, false);
export const gatherElements: Move = (at) => inOrder(at.known(1).dims);
