import type { VectorKind } from '../../../network/layer.js';
import { elements, weightCount } from '../../../network/layer.js';
import type { AtNode, Operator } from '../at-node.js';
import { product } from '../tensor.js';
import { broadcastDims, dimsText, functionOf, sameDims, viewOf, type Constant, type Flow } from '../traced.js';

/** An activation, cast or rounding: part of the layer before. */
export const activation: Operator = (at) => {
  at.draft.notes.node('fused', at.node);
  at.give(functionOf(at.flow(0)));
};

/** One that makes no new values, `Relu`, `Clip`: they stay on their grid. */
export const selection: Operator = (at) => {
  activation(at);
  const flow = at.flow(0);
  at.give({ ...functionOf(flow), bits: flow.bits });
};

/** One that changes nothing: `Identity`, `Dropout`, whose second output is a mask. */
export const identity: Operator = (at) => {
  activation(at);
  at.give(at.flow(0));
  if (at.node.outputs.length > 1) at.give(functionOf(at.flow(0)), 1);
};

/** Part of an array layer that it follows directly, with scale and shift per filter; elsewhere passed through. */
export const batchNorm: Operator = (at) => {
  const flow = at.flow(0);
  const layer = at.draft.directLayer(flow);
  if (layer !== undefined) layer.parameters += 2 * layer.filters;
  at.draft.notes.node(layer === undefined ? 'passed' : 'fused', at.node);
  at.give(functionOf(flow));
};

/** A layer that a constant of one value per filter is the bias of: added right behind it, where it has none. */
function biasedLayer(at: AtNode, flow: Flow, constant: Constant) {
  const layer = at.node.op === 'Add' ? at.draft.directLayer(flow) : undefined;
  if (layer === undefined) return undefined;
  const hasBias = layer.parameters > weightCount(layer);
  return !hasBias && product(constant.dims) === layer.filters ? layer : undefined;
}

/** A map with a constant: a bias, or else passed through. */
function withConstant(at: AtNode, flow: Flow, constant: Constant, dims: readonly number[]): void {
  const unchanged = sameDims(dims, flow.dims);
  const layer = unchanged ? biasedLayer(at, flow, constant) : undefined;
  if (layer !== undefined) layer.parameters += layer.filters;
  at.draft.notes.node(layer === undefined ? 'passed' : 'fused', at.node);
  // A batch norm may still follow a bias.
  const same = { ...functionOf(flow), direct: layer !== undefined };
  at.give(unchanged ? same : { ...same, dims, view: viewOf(dims, at.images), root: at.draft.newRoot() });
}

/** All inputs that are there, at least one of which is a map, and their common dimensions. */
function operands(at: AtNode) {
  const known = at.inputs.flatMap((input, i) => (input === undefined ? [] : [at.known(i)]));
  const dims = broadcastDims(known.map((input) => input.dims));
  if (dims === undefined)
    throw at.error({
      message: 'its inputs do not go together',
      received: known.map((input) => dimsText(input.dims)).join(' and '),
    });
  const flows = known.filter((input) => input.is === 'flow');
  return { known, flows, dims };
}

function elementwiseLayer(kind: VectorKind & ('add' | 'multiply')): Operator {
  return (at) => {
    const { known, flows, dims } = operands(at);
    const first = flows[0]!;
    const constant = known.find((input) => input.is === 'constant');
    const sizes = flows.map(({ view }) => elements(view));
    const isScalar = sizes.some((size) => size === 1) && sizes.some((size) => size > 1);
    const others = constant !== undefined || isScalar ? [] : flows.filter(({ root }) => root !== first.root);
    if (others.length > 0) {
      // The one that is broadcast comes last.
      const reads = sizes[0] === Math.max(...sizes) ? flows : flows.toReversed();
      const whole = reads.find((flow) => sameDims(flow.dims, dims));
      const tensor = at.node.inputs[0]!;
      const output = whole?.view ?? viewOf(dims, at.images);
      at.give({ ...at.draft.vectorLayer(at.node, kind, { reads, tensor, dims, output }), direct: false });
    } else if (constant !== undefined && flows.length === 1) withConstant(at, first, constant, dims);
    else {
      const whole = flows.find((flow) => sameDims(flow.dims, dims)) ?? {
        ...first,
        dims,
        view: viewOf(dims, at.images),
      };
      at.draft.notes.node(isScalar ? 'passed' : 'fused', at.node);
      at.give(functionOf(whole));
    }
  };
}

/** Sums, differences and maxima of maps that come from different tensors. */
export const sum: Operator = elementwiseLayer('add');

/** Products and quotients. One of a tensor with a function of itself (x · sigmoid(x)) is an activation. */
export const scale: Operator = elementwiseLayer('multiply');

/** Comparisons and choices: passed through with the dimensions that broadcasting gives. */
export const comparison: Operator = (at) => {
  const { flows, dims } = operands(at);
  const whole = flows.find((flow) => sameDims(flow.dims, dims)) ?? flows[0]!;
  at.draft.notes.node('passed', at.node);
  at.give({ ...functionOf(whole), dims, view: sameDims(whole.dims, dims) ? whole.view : viewOf(dims, at.images) });
};
