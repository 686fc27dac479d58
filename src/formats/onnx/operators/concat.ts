import type { Operator } from '../at-node.js';
import { dimsText, constantOf, type Constant, type Flow } from '../traced.js';
import { mostFolded } from '../traced.js';
import { product } from '../tensor.js';

/** Values of constants that stand one after another along an axis; undefined where there are many. */
function joined(parts: readonly Constant[], axis: number, dims: readonly number[]): readonly number[] | undefined {
  if (product(dims) > mostFolded) return undefined;
  const values = parts.map((part) => part.values());
  const outer = product(dims.slice(0, axis));
  const rows = parts.map(({ dims: own }) => product(own.slice(axis)));
  const out: number[] = [];
  for (let i = 0; i < outer; i++)
    for (const [p, own] of values.entries()) {
      if (own === undefined) return undefined;
      out.push(...own.slice(i * rows[p]!, (i + 1) * rows[p]!));
    }
  return out;
}

/** Maps side by side are a layer that moves them; constants among them are not moved. */
export const concat: Operator = (at) => {
  const parts = at.node.inputs.map((_, i) => at.known(i));
  const first = parts[0]?.dims;
  if (first === undefined) throw at.error({ message: 'has no inputs' });
  const axis = at.axis(at.node.attributes.integer('axis') ?? 1, first.length);
  const fits = parts.every(
    ({ dims }) => dims.length === first.length && dims.every((dim, i) => i === axis || dim === first[i]),
  );
  if (!fits)
    throw at.error({
      message: 'its inputs do not go together',
      received: parts.map(({ dims }) => dimsText(dims)).join(' and '),
    });
  const size = parts.reduce((sum, { dims }) => sum + dims[axis]!, 0);
  const dims = first.map((dim, i) => (i === axis ? size : dim));
  const reads = parts.filter((part): part is Flow => part.is === 'flow');
  const constants = parts.filter((part): part is Constant => part.is === 'constant');
  if (reads.length === 0)
    at.give(constantOf(dims, joined(constants, axis, dims), { integer: constants.every(({ integer }) => integer) }));
  else if (axis === 0 && first.length > 1)
    throw at.error({
      message: 'joins maps along the batch',
      expected: 'another axis than the first',
      hint: 'Every image is one map',
    });
  else at.give(at.draft.vectorLayer(at.node, 'concat', { reads, tensor: at.node.inputs[0]!, dims }));
};
