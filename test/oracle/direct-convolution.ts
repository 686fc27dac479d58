import type { ReferenceLayer } from '../../src/engine/reference/convolution.js';

/** The convolution by its definition, in the scheme's arithmetic: operands keep the highest bits of their level. */
export function directConvolution({
  layer,
  levels,
  map,
  activations,
  weights,
  fullBits,
}: ReferenceLayer): Float64Array {
  const { input, output, kernel, stride, padding, dilation, groups, filters } = layer;
  const inGroup = input.channels / groups;
  const keep = (value: number, full: number, bits: number): number =>
    Math.floor(value / 2 ** (full - bits)) * 2 ** (full - bits);
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
                keep(activation, fullBits.activationBits, activationBits) *
                keep(weight, fullBits.weightBits, weightBits);
            }
        out[(f * output.height + oy) * output.width + ox] = sum;
      }
  return out;
}
