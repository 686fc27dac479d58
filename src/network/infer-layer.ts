import type { ArrayKind, ArrayLayer, Layer, Shape, VectorKind, VectorLayer } from './layer.js';
import { elements, macs, weightCount } from './layer.js';
import type { LayerSpec, ReportProblem, SpecKind } from './layer-spec.js';
import { precisionOf } from './layer-fields.js';
import type { WindowAxis } from './output-size.js';
import { kernelSpan, outputSize, paddedSize } from './output-size.js';

type Pair = readonly [number, number];
type Sides = readonly [number, number, number, number];

/** One layer whose fields are valid and whose inputs are known. */
interface Located {
  readonly spec: LayerSpec;
  readonly from: readonly string[];
  readonly inputs: readonly Shape[];
  readonly report: ReportProblem;
}

/** `[64, 56, 56]`: channels, height, width. */
function shapeText(shape: Shape): string {
  return `[${String(shape.channels)}, ${String(shape.height)}, ${String(shape.width)}]`;
}

function pair(value: number | Pair | undefined, otherwise: Pair): Pair {
  if (value === undefined) return otherwise;
  return typeof value === 'number' ? [value, value] : value;
}

function sides(value: number | Pair | Sides | undefined): Sides {
  if (value === undefined) return [0, 0, 0, 0];
  if (typeof value === 'number') return [value, value, value, value];
  return value.length === 2 ? [value[0], value[1], value[0], value[1]] : value;
}

/** Height and width behind a sliding window; reports a kernel that does not fit and returns undefined. */
function slide(
  { spec, report }: Located,
  input: Shape,
  kernel: Pair,
  stride: Pair,
  padding: Sides,
  dilation: Pair,
): Pair | undefined {
  const axis = (i: 0 | 1): WindowAxis => ({
    size: i === 0 ? input.height : input.width,
    kernel: kernel[i],
    stride: stride[i],
    dilation: dilation[i],
    padding: [padding[i], padding[i + 2]!],
  });
  const axes = [axis(0), axis(1)] as const;
  const fits = axes.map((a, i) => {
    const span = kernelSpan(a);
    if (span <= paddedSize(a)) return true;
    report(['kernel'], {
      message: `the kernel of ${spec.name} is ${i === 0 ? 'higher' : 'wider'} than its padded input`,
      expected: `at most ${String(paddedSize(a))}`,
      received: a.dilation === 1 ? String(span) : `${String(span)} with its dilation`,
      hint: `its input is ${shapeText(input)}`,
    });
    return false;
  });
  if (fits.includes(false)) return undefined;
  return [outputSize(axes[0], spec.ceil), outputSize(axes[1], spec.ceil)];
}

function arrayLayer(
  { spec, from }: Located,
  kind: ArrayKind,
  geometry: Pick<ArrayLayer, 'input' | 'output' | 'kernel' | 'stride' | 'dilation' | 'padding' | 'groups'>,
): ArrayLayer {
  const filters = geometry.output.channels;
  const layer = { name: spec.name, kind, from, filters, ...geometry, parameters: 0 };
  const batchNorm = spec.batchNorm ?? false;
  const bias = spec.bias ?? !batchNorm;
  return { ...layer, parameters: weightCount(layer) + (bias ? filters : 0) + (batchNorm ? 2 * filters : 0) };
}

function convolution(
  at: Located,
  kind: 'conv2d' | 'depthwise',
  filters: number,
  groups: number,
): ArrayLayer | undefined {
  const { spec, report } = at;
  const input = at.inputs[0]!;
  const kernel = pair(spec.kernel, [1, 1]);
  const stride = pair(spec.stride, [1, 1]);
  const dilation = pair(spec.dilation, [1, 1]);
  const padding = sides(spec.padding);
  const size = slide(at, input, kernel, stride, padding, dilation);
  let divisible = true;
  for (const [count, what, field] of [
    [input.channels, 'input channels', 'groups'],
    [filters, 'filters', kind === 'depthwise' ? 'filters' : 'groups'],
  ] as const) {
    if (count % groups === 0) continue;
    divisible = false;
    report([field], {
      message: `${spec.name} splits ${String(count)} ${what} into groups of unequal size`,
      expected: kind === 'depthwise' ? `a multiple of its ${String(groups)} channels` : `a divisor of ${String(count)}`,
      received: kind === 'depthwise' ? String(count) : String(groups),
    });
  }
  if (size === undefined || !divisible) return undefined;
  const output = { channels: filters, height: size[0], width: size[1] };
  return arrayLayer(at, kind, { input, output, kernel, stride, dilation, padding, groups });
}

function linear(at: Located): ArrayLayer {
  return arrayLayer(at, 'linear', {
    input: { channels: elements(at.inputs[0]!), height: 1, width: 1 },
    output: { channels: at.spec.filters!, height: 1, width: 1 },
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    groups: 1,
  });
}

function vectorLayer({ spec, from, inputs }: Located, kind: VectorKind, output: Shape, kernel?: Pair): VectorLayer {
  return { name: spec.name, kind, from, inputs, output, parameters: 0, ...(kernel && { kernel }) };
}

function pool(at: Located): VectorLayer | undefined {
  const { spec, report } = at;
  const input = at.inputs[0]!;
  if (spec.global === true) return vectorLayer(at, 'pool', { channels: input.channels, height: 1, width: 1 });
  const kernel = pair(spec.kernel, [1, 1]);
  const padding = sides(spec.padding);
  if (padding.some((side, i) => side >= kernel[i % 2]!)) {
    report(['padding'], {
      message: `a window of ${spec.name} lies in the padding alone`,
      expected: `padding smaller than the kernel ${kernel.join('×')}`,
      received: padding.join(', '),
    });
    return undefined;
  }
  const size = slide(at, input, kernel, pair(spec.stride, kernel), padding, [1, 1]);
  return size && vectorLayer(at, 'pool', { channels: input.channels, height: size[0], width: size[1] }, kernel);
}

/** Reports every input whose shape does not go with the first one's; the first gives the output's. */
function elementwise(
  at: Located,
  kind: VectorKind,
  goesWith: (shape: Shape, first: Shape, index: number) => boolean,
  expected: (first: Shape) => string,
): VectorLayer | undefined {
  const first = at.inputs[0]!;
  const wrong = at.inputs.flatMap((shape, i) => (i === 0 || goesWith(shape, first, i) ? [] : [i]));
  for (const i of wrong) {
    at.report(['from', i], {
      message: `${at.spec.name} cannot ${kind} ${String(at.from[0])} and ${String(at.from[i])}: their shapes differ`,
      expected: expected(first),
      received: shapeText(at.inputs[i]!),
    });
  }
  if (wrong.length > 0) return undefined;
  const channels = kind === 'concat' ? at.inputs.reduce((total, shape) => total + shape.channels, 0) : first.channels;
  return vectorLayer(at, kind, { ...first, channels });
}

const sameMap = (a: Shape, b: Shape): boolean => a.height === b.height && a.width === b.width;
const same = (a: Shape, b: Shape): boolean => a.channels === b.channels && sameMap(a, b);
const scales = (a: Shape, b: Shape): boolean => a.channels === b.channels && elements(a) === a.channels;

const builders: Readonly<Record<SpecKind, (at: Located) => Layer | undefined>> = {
  conv2d: (at) => convolution(at, 'conv2d', at.spec.filters!, at.spec.groups ?? 1),
  depthwise: (at) => {
    const channels = at.inputs[0]!.channels;
    return convolution(at, 'depthwise', at.spec.filters ?? channels, channels);
  },
  linear,
  pool,
  add: (at) => elementwise(at, 'add', same, shapeText),
  concat: (at) =>
    elementwise(at, 'concat', sameMap, (first) => `height × width ${String(first.height)}×${String(first.width)}`),
  multiply: (at) =>
    elementwise(
      at,
      'multiply',
      (shape, first) => same(shape, first) || scales(shape, first),
      (first) => `${shapeText(first)} or ${shapeText({ channels: first.channels, height: 1, width: 1 })}`,
    ),
  resize: (at) => {
    const [height, width] = at.spec.size as Pair;
    return vectorLayer(at, 'resize', { channels: at.inputs[0]!.channels, height, width });
  },
};

/**
 * The layer that a spec with valid fields becomes on inputs of known shapes, or undefined after reporting why there is
 * none. MACs beyond 2⁵³ are refused, so that counts stay exact.
 */
export function inferLayer(
  spec: LayerSpec,
  from: readonly string[],
  inputs: readonly Shape[],
  report: ReportProblem,
): Layer | undefined {
  const built = builders[spec.kind]({ spec, from, inputs, report });
  if (built === undefined) return undefined;
  const precision = precisionOf(spec.bits);
  const layer = precision === undefined ? built : { ...built, precision };
  const work = Math.max(macs(layer), elements(layer.output), layer.parameters);
  if (work <= Number.MAX_SAFE_INTEGER) return layer;
  report([], {
    message: `${spec.name} is too large to count`,
    expected: 'less than 2^53 MACs',
    received: String(work),
  });
  return undefined;
}
