import type { AtNode, Operator } from '../at-node.js';
import { dimsText, constantOf, viewOf, type Flow } from '../traced.js';
import { checkSizes } from './moved.js';
import { pass } from './pass.js';

/** Elements before and after each axis. */
function padsOf(at: AtNode, rank: number): { readonly before: readonly number[]; readonly after: readonly number[] } {
  const { attributes } = at.node;
  const given = attributes.integers('pads') ?? attributes.integers('paddings') ?? at.numbers(1, 'pads') ?? [];
  const axes = at.numbers(3, 'axes')?.map((axis) => at.axis(axis, rank)) ?? Array.from({ length: rank }, (_, i) => i);
  if (given.length !== 2 * axes.length)
    throw at.error({
      message: 'its pads do not go with its input',
      expected: `${String(2 * axes.length)} numbers`,
      received: dimsText(given),
    });
  const side = (offset: number): number[] =>
    Array.from({ length: rank }, (_, i) => (axes.includes(i) ? given[offset + axes.indexOf(i)]! : 0));
  return { before: side(0), after: side(axes.length) };
}

/** A border around a map that the next convolution or pool takes as its padding; else passed through. */
function bordered(at: AtNode, inside: Flow, padded: Flow, before: readonly number[], after: readonly number[]): Flow {
  const sides = [before[2]!, before[3] ?? 0, after[2]!, after[3] ?? 0];
  const others = [before[0], before[1], after[0], after[1]];
  if (others.some((size) => size !== 0) || sides.some((size) => size < 0)) return padded;
  return { ...padded, border: { inside, tensor: at.node.inputs[0]!, sides } };
}

/** Whatever the border holds: padding is executed and counted, with zeros or without. */
export const pad: Operator = (at) => {
  const traced = at.known(0);
  const { dims } = traced;
  const { before, after } = padsOf(at, dims.length);
  const out = dims.map((size, i) => size + before[i]! + after[i]!);
  checkSizes(at, out);
  if (traced.is === 'constant') {
    at.give(constantOf(out, undefined, { integer: traced.integer, bits: traced.bits }));
    return;
  }
  const padded = { ...pass(at, traced, out), view: viewOf(out, at.images), bits: traced.bits };
  const isMap = dims.length === 3 || dims.length === 4;
  at.give(isMap && traced.border === undefined ? bordered(at, traced, padded, before, after) : padded);
};
