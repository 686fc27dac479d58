import { TensorProto_DataType as Code } from 'onnx-buf';
import type { Operator } from '../at-node.js';
import { dtypeOf, quantizedBits } from '../dtype.js';
import type { Traced } from '../traced.js';

function withBits(traced: Traced, bits: number | undefined): Traced {
  return traced.is === 'open' ? traced : { ...traced, bits };
}

/** Bits of `QuantizeLinear`'s output: those of its zero point, or of `output_dtype`; uint8 by default. */
export const quantize: Operator = (at) => {
  const code = at.node.attributes.integer('output_dtype') ?? 0;
  const bits = at.bitsOf(2) ?? quantizedBits(dtypeOf(code === 0 ? Code.UINT8 : code)) ?? at.known(0).bits;
  at.give(withBits(at.known(0), bits));
  at.draft.notes.node('fused', at.node);
};

/** Values on the grid of the bits that they were quantised to. */
export const dequantize: Operator = (at) => {
  const traced = at.known(0);
  at.give(withBits(traced, at.bitsOf(0) ?? traced.bits));
  if (traced.is === 'flow') at.draft.notes.node('fused', at.node);
};

/** Quantises to uint8; scale and zero point are found at run time. */
export const dynamicQuantize: Operator = (at) => {
  const flow = at.flow(0);
  at.draft.notes.node('fused', at.node);
  at.give({ ...flow, bits: 8 });
  for (const index of [1, 2])
    at.give({ ...flow, dims: [], view: { channels: 1, height: 1, width: 1 }, direct: false, bits: undefined }, index);
};

/** `QLinearConv` and its like: the zero point of their output says what it is quantised to. */
export function quantizedOutput(operator: Operator): Operator {
  return (at) => {
    operator(at);
    const [output] = at.outputs;
    if (output !== undefined) at.give(withBits(output, at.bitsOf(7)));
  };
}
