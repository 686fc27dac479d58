import type { ReferenceLayer } from '../../src/engine/reference/convolution.js';

/** The multiple of 2^(full − bits) nearest to a value, the upper of two, among those that `bits` bits can say. */
function nearest(value: number, full: number, bits: number, signed: boolean): number {
  const step = 2 ** (full - bits);
  const above = ((value % step) + step) % step;
  const below = value - above;
  const most = (signed ? 2 ** (full - 1) : 2 ** full) - step;
  return Math.min(most, above >= step - above ? below + step : below);
}

/** The convolution by its definition, in the scheme's arithmetic: operands are cut to the bits of their level. */
export function directConvolution({
  layer,
  levels,
  map,
  activations,
  signedActivations,
  weights,
  fullBits,
}: ReferenceLayer): Float64Array {
  const { input, output, kernel, stride, padding, dilation, groups, filters } = layer;
  const inGroup = input.channels / groups;
  const out = new Float64Array(filters * output.height * output.width);
  for (let f = 0; f < filters; f++)
    for (let oy = 0; oy < output.height; oy++)
      for (let ox = 0; ox < output.width; ox++) {
        let sum = 0;
        for (let c = 0; c < inGroup; c++)
          for (let r = 0; r < kernel[0]; r++)
            for (let s = 0; s < kernel[1]; s++) {
              const y = oy * stride[0] - padding[0] + r * dilation[0];
              const x = ox * stride[1] - padding[1] + s * dilation[1];
              if (y < 0 || x < 0 || y >= input.height || x >= input.width) continue;
              const channel = Math.floor(f / (filters / groups)) * inGroup + c;
              const plane = map.channels === 1 ? 0 : channel;
              const cellY = Math.floor(y / map.regionHeight);
              const cellX = Math.floor(x / map.regionWidth);
              const { activationBits, weightBits } =
                levels[map.levels[(plane * map.gridHeight + cellY) * map.gridWidth + cellX]!]!;
              const activation = activations[(channel * input.height + y) * input.width + x]!;
              const weight = weights[((f * inGroup + c) * kernel[0] + r) * kernel[1] + s]!;
              sum +=
                nearest(activation, fullBits.activationBits, activationBits, signedActivations) *
                nearest(weight, fullBits.weightBits, weightBits, true);
            }
        out[(f * output.height + oy) * output.width + ox] = sum;
      }
  return out;
}
