import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { SilhouetteError } from '../../../src/core/errors.js';
import type { Shape } from '../../../src/network/layer.js';
import { ModelBuilder } from './model-builder.js';

interface Grown {
  readonly model: ModelBuilder;
  readonly tensor: string;
  /** Channels of the tensor, as far as they must be known to write weights. */
  readonly channels: number;
}

type Step = (grown: Grown) => Grown;

const size = fc.integer({ min: 1, max: 3 });
const two = fc.tuple(size, size);
const padMode = fc.constantFrom('NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID');
const pads = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 2 })));

/** Pads are said where nothing else says them. */
const withPads = (mode: string, given: readonly number[]) => (mode === 'NOTSET' ? { pads: given } : { auto_pad: mode });

const convolution = fc
  .record({
    filters: fc.integer({ min: 1, max: 3 }),
    kernel: two,
    stride: two,
    dilation: two,
    mode: padMode,
    pads,
    grouped: fc.boolean(),
  })
  .map(({ filters, kernel, stride, dilation, mode, pads: given, grouped }): Step => {
    return ({ model, tensor, channels }) => {
      const group = grouped ? channels : 1;
      // The runtime knows no padding of its own under dilation.
      const wide = mode.startsWith('SAME') ? [1, 1] : dilation;
      const attributes = { group, strides: stride, dilations: wide, ...withPads(mode, given) };
      const out = filters * group;
      return { model, tensor: model.conv(tensor, [out, channels / group, ...kernel], attributes), channels: out };
    };
  });

const pool = fc
  .record({
    op: fc.constantFrom('MaxPool', 'AveragePool'),
    kernel: two,
    stride: two,
    mode: padMode,
    pads: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 1 }))),
    ceil: fc.boolean(),
    counts: fc.boolean(),
  })
  .map(({ op, kernel, stride, mode, pads: given, ceil, counts }): Step => {
    return ({ model, tensor, channels }) => {
      const fitting = given.map((side, i) => Math.min(side, kernel[i % 2]! - 1));
      const attributes = {
        kernel_shape: kernel,
        strides: stride,
        ceil_mode: ceil ? 1 : 0,
        ...withPads(mode, fitting),
        ...(op === 'AveragePool' && { count_include_pad: counts ? 1 : 0 }),
      };
      return { model, tensor: model.node(op, [tensor], attributes), channels };
    };
  });

const transposed = fc
  .record({ filters: fc.integer({ min: 1, max: 3 }), kernel: two, stride: two, dilation: two, extra: fc.boolean() })
  .map(({ filters, kernel, stride, dilation, extra }): Step => {
    return ({ model, tensor, channels }) => {
      const attributes = {
        strides: stride,
        dilations: dilation,
        output_padding: stride.map((step, i) => (extra ? Math.min(step, dilation[i]!) - 1 : 0)),
        pads: [...kernel, ...kernel].map((side) => (side > 1 ? 1 : 0)),
      };
      const weights = model.weights([channels, filters, ...kernel]);
      return { model, tensor: model.node('ConvTranspose', [tensor, weights], attributes), channels: filters };
    };
  });

const resize = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 })).map(([down, across]): Step => {
  return ({ model, tensor, channels }) => {
    const scales = model.weights([4], 'FLOAT', [1, 1, down / 3, across / 4]);
    return { model, tensor: model.node('Resize', [tensor, '', scales], { mode: 'nearest' }), channels };
  };
});

const moved = fc.constantFrom<Step>(
  ({ model, tensor, channels }) => {
    const border = model.integers([0, 0, 1, 0, 0, 0, 0, 2]);
    return { model, tensor: model.node('Pad', [tensor, border]), channels };
  },
  ({ model, tensor, channels }) => {
    const [starts, ends, axes, steps] = [
      [0, -1],
      [1000, -1000],
      [2, 3],
      [1, -1],
    ].map((list) => model.integers(list));
    return { model, tensor: model.node('Slice', [tensor, starts!, ends!, axes!, steps!]), channels };
  },
  ({ model, tensor, channels }) => {
    const turned = model.node('Transpose', [tensor], { perm: [0, 1, 3, 2] });
    return { model, tensor: turned, channels };
  },
  ({ model, tensor, channels }) => ({
    model,
    tensor: model.node('Concat', [tensor, model.node('Relu', [tensor])], { axis: 1 }),
    channels: 2 * channels,
  }),
  ({ model, tensor, channels }) => {
    const [shape, tail] = [model.node('Shape', [tensor]), model.integers([-1])];
    const [first, zero] = [model.integers([0]), model.integers([0])];
    const head = model.node('Slice', [shape, first, model.integers([2]), zero]);
    const flat = model.node('Reshape', [tensor, model.node('Concat', [head, tail], { axis: 0 })]);
    return { model, tensor: model.node('Reshape', [flat, shape]), channels };
  },
);

const steps = fc.array(fc.oneof(convolution, pool, transposed, resize, moved), { minLength: 1, maxLength: 5 });

/** The sizes of every tensor that some layer makes, as the runtime computes them; undefined where it refuses. */
async function ran(model: ModelBuilder, tensors: readonly string[], { channels, height, width }: Shape) {
  model.graph.output = [];
  for (const tensor of tensors) model.output(tensor, undefined);
  try {
    const session = await InferenceSession.create(model.filled().bytes(), {
      logSeverityLevel: 4,
      intraOpNumThreads: 1,
    });
    const x = new Tensor('float32', new Float32Array(channels * height * width), [1, channels, height, width]);
    return await session.run({ x });
  } catch {
    return undefined;
  }
}

it('what is inferred of random graphs is what the runtime computes', { timeout: 60_000 }, async () => {
  let compared = 0;
  const image = fc.record({
    channels: size,
    height: fc.integer({ min: 1, max: 17 }),
    width: fc.integer({ min: 1, max: 17 }),
  });
  await fc.assert(
    fc.asyncProperty(image, steps, async (shape, list) => {
      const model = new ModelBuilder();
      let grown: Grown = { model, tensor: model.input(['N', shape.channels, 'H', 'W']), channels: shape.channels };
      for (const step of list) grown = step(grown);
      // The last shape may be one that no layer has.
      model.output(model.node('MaxPool', [grown.tensor], { kernel_shape: [1, 1] }));
      let imported;
      try {
        imported = model.import(shape);
      } catch (error) {
        if (!(error instanceof SilhouetteError)) throw error;
        // The runtime rounds negative sizes towards zero, lets a window stand on nothing, and computes with empty maps.
        if (/larger than its padded input|sizes make no sense/.test(error.message)) return;
        const last = model.graph.output[0]!.name;
        expect(await ran(model, [last], shape), `refused: ${error.message}`).toBeUndefined();
        return;
      }
      const { network, sources } = imported;
      const layers = network.layers.filter(({ name }) => !name.endsWith('-zero-insert'));
      const tensors = layers.map(({ name }) => sources.get(name)!.output);
      const results = await ran(model, tensors, shape);
      // What cannot be computed, such as a map of no rows, has no sizes to compare with.
      if (results === undefined) return;
      compared++;
      layers.forEach(({ output }, i) => {
        expect(results[tensors[i]!]!.dims).toEqual([1, output.channels, output.height, output.width]);
      });
    }),
    { numRuns: 600 },
  );
  expect(compared).toBeGreaterThan(300);
});
