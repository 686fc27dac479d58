import { describe, expect, it } from 'vitest';
import { isArrayLayer, macs, type Layer, type Shape } from '../../../src/network/layer.js';
import { problemsOf } from '../../network/problems-of.js';
import { float, ModelBuilder } from './model-builder.js';
import { computedShapes, moved, quantized, residual, sampleSize } from './sample-models.js';

const shape = ({ channels, height, width }: Shape): string => [channels, height, width].join('×');

/** `conv2d stem: input 3×33×40 → 8×17×20` */
function line(layer: Layer): string {
  const inputs = isArrayLayer(layer) ? [layer.input] : layer.inputs;
  return `${layer.kind} ${layer.name}: ${layer.from.join(' + ')} ${inputs.map(shape).join(' + ')} → ${shape(layer.output)}`;
}

const lines = (model: ModelBuilder): string[] => model.import().network.layers.map(line);
const notes = (model: ModelBuilder): readonly string[] => model.import().network.notes!;
const faults = (model: ModelBuilder, size?: typeof sampleSize) => problemsOf(() => model.import(size));

describe('a graph becomes layers', () => {
  it('with activations and batch norms in them, and what else there is in a list', () => {
    const { network, sources, input } = residual().import(sampleSize);
    expect(network.layers.map(line)).toEqual([
      'conv2d stem: input 3×33×40 → 8×17×20',
      'conv2d conv: stem 8×17×20 → 8×17×20',
      'pool squeeze: conv 8×17×20 → 8×1×1',
      'conv2d excite: squeeze 8×1×1 → 8×1×1',
      'multiply scale: conv + excite 8×17×20 + 8×1×1 → 8×17×20',
      'add sum: scale + stem 8×17×20 + 8×17×20 → 8×17×20',
      'pool pool: sum 8×17×20 → 8×8×10',
      'depthwise depth: pool 8×8×10 → 8×8×10',
      'concat both: depth + pool 8×8×10 + 8×8×10 → 16×8×10',
      'pool mean: both 16×8×10 → 16×1×1',
      'linear classes: mean 16×1×1 → 10×1×1',
    ]);
    expect(network).toMatchObject({ name: 'model', description: 'from model.onnx (test), 33×40' });
    expect(network.notes).toEqual([
      'network model: fused into the layer before, at no cost: BatchNormalization ×2, Relu ×1, HardSigmoid ×1',
      expect.stringMatching(
        /^network model: passed through \(no MACs\), at no cost: Softmax ×1 \(Softmax that makes t\d+\)$/,
      ),
    ]);
    expect(network.layers[0]!.parameters).toBe(8 * 27 + 16);
    expect(input).toBe('x');
    expect(sources.get('depth')!.node.op).toBe('Conv');
    expect(sources.get('stem')!.input).toBe('x');
  });

  it('by shapes that are computed on the way', () => {
    expect(lines(computedShapes())).toEqual([
      'conv2d low: input 2×8×8 → 4×4×4',
      'resize up: low 4×4×4 → 4×8×8',
      'concat joined: up + input 4×8×8 + 2×8×8 → 6×8×8',
      'linear out: joined 384×1×1 → 5×1×1',
    ]);
  });

  it('that read parts, other shapes and tokens of what another made', () => {
    expect(lines(moved())).toEqual([
      'resize up-zero-insert: input 4×6×6 → 4×12×12',
      'conv2d up: up-zero-insert 4×12×12 → 8×12×12',
      'conv2d conv: up 5×12×12 → 6×12×14',
      'conv2d mix: conv 6×168×1 → 7×168×1',
    ]);
    const { network } = moved().import();
    expect(network.layers[2]).toMatchObject({ padding: [1, 2, 1, 2] });
    expect(network.notes![0]).toContain('Reshape ×3 (');
    expect(network.notes![1]).toContain('zeros between its pixels, and MACs with these zeros count: up');
  });

  it('of the same geometry as the recorded transposed convolution', () => {
    const { network } = moved().import();
    expect(network.layers[1]).toMatchObject({ kernel: [2, 2], stride: [1, 1], padding: [1, 1, 0, 0], filters: 8 });
  });

  it('of one row where maps have one axis', () => {
    const model = new ModelBuilder();
    const x = model.input([1, 16, 100]);
    const conv = model.conv(x, [8, 4, 5], { group: 4, strides: [2], pads: [2, 1] }, 'conv');
    expect(lines(model.output(model.node('GlobalMaxPool', [conv], {}, { name: 'max' })))).toEqual([
      'conv2d conv: input 16×100×1 → 8×50×1',
      'pool max: conv 8×50×1 → 8×1×1',
    ]);
  });

  it('named after nodes without slashes and operators, or after what they make', () => {
    const model = new ModelBuilder();
    let x = model.input([1, 2, 4, 4]);
    for (const name of ['/layer1/layer1.0/conv1/Conv', 'input', 'twice', 'twice', ''])
      x = model.conv(x, [2, 2, 1, 1], {}, name);
    const { layers } = model.output(x).import().network;
    expect(layers.map(({ name }) => name)).toEqual(['layer1/layer1.0/conv1', 't3', 't5', 't7', 't9']);
  });

  it('without those that no output needs', () => {
    const model = new ModelBuilder();
    const x = model.input([1, 2, 4, 4]);
    model.conv(x, [9, 2, 3, 3], {}, 'aside');
    model.output(model.conv(x, [2, 2, 3, 3], {}, 'main'));
    expect(lines(model)).toEqual(['conv2d main: input 2×4×4 → 2×2×2']);
    expect(notes(model)).toEqual(['network model: left out, since no output needs them: Conv ×1 (aside)']);
  });
});

describe('element by element', () => {
  const after = (grow: (model: ModelBuilder, conv: string) => string): ModelBuilder => {
    const model = new ModelBuilder();
    const conv = model.conv(model.input([1, 3, 8, 8]), [4, 3, 3, 3], { pads: [1, 1, 1, 1] }, 'conv');
    return model.output(grow(model, conv));
  };
  const kinds = (model: ModelBuilder): string[] => model.import().network.layers.map(({ kind }) => kind);

  it('a tensor times a function of itself is an activation, however it is spelled', () => {
    const hardSwish = after((model, conv) => {
      const clipped = model.node('Clip', [
        model.node('Add', [conv, model.scalar(3)]),
        model.scalar(0),
        model.scalar(6),
      ]);
      return model.node('Div', [model.node('Mul', [conv, clipped]), model.scalar(6)]);
    });
    const swish = after((model, conv) => model.node('Mul', [conv, model.node('HardSigmoid', [conv])]));
    const gelu = after((model, conv) => {
      const inner = model.node('Erf', [model.node('Div', [conv, model.scalar(1.414)])]);
      const sum = model.node('Add', [inner, model.scalar(1)]);
      return model.node('Mul', [model.node('Mul', [conv, sum]), model.scalar(0.5)]);
    });
    for (const model of [hardSwish, swish, gelu]) expect(kinds(model)).toEqual(['conv2d']);
    expect(notes(swish)).toEqual(['network model: fused into the layer before, at no cost: HardSigmoid ×1, Mul ×1']);
  });

  it('halves of one tensor are two', () => {
    const gated = after((model, conv) => {
      model.node('Split', [conv], { axis: 1 }, { outputs: ['a', 'b'] });
      return model.node('Mul', ['a', model.node('Sigmoid', ['b'])], {}, { name: 'gate' });
    });
    expect(lines(gated).at(-1)).toBe('multiply gate: conv + conv 2×8×8 + 2×8×8 → 2×8×8');
  });

  it('a layer norm that is spelled out is no layer', () => {
    const norm = after((model, conv) => {
      const last = model.node('Transpose', [conv], { perm: [0, 2, 3, 1] });
      const centred = model.node('Sub', [last, model.node('ReduceMean', [last], { axes: [-1] })]);
      const variance = model.node('ReduceMean', [model.node('Pow', [centred, model.scalar(2)])], { axes: [-1] });
      return model.node('Div', [centred, model.node('Sqrt', [variance])]);
    });
    expect(kinds(norm)).toEqual(['conv2d']);
  });

  it('maps of two layers are a layer, also where one is broadcast', () => {
    const wide = after((model, conv) => {
      const mask = model.node('Sigmoid', [model.conv(conv, [1, 4, 1, 1], {}, 'mask')]);
      return model.node('Mul', [mask, conv], {}, { name: 'apply' });
    });
    expect(lines(wide).at(-1)).toBe('multiply apply: conv + mask 4×8×8 + 1×8×8 → 4×8×8');
  });

  it('a constant per filter right behind a layer is its bias, other constants are passed through', () => {
    const biased = after((model, conv) => model.node('Add', [conv, model.weights([1, 4, 1, 1])]));
    const scaled = after((model, conv) => model.node('Mul', [model.weights([4, 1, 1]), conv], {}, { name: 'scale' }));
    expect(biased.import().network.layers[0]!.parameters).toBe(4 * 27 + 4);
    expect(scaled.import().network.layers[0]!.parameters).toBe(4 * 27);
    expect(notes(scaled)).toEqual(['network model: passed through (no MACs), at no cost: Mul ×1 (scale)']);
  });

  it('a batch norm that follows no layer is passed through', () => {
    const late = after((model, conv) => {
      const statistics = [0, 1, 2, 3].map(() => model.weights([4]));
      return model.node('BatchNormalization', [model.node('Relu', [conv]), ...statistics], {}, { name: 'norm' });
    });
    expect(notes(late)[1]).toContain('passed through (no MACs), at no cost: BatchNormalization ×1 (norm)');
    expect(late.import().network.layers[0]!.parameters).toBe(4 * 27);
  });
});

describe('what is multiplied with weights', () => {
  it.each([
    [[1, 6], [6, 7], {}, 'linear out: input 6×1×1 → 7×1×1'],
    [[1, 6], [7, 6], { transB: 1 }, 'linear out: input 6×1×1 → 7×1×1'],
    [[6, 1], [6, 7], { transA: 1 }, 'linear out: input 6×1×1 → 7×1×1'],
  ] as const)('Gemm of %j and %j %j', (a, b, attributes, expected) => {
    const model = new ModelBuilder();
    const x = model.input([1, 6]);
    const turned = 'transA' in attributes ? model.node('Transpose', [x]) : x;
    expect(a[0] * a[1]).toBe(6);
    expect(lines(model.output(model.node('Gemm', [turned, model.weights(b)], attributes, { name: 'out' })))).toEqual([
      expected,
    ]);
  });

  it('is a 1×1 convolution over tokens, and counts tokens of one image of a batch', () => {
    const model = new ModelBuilder();
    const mixed = model.node('MatMul', [model.input([4, 10, 6]), model.weights([6, 7])], {}, { name: 'mix' });
    const { network } = model.output(mixed).import();
    expect(network.layers.map(line)).toEqual(['conv2d mix: input 6×10×1 → 7×10×1']);
    expect(network.description).toContain('one image of its batch of 4');
    expect(macs(network.layers[0]!)).toBe(10 * 6 * 7);
  });

  it('is refused where both depend on the image, each with its node', () => {
    const model = new ModelBuilder(13);
    const x = model.input([1, 10, 6]);
    const scores = model.node('MatMul', [x, model.node('Transpose', [x], { perm: [0, 2, 1] })], {}, { name: 'scores' });
    model.output(model.node('MatMul', [model.node('Softmax', [scores]), x], {}, { name: 'mix' }));
    expect(faults(model).map(({ where, received }) => `${where} ${received ?? ''}`)).toEqual([
      'model.onnx: MatMul scores (opset 13) [1, 10, 6] × [1, 6, 10]',
      'model.onnx: MatMul mix (opset 13) [1, 10, 10] × [1, 10, 6]',
    ]);
  });
});

describe('precision that a model states', () => {
  const precisions = (model: ModelBuilder) =>
    model.import().network.layers.map(({ name, precision }) => [name, precision]);

  it('is that of its layers', () => {
    expect(precisions(quantized())).toEqual([
      ['first', { activationBits: 8, weightBits: 4 }],
      ['second', { activationBits: 8, weightBits: 8 }],
      ['sum', { activationBits: 8, weightBits: 8 }],
    ]);
  });

  it('counts as 16 bit where only the weights are quantised', () => {
    const model = new ModelBuilder(21);
    const weights = model.node('DequantizeLinear', [model.weights([8, 3, 3, 3], 'UINT4'), model.scalar(1)]);
    model.output(model.node('Conv', [model.input([1, 3, 8, 8]), weights], {}, { name: 'conv' }));
    expect(precisions(model)).toEqual([['conv', { activationBits: 16, weightBits: 4 }]]);
    expect(notes(model)).toEqual([
      'network model: activations that the model leaves in floating point count as 16 bit: conv',
    ]);
  });

  it('is read from operators on integers', () => {
    const model = new ModelBuilder();
    const scale = model.scalar(1);
    const zero = model.scalar(0, 'UINT8');
    const q = model.node('QuantizeLinear', [model.input([1, 3, 8, 8]), scale, zero]);
    const inputs = [q, scale, zero, model.weights([4, 3, 3, 3], 'INT8'), scale, model.scalar(0, 'INT8'), scale, zero];
    const conv = model.node('QLinearConv', inputs, {}, { name: 'conv' });
    model.output(model.node('ConvInteger', [conv, model.weights([2, 4, 1, 1], 'INT8')], {}, { name: 'sums' }));
    expect(precisions(model)).toEqual([
      ['conv', { activationBits: 8, weightBits: 8 }],
      ['sums', { activationBits: 8, weightBits: 8 }],
    ]);
  });

  it('is none in a model of floats', () => {
    expect(
      residual()
        .import(sampleSize)
        .network.layers.some(({ precision }) => precision !== undefined),
    ).toBe(false);
  });
});

describe('the input', () => {
  it('of open size needs one, and says how to give it', () => {
    expect(faults(residual())).toEqual([
      {
        where: 'model.onnx: input x',
        message: 'has open sizes',
        expected: 'a size of every axis but the batch',
        received: '[N, 3, H, W]',
        hint: 'Give --input-size HEIGHTxWIDTH, or CHANNELSxHEIGHTxWIDTH',
      },
    ]);
  });

  it('of fixed size is no other', () => {
    expect(faults(computedShapes(), sampleSize).map(({ received }) => received)).toEqual(['33', '40']);
  });

  it('may have channels last', () => {
    const model = new ModelBuilder();
    const turned = model.node('Transpose', [model.input(['N', 'H', 'W', 3])], { perm: [0, 3, 1, 2] });
    const { network } = model.output(model.conv(turned, [4, 3, 3, 3], {}, 'conv')).import({ height: 8, width: 9 });
    expect(network.input).toEqual({ channels: 3, height: 8, width: 9 });
    expect(network.layers.map(line)).toEqual(['conv2d conv: input 3×8×9 → 4×6×7']);
  });

  it('is one; weights that are inputs are none', () => {
    const model = new ModelBuilder();
    const conv = model.node(
      'Conv',
      [model.input([1, 3, 8, 8]), model.input([4, 3, 3, 3], 'weights')],
      {},
      { name: 'conv' },
    );
    expect(lines(model.output(conv))).toEqual(['conv2d conv: input 3×8×8 → 4×6×6']);
    model.output(model.node('Relu', [model.input([1, 3], 'y')]));
    expect(faults(model)[0]).toMatchObject({ message: 'has several inputs', received: 'x [1, 3, 8, 8], y [1, 3]' });
  });
});

describe('what cannot be a network says why', () => {
  it('with every operator that is not known, its node and opset, and what would help', () => {
    const model = new ModelBuilder(14);
    const x = model.input([1, 3, 8]);
    model.output(model.node('LSTM', [x, model.weights([1])], {}, { name: 'memory' }));
    model.output(model.node('Einsum', [x, x], { equation: 'abc,abd->acd' }, { name: 'sums' }));
    model.output(model.node('Own', [x], {}, { name: 'own', domain: 'org.example' }));
    model.output(model.node('If', [x], {}, { outputs: ['branch'] }));
    expect(faults(model).map(({ where, received, hint }) => [where, received, hint])).toEqual([
      ['model.onnx: LSTM memory (opset 14)', 'LSTM', expect.stringContaining('Recurrent layers')],
      ['model.onnx: Einsum sums (opset 14)', 'Einsum', expect.stringContaining('cut the model')],
      [
        'model.onnx: Own own (org.example opset 0)',
        'org.example.Own',
        expect.stringContaining('Operators of org.example'),
      ],
      ['model.onnx: If that makes branch (opset 14)', 'If', expect.stringContaining('onnxsim')],
    ]);
  });

  it('once, and not again for what reads a faulty node', () => {
    const model = new ModelBuilder();
    const wrong = model.conv(model.input([1, 3, 8, 8]), [4, 5, 3, 3], {}, 'wrong');
    model.output(model.conv(wrong, [4, 4, 3, 3], {}, 'next'));
    expect(faults(model).map(({ where }) => where)).toEqual(['model.onnx: Conv wrong (opset 17)']);
  });

  it('about maps with three axes', () => {
    const model = new ModelBuilder();
    model.output(model.conv(model.input([1, 3, 8, 8, 8]), [4, 3, 3, 3, 3], {}, 'volume'));
    expect(faults(model)[0]).toMatchObject({ message: 'its input map has 5 axes', received: '[1, 3, 8, 8, 8]' });
  });

  it('where the file states another shape, at the first tensor alone', () => {
    const model = new ModelBuilder();
    const first = model.conv(model.input([1, 3, 8, 8]), [4, 3, 3, 3]);
    const second = model.conv(first, [4, 4, 3, 3]);
    model.states(first, [1, 4, 7, 'W']).states(second, [1, 4, 5, 5]).output(second);
    expect(faults(model)).toMatchObject([
      { where: `model.onnx: tensor ${first}`, expected: '[1, 4, 6, 6]', received: '[1, 4, 7, W]' },
    ]);
  });

  it('where a shape depends on the values of an image', () => {
    const model = new ModelBuilder();
    const x = model.input([1, 3, 8, 8]);
    const found = model.node('NonZero', [x]);
    model.output(model.node('Resize', [x, '', '', model.node('Cast', [found], { to: 7 })], {}, { name: 'resize' }));
    model.output(model.node('Reshape', [x, model.node('ReduceMax', [x])], {}, { name: 'reshape' }));
    expect(faults(model).map(({ where, message }) => `${where}: ${message}`)).toEqual([
      'model.onnx: Cast that makes t1 (opset 17): the shape of t0 is not known',
      'model.onnx: Reshape reshape (opset 17): its shape (t3) depends on the values of an image',
    ]);
  });

  it('where there is no layer', () => {
    const model = new ModelBuilder();
    model.output(model.node('LeakyRelu', [model.input([1, 3])], { alpha: float(0.1) }));
    expect(faults(model)[0]?.message).toBe('holds no layer');
  });
});
