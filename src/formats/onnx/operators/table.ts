import type { Operator } from '../at-node.js';
import { concat } from './concat.js';
import { convolution, integerConvolution, quantizedConvolution, transposedConvolution } from './convolution.js';
import { activation, batchNorm, comparison, identity, scale, selection, sum } from './elementwise.js';
import { gemm, matrixMultiplication, quantizedMultiplication } from './matrix.js';
import { gathering, moving, shapeOf, sizeOf, turning } from './move.js';
import * as moves from './moved.js';
import { pad } from './pad.js';
import { passOpen, passUnchanged } from './pass.js';
import { extremePlaces, reduction, wholePool, windowedPool } from './pool.js';
import { dequantize, dynamicQuantize, quantize } from './quantize.js';
import { resize } from './resize.js';

function each(names: string, operator: Operator): Record<string, Operator> {
  return Object.fromEntries(names.split(' ').map((name) => [name, operator]));
}

/** What becomes of each of ONNX's operators; those that are not here are refused. */
const own: Readonly<Record<string, Operator>> = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  ConvInteger: integerConvolution,
  QLinearConv: quantizedConvolution,
  Gemm: gemm,
  ...each('MatMul MatMulInteger', matrixMultiplication),
  QLinearMatMul: quantizedMultiplication,
  ...each('MaxPool AveragePool LpPool', windowedPool),
  ...each('GlobalAveragePool GlobalMaxPool GlobalLpPool', wholePool),
  ...each('ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum', reduction),
  ...each('ReduceLogSumExp ReduceSumSquare', reduction),
  ...each('ArgMax ArgMin', extremePlaces),
  ...each('Add Sub Max Min Sum Mean', sum),
  ...each('Mul Div', scale),
  ...each('Pow Mod Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Where BitShift', comparison),
  Concat: concat,
  ...each('Resize Upsample', resize),
  BatchNormalization: batchNorm,
  ...each('Relu Clip', selection),
  ...each('Identity Dropout', identity),
  ...each('LeakyRelu PRelu Sigmoid HardSigmoid HardSwish Swish Tanh Elu Selu Celu Gelu Mish Softplus', activation),
  ...each('Softsign ThresholdedRelu Shrink Erf Cast CastLike Not IsNaN IsInf', activation),
  ...each('Abs Neg Sign Exp Log Sqrt Reciprocal Floor Ceil Round', activation),
  ...each('Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh', activation),
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: dynamicQuantize,
  Reshape: moving(moves.reshape),
  Flatten: moving(moves.flatten),
  Squeeze: moving(moves.squeeze),
  Unsqueeze: moving(moves.unsqueeze),
  Transpose: turning(moves.transpose),
  Slice: moving(moves.slice),
  Split: moving(moves.split),
  Expand: moving(moves.expand),
  Tile: moving(moves.tile),
  DepthToSpace: moving(moves.depthToSpace),
  SpaceToDepth: moving(moves.spaceToDepth),
  Gather: gathering(moves.gather),
  GatherElements: gathering(moves.gatherElements),
  Pad: pad,
  Shape: shapeOf,
  Size: sizeOf,
  ...each('Softmax LogSoftmax Hardmax LayerNormalization RMSNormalization InstanceNormalization', passUnchanged),
  ...each('GroupNormalization LpNormalization MeanVarianceNormalization LRN CumSum Trilu', passUnchanged),
  ...each('ScatterElements ScatterND Scatter', passUnchanged),
  ...each('NonMaxSuppression NonZero TopK Unique Compress GatherND OneHot', passOpen),
};

/** Operators of ONNX Runtime that are ONNX's own, with more types or an activation behind. */
const runtime: Readonly<Record<string, Operator>> = {
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
  FusedConv: convolution,
  ...each('Gelu FastGelu QuickGelu', activation),
};

/** The operator of a node, or undefined where it is none that is known. */
export function operatorOf({ op, domain }: { readonly op: string; readonly domain: string }): Operator | undefined {
  const table = domain === '' ? own : domain === 'com.microsoft' ? runtime : {};
  return Object.hasOwn(table, op) ? table[op] : undefined;
}

/** Operators that are known to compute what no layer here does, and what can be done about it. */
const hints: readonly { readonly ops: readonly string[]; readonly hint: string }[] = [
  {
    ops: ['LSTM', 'GRU', 'RNN'],
    hint: 'Recurrent layers are not simulated: cut the model before them (onnx.utils.extract_model)',
  },
  {
    ops: ['Attention', 'MultiHeadAttention', 'RotaryEmbedding', 'Einsum', 'GroupQueryAttention'],
    hint: 'Attention is not simulated: cut the model before it (onnx.utils.extract_model)',
  },
  {
    ops: ['If', 'Loop', 'Scan', 'SequenceMap'],
    hint: 'Simplify the graph for a fixed input size (onnxsim), so that no branch or loop is left',
  },
  {
    ops: ['DeformConv', 'RoiAlign', 'MaxRoiPool', 'MaxUnpool', 'GridSample', 'AffineGrid'],
    hint: 'Layers that read where the image says are not simulated',
  },
  {
    ops: [
      'QLinearAdd',
      'QLinearMul',
      'QLinearConcat',
      'QLinearGlobalAveragePool',
      'QLinearAveragePool',
      'QLinearSigmoid',
      'QGemm',
      'QLinearLeakyRelu',
      'QLinearSoftmax',
    ],
    hint: 'Quantise the model with QuantFormat.QDQ: it then consists of ONNX’s own operators',
  },
];

/** What would help where a node is refused. */
export function hintFor({ op, domain }: { readonly op: string; readonly domain: string }): string {
  const known = hints.find(({ ops }) => ops.includes(op))?.hint;
  if (known !== undefined) return known;
  return domain === ''
    ? 'docs/onnx.md lists the operators that are read'
    : `Operators of ${domain} are not known: export the model with ONNX’s own, or inline functions (onnx.inliner)`;
}

/** Names of all operators that are read, for documents to be held against. */
export const operatorNames: readonly string[] = [...new Set([...Object.keys(own), ...Object.keys(runtime)])];
