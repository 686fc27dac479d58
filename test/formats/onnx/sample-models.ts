import { ModelBuilder } from './model-builder.js';

/** A residual block with batch norms, a squeeze, pools and a classifier. */
export function residual(): ModelBuilder {
  const model = new ModelBuilder();
  const x = model.input(['N', 3, 'H', 'W']);
  const norm = (input: string, channels: number): string =>
    model.node('BatchNormalization', [input, ...[0, 1, 2, 3].map(() => model.weights([channels]))]);
  const stem = model.node('Relu', [
    norm(model.conv(x, [8, 3, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }, 'stem'), 8),
  ]);
  const conv = norm(model.conv(stem, [8, 8, 3, 3], { auto_pad: 'SAME_UPPER' }, 'conv'), 8);
  const gate = model.node('HardSigmoid', [
    model.conv(model.node('GlobalAveragePool', [conv], {}, { name: 'squeeze' }), [8, 8, 1, 1], {}, 'excite'),
  ]);
  const scaled = model.node('Mul', [conv, gate], {}, { name: 'scale' });
  const sum = model.node('Add', [scaled, stem], {}, { name: 'sum' });
  const pooled = model.node(
    'MaxPool',
    [sum],
    { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    { name: 'pool' },
  );
  const depth = model.conv(pooled, [8, 1, 3, 3], { group: 8, dilations: [2, 2], pads: [2, 2, 2, 2] }, 'depth');
  const both = model.node('Concat', [depth, pooled], { axis: 1 }, { name: 'both' });
  const mean = model.node('ReduceMean', [both], { axes: [2, 3], keepdims: 0 }, { name: 'mean' });
  const weights = [model.weights([10, 16]), model.weights([10])];
  return model.output(
    model.node('Softmax', [model.node('Gemm', [mean, ...weights], { transB: 1 }, { name: 'classes' })]),
  );
}

/** Shapes that are computed on the way: a flattening that reads its batch, a resize to the size of another map. */
export function computedShapes(): ModelBuilder {
  const model = new ModelBuilder();
  const x = model.input(['N', 2, 8, 8]);
  const zero = model.scalar(0, 'INT64');
  const low = model.conv(x, [4, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }, 'low');
  const spatial = model.node('Slice', [model.node('Shape', [x]), model.integers([2]), model.integers([4])]);
  const head = model.node('Slice', [model.node('Shape', [low]), model.integers([0]), model.integers([2])]);
  const sizes = model.node('Concat', [head, spatial], { axis: 0 });
  const up = model.node('Resize', [low, '', '', sizes], { mode: 'linear' }, { name: 'up' });
  const joined = model.node('Concat', [up, x], { axis: 1 }, { name: 'joined' });
  const batch = model.node('Unsqueeze', [
    model.node('Gather', [model.node('Shape', [joined]), zero], { axis: 0 }),
    model.integers([0]),
  ]);
  const flat = model.node('Reshape', [joined, model.node('Concat', [batch, model.integers([-1])], { axis: 0 })]);
  return model.output(model.node('MatMul', [flat, model.weights([384, 5])], {}, { name: 'out' }));
}

/** A convolution with 8-bit activations and 4-bit weights, and one with 8-bit weights, as quantisers write them. */
export function quantized(): ModelBuilder {
  const model = new ModelBuilder(21);
  const scale = model.scalar(1);
  const grid = (input: string, dtype: 'UINT8' | 'INT8'): string => {
    const point = model.scalar(0, dtype);
    return model.node('DequantizeLinear', [model.node('QuantizeLinear', [input, scale, point]), scale, point]);
  };
  const x = grid(model.input([1, 3, 8, 8]), 'UINT8');
  const four = model.node('DequantizeLinear', [model.weights([8, 3, 3, 3], 'INT4'), scale]);
  const first = model.node('Conv', [x, four], {}, { name: 'first' });
  const eight = grid(model.weights([8, 8, 1, 1]), 'INT8');
  const second = model.node('Conv', [grid(model.node('Relu', [first]), 'UINT8'), eight], {}, { name: 'second' });
  return model.output(model.node('Add', [grid(second, 'INT8'), grid(first, 'INT8')], {}, { name: 'sum' }));
}

/** Transposed convolution, channel shuffle, split, pad and tokens. */
export function moved(): ModelBuilder {
  const model = new ModelBuilder();
  const x = model.input([1, 4, 6, 6]);
  const up = model.node('ConvTranspose', [x, model.weights([4, 8, 2, 2])], { strides: [2, 2] }, { name: 'up' });
  const grouped = model.node('Reshape', [up, model.integers([0, 2, 4, 12, 12])]);
  const shuffled = model.node('Reshape', [
    model.node('Transpose', [grouped], { perm: [0, 2, 1, 3, 4] }),
    model.integers([0, 8, 12, 12]),
  ]);
  model.node('Split', [shuffled, model.integers([3, 5])], { axis: 1 }, { outputs: ['left', 'right'] });
  const padded = model.node('Pad', ['right', model.integers([0, 0, 1, 2, 0, 0, 1, 2])]);
  const conv = model.conv(padded, [6, 5, 3, 3], {}, 'conv');
  const tokens = model.node('Transpose', [model.node('Reshape', [conv, model.integers([0, 6, -1])])], {
    perm: [0, 2, 1],
  });
  const mixed = model.node('MatMul', [tokens, model.weights([6, 7])], {}, { name: 'mix' });
  return model.output(model.node('LayerNormalization', [mixed, model.weights([7])])).output('left');
}

export const samples = { residual, computedShapes, quantized, moved } as const;

/** The sizes that open ones are given. */
export const sampleSize = { height: 33, width: 40 };
