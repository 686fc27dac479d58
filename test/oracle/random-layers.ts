import fc from 'fast-check';
import type { Precision } from '../../src/core/precision.js';
import type { ReferenceArray, ReferenceLayer } from '../../src/engine/reference/convolution.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import type { RegionMap } from '../../src/trace/trace.js';

const small = (max: number) => fc.integer({ min: 1, max });

/** A convolution layer of at most K = 40 packets with every geometry that layers have. */
export const randomLayer: fc.Arbitrary<ArrayLayer> = fc
  .record({
    groups: small(2),
    groupChannels: small(4),
    groupFilters: small(7),
    kernel: fc.tuple(small(3), small(3)),
    stride: fc.tuple(small(2), small(2)),
    dilation: fc.tuple(small(2), small(2)),
    padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    extra: fc.tuple(fc.nat(4), fc.nat(4)),
  })
  .map(({ groups, groupChannels, groupFilters, kernel, stride, dilation, padding, extra }): ArrayLayer => {
    const reach = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1] as const;
    const height = Math.max(1, reach[0] - padding[0] - padding[2]) + extra[0];
    const width = Math.max(1, reach[1] - padding[1] - padding[3]) + extra[1];
    return {
      name: 'random',
      kind: 'conv2d',
      from: ['input'],
      parameters: 0,
      input: { channels: groups * groupChannels, height, width },
      output: {
        channels: groups * groupFilters,
        height: Math.floor((height + padding[0] + padding[2] - reach[0]) / stride[0]) + 1,
        width: Math.floor((width + padding[1] + padding[3] - reach[1]) / stride[1]) + 1,
      },
      filters: groups * groupFilters,
      kernel,
      stride,
      dilation,
      padding,
      groups,
    };
  });

/** Up to four levels of 1 … 8 bits, in no particular order. */
const randomLevels: fc.Arbitrary<readonly Precision[]> = fc.array(
  fc.record({ activationBits: small(8), weightBits: small(8) }),
  { minLength: 1, maxLength: 4 },
);

function randomMap(layer: ArrayLayer, levels: number): fc.Arbitrary<RegionMap> {
  return fc
    .record({ perChannel: fc.boolean(), regionHeight: small(3), regionWidth: small(3) })
    .chain(({ perChannel, regionHeight, regionWidth }) => {
      const channels = perChannel ? layer.input.channels : 1;
      const gridHeight = Math.ceil(layer.input.height / regionHeight);
      const gridWidth = Math.ceil(layer.input.width / regionWidth);
      const size = channels * gridHeight * gridWidth;
      return fc.uint8Array({ minLength: size, maxLength: size, max: levels - 1 }).map((cells) => {
        return { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells };
      });
    });
}

function integers(length: number, bits: number): fc.Arbitrary<Int32Array> {
  return fc.int32Array({ minLength: length, maxLength: length, min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
}

/** A random layer with operands, levels and a map. */
export const randomReferenceLayer: fc.Arbitrary<ReferenceLayer> = fc
  .tuple(randomLayer, randomLevels)
  .chain(([layer, levels]) => {
    const inputs = layer.input.channels * layer.input.height * layer.input.width;
    const weights = layer.filters * layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
    return fc.record({
      layer: fc.constant(layer),
      levels: fc.constant(levels),
      fullBits: fc.constant({ activationBits: 8, weightBits: 8 }),
      map: randomMap(layer, levels.length),
      activations: integers(inputs, 8),
      weights: integers(weights, 8),
    });
  });

/** A random array of up to 6 × 6 PEs; `fixed(8)` and `temporal(b)` units. */
export const randomArray: fc.Arbitrary<ReferenceArray> = fc.record({
  rows: small(6),
  cols: small(6),
  unit: fc.constantFrom('fixed(8)', 'temporal(1)', 'temporal(2)', 'temporal(3)', 'temporal(4)'),
  discipline: fc.oneof(
    fc.constant('decoupled'),
    fc.constant('global'),
    small(5).map((depth) => `elastic(${String(depth)})`),
  ),
  steps: fc.constantFrom('channel-inner' as const, 'tap-inner' as const),
  order: fc.constantFrom('raster' as const, 'sorted' as const),
  drain: fc.constantFrom('overlapped' as const, 'serial' as const),
  edge: fc.constantFrom('full' as const, 'clipped' as const),
});
