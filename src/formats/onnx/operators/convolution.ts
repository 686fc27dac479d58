import type { ArrayLayer } from '../../../network/layer.js';
import type { AtNode, Operator } from '../at-node.js';
import { quantizedOutput } from './quantize.js';
import { dimsText, type Constant, type Flow } from '../traced.js';
import { autoPad, both, imageOf, perAxis, sidesOf, windowOf } from '../window.js';

/** Positions of a convolution's inputs, which differ between its quantised forms. */
interface Inputs {
  readonly weights: number;
  readonly bias: number;
}

/** Weights [filters, channels per group, kernel…], or [channels, filters per group, kernel…] of a transposed one. */
function checkedWeights(at: AtNode, weights: Constant, map: Flow, perGroup: 0 | 1) {
  const axes = map.dims.length - 2;
  at.ranks(map.dims, [3, 4], 'input map');
  at.ranks(weights.dims, [axes + 2], 'weights');
  const channels = map.dims[1]!;
  const groups = at.node.attributes.integer('group') ?? 1;
  const kernel = weights.dims.slice(2);
  const stated = at.node.attributes.integers('kernel_shape');
  if (stated !== undefined && stated.join() !== kernel.join())
    throw at.error({
      message: 'its kernel_shape is not that of its weights',
      expected: dimsText(kernel),
      received: dimsText(stated),
    });
  const [first, second] = [weights.dims[0]!, weights.dims[1]!];
  const wanted = perGroup === 1 ? second * groups : first;
  const filters = perGroup === 1 ? first : second * groups;
  if (!Number.isSafeInteger(groups) || groups < 1 || wanted !== channels || filters % groups !== 0 || channels % groups)
    throw at.error({
      message: 'its weights and groups do not go with its input',
      expected: `weights for ${String(channels)} channels of ${dimsText(map.dims)}`,
      received: `${dimsText(weights.dims)} in ${String(groups)} groups`,
    });
  return { kernel, groups, filters, channels };
}

/** A group per channel makes it depthwise. */
function kindOf(groups: number, channels: number): ArrayLayer['kind'] {
  return groups > 1 && groups === channels ? 'depthwise' : 'conv2d';
}

function convolutionWith({ weights: weightsAt, bias }: Inputs): Operator {
  return (at) => {
    const weights = at.weights(weightsAt, 'weights');
    const window = windowOf(at, weights.dims.slice(2));
    const { map, sizes, tensor, kernel, stride, dilation, padding } = window;
    const { groups, filters, channels } = checkedWeights(at, weights, map, 1);
    const [height, width] = both(sizes, 1);
    at.give(
      at.draft.arrayLayer(
        at.node,
        {
          kind: kindOf(groups, channels),
          input: imageOf(at, map),
          output: { channels: filters, height, width },
          kernel,
          stride,
          dilation,
          padding,
          groups,
        },
        {
          reads: map,
          tensor,
          dims: [map.dims[0]!, filters, ...sizes],
          bias: at.inputs[bias] !== undefined,
          stated: { activations: map.bits ?? at.flow(0).bits, weights: weights.bits },
        },
      ),
    );
  };
}

export const convolution: Operator = convolutionWith({ weights: 1, bias: 2 });

/** Zeros before and after one axis of a transposed convolution's output that are cut off, and its size. */
interface Cut {
  readonly before: number;
  readonly after: number;
  readonly size: number;
}

/** The cut of every spatial axis (ONNX, ConvTranspose). */
function cutsOf(at: AtNode, sizes: readonly number[], spans: readonly number[], stride: readonly number[]): Cut[] {
  const axes = sizes.length;
  const extra = perAxis(at, 'output_padding', axes, 0, 0);
  const pads = perAxis(at, 'pads', 2 * axes, 0, 0);
  const wanted = at.node.attributes.integers('output_shape')?.slice(-axes);
  const mode = autoPad(at);
  return sizes.map((size, i): Cut => {
    const whole = stride[i]! * (size - 1) + extra[i]! + spans[i]!;
    const same = mode.startsWith('SAME') ? size * stride[i]! : undefined;
    const target = wanted?.[i] ?? same;
    if (target === undefined) {
      const [before, after] = mode === 'NOTSET' ? [pads[i]!, pads[i + axes]!] : [0, 0];
      return { before, after, size: whole - before - after };
    }
    // Where more is wanted than there is, zeros come behind.
    const total = whole - target;
    const less = Math.floor(Math.max(0, total) / 2);
    const before = mode === 'SAME_UPPER' ? less : Math.max(0, total) - less;
    return { before, after: total - before, size: target };
  });
}

/**
 * A transposed convolution as the convolution that it is: of the map with stride − 1 zeros behind every pixel, with the
 * kernel turned by 180°.
 */
export const transposedConvolution: Operator = (at) => {
  const map = at.flow(0);
  const weights = at.weights(1, 'weights');
  const { kernel, groups, filters, channels } = checkedWeights(at, weights, map, 0);
  const input = imageOf(at, map);
  const axes = kernel.length;
  const stride = perAxis(at, 'strides', axes, 1);
  const dilation = perAxis(at, 'dilations', axes, 1);
  const sizes = map.dims.slice(2);
  const spans = kernel.map((size, i) => dilation[i]! * (size - 1) + 1);
  const cuts = cutsOf(at, sizes, spans, stride);
  const extra = perAxis(at, 'output_padding', axes, 0, 0);
  const begins = cuts.map(({ before }, i) => spans[i]! - 1 - before);
  // The zeros behind the last pixel are padding, too; where the output is cut there, fewer are inserted.
  const behind = cuts.map(({ after }, i) => spans[i]! - 1 - after + extra[i]! - (stride[i]! - 1));
  const ends = behind.map((zeros) => Math.max(0, zeros));
  const widened = sizes.map((size, i) => size * stride[i]! + Math.min(0, behind[i]!));
  if (begins.some((zeros) => zeros < 0) || widened.some((size, i) => size < (sizes[i]! - 1) * stride[i]! + 1))
    throw at.error({
      message: 'its pads cut off more than its kernel adds',
      expected: `pads below ${dimsText(spans)}`,
    });
  const widens = stride.some((step) => step > 1);
  const { node, draft } = at;
  const tensor = node.inputs[0]!;
  const [height, width] = both(widened, 1);
  const read = widens
    ? {
        ...draft.vectorLayer(node, 'resize', {
          reads: [map],
          tensor,
          dims: [map.dims[0]!, channels, ...widened],
          output: { channels, height, width },
          name: `${draft.nameOf(node)}-zero-insert`,
        }),
        bits: map.bits,
      }
    : map;
  if (widens) draft.notes.zeros(draft.nameOf(node));
  const [outputHeight, outputWidth] = both(
    cuts.map(({ size }) => size),
    1,
  );
  at.give(
    draft.arrayLayer(
      node,
      {
        kind: kindOf(groups, channels),
        input: widens ? read.view : input,
        output: { channels: filters, height: outputHeight, width: outputWidth },
        kernel: both(kernel, 1),
        stride: [1, 1],
        dilation: both(dilation, 1),
        padding: sidesOf(begins, ends),
        groups,
      },
      {
        reads: read,
        tensor,
        dims: [map.dims[0]!, filters, ...cuts.map(({ size }) => size)],
        bias: at.inputs[2] !== undefined,
        stated: { activations: map.bits, weights: weights.bits },
      },
    ),
  );
};

/** `ConvInteger`: activations, weights and their zero points; the types of both say the bits. */
export const integerConvolution: Operator = convolutionWith({ weights: 1, bias: -1 });

/** `QLinearConv`: scale and zero point follow each of activations, weights and output; the bias comes last. */
export const quantizedConvolution: Operator = quantizedOutput(convolutionWith({ weights: 3, bias: 8 }));
