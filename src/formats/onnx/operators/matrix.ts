import type { AtNode, Operator } from '../at-node.js';
import { tokensOf } from '../network-draft.js';
import { quantizedOutput } from './quantize.js';
import { dimsText, broadcastDims, type Constant, type Flow } from '../traced.js';

/** A product of a map's last axis with a matrix of weights. */
interface Product {
  readonly map: Flow;
  readonly tensor: string;
  readonly weights: Constant;
  /** Inputs and outputs of the matrix. */
  readonly inputs: number;
  readonly filters: number;
  readonly tokens: number;
  /** Dimensions of the product. */
  readonly dims: readonly number[];
  readonly bias: boolean;
}

/** A linear layer, or a 1×1 convolution over tokens: [channels, tokens, 1]. */
function give(at: AtNode, { map, tensor, weights, inputs, filters, tokens, dims, bias }: Product): void {
  const single = tokens === 1;
  at.give(
    at.draft.arrayLayer(
      at.node,
      {
        kind: single ? 'linear' : 'conv2d',
        input: { channels: inputs, height: tokens, width: 1 },
        output: { channels: filters, height: tokens, width: 1 },
        kernel: [1, 1],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
        groups: 1,
      },
      { reads: map, tensor, dims, bias, stated: { activations: map.bits, weights: weights.bits } },
    ),
  );
}

function mismatch(at: AtNode, a: readonly number[], b: readonly number[]): Error {
  return at.error({
    message: 'its matrices do not go together',
    expected: 'as many columns of the first as rows of the second',
    received: `${dimsText(a)} and ${dimsText(b)}`,
  });
}

function checkedTokens(at: AtNode, rows: number): number {
  if (Number.isInteger(rows)) return rows;
  throw at.error({ message: 'the images of its batch cannot be told apart', expected: 'a batch of 1' });
}

/** Dimensions of a matrix product, as numpy's matmul has them. */
export function productDims(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2)) return undefined;
  const batch = broadcastDims([left.slice(0, -2), right.slice(0, -2)]);
  if (batch === undefined) return undefined;
  return [...batch, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])];
}

/** Two matrices that both depend on the image: attention. The walk goes on behind it. */
function refuseTwoFlows(at: AtNode, a: Flow, b: Flow, dims: readonly number[]): void {
  at.report({
    message: 'multiplies two activations, whose MACs no layer here has: convolutions and linear layers have weights',
    expected: 'a constant matrix',
    received: `${dimsText(a.dims)} × ${dimsText(b.dims)}`,
    hint: 'Attention is not simulated: cut the model before it (onnx.utils.extract_model)',
  });
  const { draft } = at;
  at.give({ ...a, dims, root: draft.newRoot(), direct: false, bits: undefined });
}

function matrixProduct(first: number, second: number): Operator {
  return (at) => {
    const [a, b] = [at.known(first), at.known(second)];
    const dims = productDims(a.dims, b.dims);
    if (dims === undefined) throw mismatch(at, a.dims, b.dims);
    if (a.is === 'flow' && b.is === 'flow') {
      refuseTwoFlows(at, a, b, dims);
      return;
    }
    const [map, weights] = a.is === 'flow' ? [a, b as Constant] : [b as Flow, a];
    const right = a.is === 'flow';
    const matrix = weights.dims.length === 1 ? (right ? [...weights.dims, 1] : [1, ...weights.dims]) : weights.dims;
    if (matrix.slice(0, -2).some((size) => size !== 1))
      throw at.error({
        message: 'its weights are a batch of matrices',
        expected: 'one matrix for all images and tokens',
        received: dimsText(weights.dims),
      });
    const [rows, cols] = [matrix.at(-2)!, matrix.at(-1)!];
    const [inputs, filters] = right ? [rows, cols] : [cols, rows];
    const tokens = checkedTokens(at, dims.reduce((x, y) => x * y, 1) / filters / at.images);
    const tensor = at.node.inputs[right ? first : second]!;
    give(at, { map, tensor, weights, inputs, filters, tokens, dims, bias: false });
  };
}

export const matrixMultiplication: Operator = matrixProduct(0, 1);

/** `QLinearMatMul`: scale and zero point follow each of activations, weights and output. */
export const quantizedMultiplication: Operator = quantizedOutput(matrixProduct(0, 3));

/** `Gemm`: A · B + C, either of A and B transposed. */
export const gemm: Operator = (at) => {
  const [a, b] = [at.known(0), at.known(1)];
  at.ranks(a.dims, [2], 'A');
  at.ranks(b.dims, [2], 'B');
  const turned = (dims: readonly number[], name: string): readonly number[] =>
    at.node.attributes.integer(name) === 1 ? dims.toReversed() : dims;
  const [left, right] = [turned(a.dims, 'transA'), turned(b.dims, 'transB')];
  const dims = productDims(left, right);
  if (dims === undefined) throw mismatch(at, left, right);
  if (a.is === 'flow' && b.is === 'flow') {
    refuseTwoFlows(at, a, b, dims);
    return;
  }
  const bias = at.inputs[2];
  if (bias?.is === 'flow')
    throw at.error({ message: 'its C depends on the image', expected: 'a bias that is constant' });
  const straight = a.is === 'flow';
  const [map, weights] = straight ? [a, b as Constant] : [b as Flow, a];
  const [inputs, filters] = straight ? [right[0]!, right[1]!] : [left[1]!, left[0]!];
  const others = straight ? [left[0]!, 1] : [right[1]!, 1];
  const tokens = checkedTokens(at, tokensOf(others, at.images) ?? NaN);
  const tensor = at.node.inputs[straight ? 0 : 1]!;
  give(at, { map, tensor, weights, inputs, filters, tokens, dims, bias: bias !== undefined });
};
