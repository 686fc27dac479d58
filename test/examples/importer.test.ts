import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../src/formats/onnx/import-network.js';
import { readOnnx } from '../../src/formats/onnx/model-file.js';
import { isArrayLayer, macs, networkMacs } from '../../src/network/layer.js';
import { model } from '../../traces/detector/files.js';
import { withoutFiles } from './needed.js';
import { PlainModel } from './plain-run.js';

const product = (values: readonly number[]): number => values.reduce((all, value) => all * value, 1);

describe.skipIf(withoutFiles)('a model of others as a network', () => {
  it.each([
    ['detector', 640, 640],
    ['detector', 736, 992],
    ['classifier', 48, 192],
  ] as const)('%s at %i×%i has the shapes and MACs of the runtime', async (name, height, width) => {
    const file = model(name);
    const { network, sources } = importOnnx(await readOnnx(file), { inputSize: { height, width } });
    const plain = new PlainModel(file);
    const made = await plain.run(
      { dims: [1, 3, height, width], data: new Float32Array(3 * height * width).fill(0.1) },
      [...sources.values()].flatMap(({ input, output }) => [input, output]),
    );
    /** Of tensors that are flat, height and width are 1. */
    const shapeOf = (tensor: string): number[] => [...made.get(tensor)!.dims, 1, 1, 1].slice(0, 4);

    const shapes = network.layers
      // Zeros between pixels are in no tensor of the model.
      .filter(({ name: layer }) => !layer.endsWith('-zero-insert'))
      .map((layer) => {
        const { channels, height: rows, width: columns } = layer.output;
        return [layer.name, [1, channels, rows, columns], shapeOf(sources.get(layer.name)!.output)] as const;
      });
    expect(shapes.length).toBeGreaterThan(30);
    expect(shapes.map(([layer, own]) => [layer, own])).toEqual(shapes.map(([layer, , run]) => [layer, run]));

    const readers = network.layers.filter(isArrayLayer).filter(({ name: layer, kind }) => {
      return kind !== 'linear' && sources.get(layer)!.node.op !== 'ConvTranspose';
    });
    expect(readers.map(({ name: layer, input }) => [layer, [1, input.channels, input.height, input.width]])).toEqual(
      readers.map(({ name: layer }) => [layer, shapeOf(sources.get(layer)!.input)]),
    );

    // By node: outputs, times the weights that each is made from.
    const expected = plain.nodes.flatMap(({ opType, name: node, input, output }): [string, number][] => {
      const weights = plain.weights.get(input[1] ?? '') ?? [];
      if (opType === 'Conv') return [[node, product(made.get(output[0]!)!.dims) * product(weights.slice(1))]];
      // Every output reads a whole window of pixels, zeros between them and all.
      if (opType === 'ConvTranspose')
        return [[node, product(made.get(output[0]!)!.dims) * weights[0]! * product(weights.slice(2))]];
      return opType === 'MatMul' || opType === 'Gemm' ? [[node, product(weights)]] : [];
    });
    const arrays = network.layers.filter(isArrayLayer);
    expect(new Map(arrays.map((layer) => [sources.get(layer.name)!.node.name, macs(layer)]))).toEqual(
      new Map(expected),
    );
    expect(networkMacs(network)).toBe(expected.reduce((all, [, own]) => all + own, 0));
  });

  it('recogniser: attention is refused, node by node', async () => {
    const read = await readOnnx(model('recogniser'));
    const run = () => importOnnx(read, { inputSize: { height: 48, width: 320 } });
    expect(run).toThrow(/MatMul p2o\.MatMul\.2 \(opset \d+\): multiplies two activations/);
    expect(run).toThrow(/MatMul p2o\.MatMul\.16 .*Attention is not simulated/);
  });
});
