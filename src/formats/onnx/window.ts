import type { WindowAxis } from '../../network/output-size.js';
import { kernelSpan, outputSize, paddedSize } from '../../network/output-size.js';
import type { AtNode } from './at-node.js';
import { dimsText, type Flow } from './traced.js';

/** A sliding window over the spatial axes of a map; a map of one spatial axis is one pixel wide. */
export interface Window {
  /** The map under it: without a zero border that a `Pad` before it adds. */
  readonly map: Flow;
  /** Name of that map's tensor. */
  readonly tensor: string;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  /** Sizes of what comes out, one per spatial axis of the map. */
  readonly sizes: readonly number[];
}

/** A setting for each spatial axis; `otherwise` where the node says nothing. */
export function perAxis(at: AtNode, name: string, axes: number, otherwise: number, least = 1): readonly number[] {
  const values = at.node.attributes.integers(name) ?? Array.from({ length: axes }, () => otherwise);
  if (values.length === axes && values.every((value) => Number.isSafeInteger(value) && value >= least)) return values;
  throw at.error({
    message: `its ${name} make no sense`,
    expected: `${String(axes)} integers of at least ${String(least)}`,
    received: dimsText(values),
  });
}

export function autoPad(at: AtNode): string {
  const mode = at.node.attributes.text('auto_pad') ?? 'NOTSET';
  if (['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER', ''].includes(mode)) return mode === '' ? 'NOTSET' : mode;
  throw at.error({
    message: 'its auto_pad is unknown',
    expected: 'NOTSET, VALID, SAME_UPPER or SAME_LOWER',
    received: mode,
  });
}

/** A pair of values that are the same if there is one axis: the second axis then has one pixel. */
export function both(values: readonly number[], otherwise: number): readonly [number, number] {
  return [values[0]!, values[1] ?? otherwise];
}

/** Top, left, bottom, right of begins and ends. */
export function sidesOf(begins: readonly number[], ends: readonly number[]): readonly [number, number, number, number] {
  return [...both(begins, 0), ...both(ends, 0)];
}

/** Padding that keeps ⌈size / stride⌉ positions; an odd pixel goes to the end, or to the begin with SAME_LOWER. */
function samePadding(axis: WindowAxis, lower: boolean): readonly [number, number] {
  const positions = Math.ceil(axis.size / axis.stride);
  const total = Math.max(0, (positions - 1) * axis.stride + kernelSpan(axis) - axis.size);
  const less = Math.floor(total / 2);
  return lower ? [total - less, less] : [less, total - less];
}

/** The map that a window slides over, and the zeros that a `Pad` before the node adds to it. */
function bordered(at: AtNode): { map: Flow; tensor: string; border: readonly number[] } {
  const flow = at.flow(0);
  const tensor = at.node.inputs[0]!;
  if (flow.border === undefined) return { map: flow, tensor, border: [0, 0, 0, 0] };
  const { inside, sides } = flow.border;
  return { map: inside, tensor: flow.border.tensor, border: sides };
}

/**
 * The window of a convolution or pool over its first input: strides, dilations and pads of the node, `auto_pad`, and
 * the zeros of a `Pad` before it.
 *
 * @param kernel sizes, one per spatial axis
 */
export function windowOf(at: AtNode, kernel: readonly number[]): Window {
  const { map, tensor, border } = bordered(at);
  at.ranks(map.dims, [3, 4], 'input map');
  const axes = map.dims.length - 2;
  if (kernel.length !== axes || kernel.some((size) => !Number.isSafeInteger(size) || size < 1))
    throw at.error({
      message: 'its kernel does not go with its input',
      expected: `${String(axes)} sizes for ${dimsText(map.dims)}`,
      received: dimsText(kernel),
    });
  const stride = perAxis(at, 'strides', axes, 1);
  const dilation = perAxis(at, 'dilations', axes, 1);
  const pads = perAxis(at, 'pads', 2 * axes, 0, 0);
  const mode = autoPad(at);
  const ceil = at.node.attributes.integer('ceil_mode') === 1;
  const begins: number[] = [];
  const ends: number[] = [];
  const sizes = kernel.map((size, i) => {
    const [before, after] = [border[i]!, border[i + 2]!];
    const own = { size: map.dims[i + 2]! + before + after, kernel: size, stride: stride[i]!, dilation: dilation[i]! };
    const padding = mode === 'NOTSET' ? ([pads[i]!, pads[i + axes]!] as const) : ([0, 0] as const);
    const same = mode.startsWith('SAME');
    const all = { ...own, padding };
    const axis = same ? { ...all, padding: samePadding(all, mode === 'SAME_LOWER') } : all;
    begins.push(axis.padding[0] + before);
    ends.push(axis.padding[1] + after);
    // With ceil_mode one window may hang over the edge, even the only one.
    const positions = outputSize(axis, ceil && !same);
    if (positions >= 1) return positions;
    throw at.error({
      message: 'its kernel is larger than its padded input',
      expected: `at most ${String(paddedSize(axis))}`,
      received: `${String(kernelSpan(axis))} on ${dimsText(map.dims)}`,
    });
  });
  return {
    map,
    tensor,
    kernel: both(kernel, 1),
    stride: both(stride, 1),
    dilation: both(dilation, 1),
    padding: sidesOf(begins, ends),
    sizes,
  };
}

/** The map of one image; refuses one that has other images inside it, or none of some. */
export function imageOf(at: AtNode, { dims, view }: Flow): Flow['view'] {
  if (dims[0] === at.images) return view;
  throw at.error({
    message: 'its input has another number of images than the model',
    expected: `${String(at.images)} on the first axis`,
    received: dimsText(dims),
    hint: 'Maps that are folded into the batch are not simulated',
  });
}
