import type { AtNode, Operator } from '../at-node.js';
import { dimsText, sameDims, type Flow } from '../traced.js';
import { pass } from './pass.js';

/** Positions of a resize's inputs, which moved from opset to opset; −1 where there is none. */
function inputsOf({ node }: AtNode): { scales: number; sizes: number } {
  if (node.op === 'Upsample') return { scales: 1, sizes: -1 };
  return node.opset < 11 ? { scales: 1, sizes: -1 } : { scales: 2, sizes: 3 };
}

/** Numbers of an input that may be left out by being empty. */
function given(at: AtNode, index: number, what: string): readonly number[] | undefined {
  const values = index < 0 ? undefined : at.numbers(index, what);
  return values?.length === 0 ? undefined : values;
}

/** The given values on their axes, and what is there on the others. */
function spread(at: AtNode, values: readonly number[], rank: number, others: readonly number[]): readonly number[] {
  const axes = at.node.attributes.integers('axes')?.map((axis) => at.axis(axis, rank));
  if (axes === undefined ? values.length !== rank : values.length !== axes.length)
    throw at.error({
      message: 'its sizes do not go with its input',
      expected: String(rank),
      received: dimsText(values),
    });
  if (axes === undefined) return values;
  return others.map((other, i) => (axes.includes(i) ? values[axes.indexOf(i)]! : other));
}

/** Sizes where the aspect ratio is to be kept (opset 18): one scale for all resized axes. */
function keepingRatio(at: AtNode, sizes: readonly number[], dims: readonly number[]): readonly number[] {
  const policy = at.node.attributes.text('keep_aspect_ratio_policy') ?? 'stretch';
  if (policy === 'stretch') return sizes;
  const axes = at.node.attributes.integers('axes')?.map((axis) => at.axis(axis, dims.length)) ?? [...dims.keys()];
  const ratios = axes.map((axis) => sizes[axis]! / dims[axis]!);
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return dims.map((dim, i) => (axes.includes(i) ? Math.round(ratio * dim) : dim));
}

function resizedDims(at: AtNode, { dims }: Flow): readonly number[] {
  const { scales: scalesAt, sizes: sizesAt } = inputsOf(at);
  const rank = dims.length;
  const sizes = given(at, sizesAt, 'sizes');
  if (sizes !== undefined) return keepingRatio(at, spread(at, sizes, rank, dims), dims);
  const scales = at.node.attributes.floats('scales') ?? given(at, scalesAt, 'scales');
  if (scales === undefined) throw at.error({ message: 'states neither scales nor sizes' });
  if (at.node.attributes.text('coordinate_transformation_mode') === 'tf_crop_and_resize')
    throw at.error({
      message: 'crops by scale',
      expected: 'sizes',
      hint: 'tf_crop_and_resize is read with sizes alone',
    });
  const ones = dims.map(() => 1);
  const all = spread(at, scales, rank, ones);
  // As runtimes do: in single precision.
  return dims.map((dim, i) => Math.floor(Math.fround(Math.fround(all[i]!) * dim)));
}

/** `Resize` and `Upsample` along height and width; one that changes nothing is passed through. */
export const resize: Operator = (at) => {
  const map = at.flow(0);
  const dims = resizedDims(at, map);
  if (dims.some((dim) => !Number.isSafeInteger(dim) || dim < 1))
    throw at.error({ message: 'its sizes make no sense', received: dimsText(dims) });
  if (sameDims(dims, map.dims)) {
    at.give({ ...pass(at, map, dims), view: map.view });
    return;
  }
  if (dims[0] !== map.dims[0] || dims.length < 3)
    throw at.error({
      message: 'resizes the batch',
      expected: 'a map whose spatial axes are resized',
      received: `${dimsText(map.dims)} to ${dimsText(dims)}`,
    });
  at.give(at.draft.vectorLayer(at.node, 'resize', { reads: [map], tensor: at.node.inputs[0]!, dims }));
};
