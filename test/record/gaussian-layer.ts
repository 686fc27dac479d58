import { Random } from '../../src/core/random.js';
import type { ActivationMap } from '../../src/record/activation-map.js';
import type { ModelLayer } from '../../src/record/layer-quality.js';
import { mapOf } from './maps.js';

function gaussian(seed: string, length: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from(
    { length },
    () => Math.sqrt(-2 * Math.log(1 - random.real())) * Math.cos(2 * Math.PI * random.real()),
  );
}

/** A 3×3 convolution of 32 into 32 channels on 16 × 16 pixels, with Gaussian weights. */
export const gaussianLayer: ModelLayer = {
  layer: {
    name: 'gaussian',
    kind: 'conv2d',
    from: ['input'],
    parameters: 0,
    input: { channels: 32, height: 16, width: 16 },
    output: { channels: 32, height: 16, width: 16 },
    filters: 32,
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups: 1,
  },
  weights: gaussian('weights', 32 * 32 * 9),
  bias: undefined,
};

const values = gaussian('activations', 32 * 256);

/** Its input: Gaussian, or what a ReLU leaves of that. */
export const gaussianInputs: Readonly<Record<'ReLU' | 'signed', ActivationMap>> = {
  ReLU: mapOf(
    [32, 16, 16],
    values.map((x) => Math.max(0, x)),
  ),
  signed: mapOf([32, 16, 16], values),
};
