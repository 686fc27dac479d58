import type { ArrayKind, ArrayLayer, Network, Shape } from '../../src/network/layer.js';

export function shape(channels: number, height: number, width = height): Shape {
  return { channels, height, width };
}

/** A 3×3 layer that keeps its shape. */
export function arrayLayer(name: string, kind: ArrayKind, input: Shape): ArrayLayer {
  return {
    name,
    kind,
    from: ['input'],
    input,
    output: input,
    parameters: 0,
    filters: input.channels,
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups: kind === 'depthwise' ? input.channels : 1,
  };
}

/** Every kind of layer once; DRQ masks `conv`, `narrow` and `dw`. */
export const EXAMPLE: Network = {
  name: 'example',
  description: 'one of each',
  input: shape(3, 33, 30),
  layers: [
    {
      name: 'early-pool',
      kind: 'pool',
      from: ['input'],
      inputs: [shape(3, 33, 30)],
      output: shape(3, 33, 30),
      parameters: 0,
    },
    arrayLayer('stem', 'conv2d', shape(3, 33, 30)),
    arrayLayer('conv', 'conv2d', shape(8, 33, 30)),
    arrayLayer('branch', 'auxiliary', shape(8, 33, 30)),
    arrayLayer('narrow', 'conv2d', shape(5, 1, 9)),
    arrayLayer('dw', 'depthwise', shape(6, 14)),
    arrayLayer('excite', 'conv2d', shape(8, 1)),
    arrayLayer('fc', 'linear', shape(8, 1)),
  ],
};
