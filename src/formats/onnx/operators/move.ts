import type { AtNode, Operator } from '../at-node.js';
import { positionOf } from '../fold.js';
import { product } from '../tensor.js';
import { constantOf, mostFolded, turnedView, type Constant } from '../traced.js';
import type { Move, Moved } from './moved.js';
import { pass } from './pass.js';

/** Values of a moved constant; undefined where there are many, or where they are not known. */
function movedValues(part: Constant, { dims, origin }: Moved): readonly number[] | undefined {
  const values = part.values();
  if (values === undefined || origin === undefined) return values;
  const count = product(dims);
  if (count > mostFolded) return undefined;
  const moved: number[] = [];
  for (let i = 0; i < count; i++) {
    const place = origin(positionOf(i, dims)).reduce((sum, at, axis) => sum * part.dims[axis]! + at, 0);
    const value = values[place];
    if (value === undefined) return undefined;
    moved.push(value);
  }
  return moved;
}

/** An operator that moves elements: constants are moved here, maps are passed through. */
export function moving(move: Move): Operator {
  return (at: AtNode) => {
    const traced = at.known(0);
    const outputs = move(at, traced.dims);
    if (traced.is === 'constant') {
      const { integer, bits } = traced;
      outputs.forEach((moved, i) => {
        at.give(constantOf(moved.dims, movedValues(traced, moved), { integer, bits }), i);
      });
      return;
    }
    // One node is listed once, however many parts it makes; elements stay on their grid.
    const passed = pass(at, traced, traced.dims);
    outputs.forEach(({ dims }, i) => {
      at.give({ ...at.draft.moved(passed, dims), bits: traced.bits }, i);
    });
  };
}

/** A transposition, which may put the channels of a map last, or back. */
export const turning = (move: Move): Operator => {
  const moved = moving(move);
  return (at) => {
    moved(at);
    const [turned] = at.outputs;
    const from = at.known(0);
    if (turned?.is !== 'flow' || from.is !== 'flow') return;
    const perm = at.node.attributes.integers('perm')?.join();
    const toLast = perm === '0,2,3,1' && from.channelsLast !== true;
    if (toLast) at.give({ ...turned, channelsLast: true, view: turnedView(turned.dims, at.images) });
  };
};

/** Weights may be gathered by what an image holds: the rows of a table that it points at. */
export const gathering = (move: Move): Operator => {
  const moved = moving(move);
  return (at) => {
    const [data, indices] = [at.known(0), at.known(1)];
    if (data.is === 'flow' || indices.is === 'constant') {
      moved(at);
      return;
    }
    const [out] = move(at, data.dims);
    at.give(pass(at, indices, out!.dims));
  };
};

/** The dimensions of a tensor as a constant. */
export const shapeOf: Operator = (at) => {
  const { dims } = at.known(0);
  const { attributes } = at.node;
  const part = dims.slice(attributes.integer('start') ?? 0, attributes.integer('end') ?? dims.length);
  at.give(constantOf([part.length], part));
};

export const sizeOf: Operator = (at) => {
  at.give(constantOf([], [product(at.known(0).dims)]));
};
