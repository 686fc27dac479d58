import { expect, it } from 'vitest';
import { imageInput, mapOf } from '../../src/record/model-images.js';
import { layerInput, layerMaps } from '../../src/record/layer-maps.js';
import { importOnnx } from '../../src/formats/onnx/import-network.js';
import { decodeOnnx } from '../../src/formats/onnx/model-file.js';
import { ModelBuilder } from '../formats/onnx/model-builder.js';

const values = new Float32Array(24).map((_, i) => i);

it('a tensor of another shape than the network says is told with both', () => {
  const map = mapOf({ dims: [2, 3, 2, 2], values }, { channels: 3, height: 2, width: 2 }, 2, 'image a: conv');
  expect([...map.values]).toEqual([...Array(12).keys()]);
  expect(() => mapOf({ dims: [1, 3, 4, 2], values }, { channels: 3, height: 2, width: 4 }, 1, 'image a: conv')).toThrow(
    'image a: conv: the model makes a map of another shape than the network says (expected 3×2×4, got [1, 3, 4, 2])',
  );
});

function inputOf(dims: readonly (number | string)[], perm?: readonly number[]) {
  const builder = new ModelBuilder();
  const x = builder.input(dims);
  const map = perm === undefined ? x : builder.node('Transpose', [x], { perm });
  builder.output(builder.node('Relu', [map]));
  return imageInput(decodeOnnx(builder.bytes(), 'm.onnx'), undefined);
}

it('channels may come last', () => {
  expect(inputOf(['n', 3, 5, 7])).toMatchObject({ batch: 1, channelsLast: false });
  expect(inputOf([2, 5, 7, 3], [0, 3, 1, 2])).toEqual({
    name: 'x',
    batch: 2,
    channelsLast: true,
    shape: { channels: 3, height: 5, width: 7 },
  });
});

it('a model of something else than images is refused', () => {
  expect(() => inputOf([1, 4, 5, 7])).toThrow(
    'takes no images (expected 1 channel (grey) or 3 (colour), got 4 channels)',
  );
});

it('tokens become the channels and rows that a matrix product over them reads', () => {
  const builder = new ModelBuilder();
  const x = builder.input([1, 3, 2, 2]);
  const shape = builder.integers([1, 3, 4]);
  const tokens = builder.node('Transpose', [builder.node('Reshape', [x, shape])], { perm: [0, 2, 1] });
  builder.output(builder.node('MatMul', [tokens, builder.weights([3, 5])]));
  const model = decodeOnnx(builder.bytes(), 'm.onnx');
  const { maps } = layerMaps(model, importOnnx(model));
  expect(maps[0]!.layer).toMatchObject({ kind: 'conv2d', input: { channels: 3, height: 4, width: 1 } });
  // Token t is (10 t, 10 t + 1, 10 t + 2).
  const own = Float32Array.from({ length: 12 }, (_, i) => 10 * Math.floor(i / 3) + (i % 3));
  const read = (dims: readonly number[]) =>
    layerInput(maps[0]!, new Map([[maps[0]!.tensor, { dims, values: own }]]), 1, 'image a: product');
  expect([...read([1, 4, 3]).values]).toEqual([0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32]);
  expect(() => read([1, 3, 4])).toThrow('(expected 4 tokens of 3 channels, got [1, 3, 4])');
});
