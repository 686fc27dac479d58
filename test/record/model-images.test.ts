import { expect, it } from 'vitest';
import { imageInput, mapOf } from '../../src/record/model-images.js';
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
