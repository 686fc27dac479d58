import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepConvolution, type ReferenceLayer } from '../../src/engine/reference/convolution.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import { prepareConvolution } from '../../src/record/convolution/convolve.js';
import { integerConvolution } from '../../src/record/integer-convolution.js';
import { directConvolution } from '../oracle/direct-convolution.js';
import { combinations, randomCase, randomLayer, randomReferenceLayer } from '../oracle/random-layers.js';

const property = { numRuns: Number(process.env.SILHOUETTE_CASES ?? 150) };

const inputsOf = ({ input }: ArrayLayer): number => input.channels * input.height * input.width;
const weightsOf = ({ filters, kernel, input, groups }: ArrayLayer): number =>
  filters * kernel[0] * kernel[1] * (input.channels / groups);

/** The same layer with any full bits, activations also without a sign, as maps behind ReLU have them. */
const randomBits: fc.Arbitrary<ReferenceLayer> = fc
  .tuple(
    randomReferenceLayer,
    fc.record({ activationBits: fc.integer({ min: 8, max: 16 }), weightBits: fc.integer({ min: 8, max: 16 }) }),
    fc.boolean(),
  )
  .chain(([input, fullBits, signed]) => {
    const most = 2 ** (fullBits.activationBits - (signed ? 1 : 0)) - 1;
    const weight = 2 ** (fullBits.weightBits - 1);
    const [inputs, weights] = [inputsOf(input.layer), weightsOf(input.layer)];
    const zero = fc.constant(0);
    return fc
      .record({
        activations: fc.array(fc.oneof(zero, fc.integer({ min: signed ? -most - 1 : 0, max: most })), {
          minLength: inputs,
          maxLength: inputs,
        }),
        weights: fc.array(fc.oneof(zero, fc.integer({ min: -weight, max: weight - 1 })), {
          minLength: weights,
          maxLength: weights,
        }),
      })
      .map((operands) => ({
        ...input,
        fullBits,
        activations: Int32Array.from(operands.activations),
        signedActivations: signed,
        weights: Int32Array.from(operands.weights),
      }));
  });

describe('the integer convolution', () => {
  it.each(combinations)('equals what the reference engine computes, bit for bit: %s %s', (dataflow, kind) => {
    fc.assert(
      fc.property(randomCase(dataflow, kind), ({ input, array }) => {
        expect(integerConvolution(input)(input)).toEqual(stepConvolution(input, array).outputs);
      }),
      property,
    );
  });

  it('is the convolution by its definition at any bits, signed or not', () => {
    fc.assert(
      fc.property(randomBits, (input) => {
        expect(integerConvolution(input)(input)).toEqual(directConvolution(input));
      }),
      { numRuns: 4 * property.numRuns },
    );
  });

  it('runs at the first level where there is no map', () => {
    fc.assert(
      fc.property(randomReferenceLayer, (input) => {
        const map = { ...input.map, levels: input.map.levels.map(() => 0) };
        expect(integerConvolution(input)({ ...input, map: undefined })).toEqual(directConvolution({ ...input, map }));
      }),
      property,
    );
  });

  it('takes shared sums apart where windows are long', () => {
    // 255 · −128 fills a shared double after 2,056 products; 3,000 follow each other here, of equal and of alternating sign.
    const layer: ArrayLayer = {
      name: 'long',
      kind: 'linear',
      from: ['input'],
      parameters: 0,
      input: { channels: 3000, height: 1, width: 1 },
      output: { channels: 6, height: 1, width: 1 },
      filters: 6,
      kernel: [1, 1],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [0, 0, 0, 0],
      groups: 1,
    };
    const weights = Int32Array.from({ length: 18_000 }, (_, i) => {
      const filter = Math.floor(i / 3000);
      return [-128, 127, i % 2 === 0 ? -128 : 127, 1, -1, 0][filter]!;
    });
    const eight = { activationBits: 8, weightBits: 8 };
    const convolve = integerConvolution({ layer, fullBits: eight, weights, levels: [eight] });
    const outputs = convolve({
      activations: new Int32Array(3000).fill(255),
      signedActivations: false,
      map: undefined,
    });
    expect([...outputs]).toEqual([-97_920_000, 97_155_000, -382_500, 765_000, -765_000, 0]);
  });

  it('refuses what does not belong together', () => {
    const [input] = fc.sample(randomReferenceLayer, { seed: 1, numRuns: 1 }) as [ReferenceLayer];
    const eight = { activationBits: 8, weightBits: 8 };
    expect(() => integerConvolution(input)({ ...input, activations: new Int32Array(1) })).toThrow(
      'do not have its size',
    );
    expect(() => integerConvolution({ ...input, levels: [{ activationBits: 9, weightBits: 8 }] })).toThrow('more bits');
    expect(() =>
      integerConvolution({ ...input, levels: [eight] })({
        ...input,
        map: { ...input.map, levels: input.map.levels.map(() => 1) },
      }),
    ).toThrow('no level 1');
    const negative = new Int32Array(input.activations.length).fill(-1);
    expect(() => integerConvolution(input)({ ...input, activations: negative, signedActivations: false })).toThrow(
      'activations of random have -1, not in 0 … 255',
    );
    expect(() => integerConvolution({ ...input, weights: new Int32Array(input.weights.length).fill(128) })).toThrow(
      'weights of random have 128, not in -128 … 127',
    );
  });
});

describe('a convolution of real numbers', () => {
  it('is the sum of its products, whatever the order of its columns', () => {
    fc.assert(
      fc.property(randomLayer, fc.infiniteStream(fc.double({ min: -2, max: 2, noNaN: true })), (layer, stream) => {
        const take = (count: number): Float64Array =>
          Float64Array.from({ length: count }, () => stream.next().value as number);
        const [activations, weights] = [take(inputsOf(layer)), take(weightsOf(layer))];
        const outputs = prepareConvolution({ layer, weights: [weights] })({ activations, sets: undefined });
        const { height, width } = layer.output;
        const inGroup = layer.input.channels / layer.groups;
        outputs.forEach((output, i) => {
          const [f, oy, ox] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
          let sum = 0;
          for (let k = 0; k < inGroup * layer.kernel[0] * layer.kernel[1]; k++) {
            const [c, r, s] = [
              Math.floor(k / (layer.kernel[0] * layer.kernel[1])) +
                inGroup * Math.floor(f / (layer.filters / layer.groups)),
              Math.floor(k / layer.kernel[1]) % layer.kernel[0],
              k % layer.kernel[1],
            ];
            const y = oy * layer.stride[0] + r * layer.dilation[0] - layer.padding[0];
            const x = ox * layer.stride[1] + s * layer.dilation[1] - layer.padding[1];
            if (y < 0 || x < 0 || y >= layer.input.height || x >= layer.input.width) continue;
            sum +=
              activations[(c * layer.input.height + y) * layer.input.width + x]! *
              weights[f * inGroup * layer.kernel[0] * layer.kernel[1] + k]!;
          }
          expect(output).toBeCloseTo(sum, 9);
        });
      }),
      property,
    );
  });
});
