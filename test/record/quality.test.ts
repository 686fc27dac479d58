import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepConvolution, type ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { LayerQuality } from '../../src/trace/recorded.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import { floatOutputs, fullBitsOf, schemeOutputs } from '../../src/record/layer-quality.js';
import { magnitudesOf } from '../../src/record/magnitudes.js';
import {
  addAgreement,
  agreementOf,
  agreementTally,
  meanAgreement,
  mergeAgreements,
  sameTop1,
  SQNR_LIMIT_DB,
} from '../../src/record/quality.js';
import { quantiseActivations, quantiseWeights } from '../../src/record/quantise.js';
import { randomReferenceLayer } from '../oracle/random-layers.js';
import { mapOf, randomMap } from './maps.js';

const bits = fc.integer({ min: 2, max: 16 });

describe('quantised activations', () => {
  it('are the nearest integers of their range', () => {
    fc.assert(
      fc.property(randomMap, bits, (map, b) => {
        const { values, signed: isSigned, step } = quantiseActivations(map, b);
        const signed = map.values.some((x) => x < 0);
        const most = signed ? 2 ** (b - 1) - 1 : 2 ** b - 1;
        const top = Math.max(...map.values.map(Math.abs));
        expect(isSigned).toBe(signed);
        expect(step).toBe(top === 0 ? 1 : top / most);
        values.forEach((value, i) => {
          expect(Math.abs(value)).toBeLessThanOrEqual(most);
          expect(Math.abs(value * step - map.values[i]!)).toBeLessThanOrEqual(step * (0.5 + 1e-9));
        });
      }),
    );
  });

  it('of 8 bits have the magnitudes that masks are made of', () => {
    fc.assert(
      fc.property(randomMap, (map) => {
        expect([...quantiseActivations(map, 8).values].map(Math.abs)).toEqual([...magnitudesOf(map).values]);
      }),
    );
  });

  it('are clipped to a calibrated range', () => {
    const map = mapOf([1, 1, 5], [-3, -1, 0, 1, 9]);
    expect([...quantiseActivations(map, 8, { top: 2, signed: true }).values]).toEqual([-127, -64, 0, 64, 127]);
    expect([...quantiseActivations(map, 8, { top: 2, signed: false }).values]).toEqual([0, 0, 0, 128, 255]);
    expect([...quantiseActivations(map, 4, { top: 0, signed: false }).values]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('quantised weights', () => {
  it('use the whole range of every filter, to the nearest integer', () => {
    const weights = Float32Array.of(0.5, -1, 0.25, 0, 0, 0, 30, 15, -7.5);
    expect(quantiseWeights(weights, 3, 8)).toEqual({
      values: Int32Array.of(64, -127, 32, 0, 0, 0, 127, 64, -32),
      steps: Float64Array.of(1 / 127, 1, 30 / 127),
    });
  });
});

const array: ReferenceArray = {
  rows: 3,
  cols: 3,
  dataflow: 'os',
  unit: 'temporal(4)',
  discipline: 'decoupled',
  steps: 'tap-inner',
  order: 'raster',
  folds: 'barrier',
  drain: 'overlapped',
  edge: 'clipped',
  foldOverhead: 0,
  layerOffset: 0,
  im2col: 'none',
};

/** Real operands for a layer, smooth enough to be worth quantising. */
const randomModel = fc.tuple(randomReferenceLayer, fc.boolean()).map(([reference, signed]) => {
  const { layer } = reference;
  const { channels, height, width } = layer.input;
  const values = Float32Array.from(reference.activations, (x) => (signed ? x : Math.abs(x)) / 37);
  return {
    reference,
    input: mapOf([channels, height, width], values),
    model: {
      layer,
      weights: Float32Array.from(reference.weights, (w, i) => w / (11 + (i % 3))),
      bias: signed ? Float32Array.from({ length: layer.filters }, (_, f) => f - 1) : undefined,
    },
  };
});

describe('the outputs of a scheme', () => {
  it('are those of the reference engine, scaled', () => {
    fc.assert(
      fc.property(randomModel, ({ reference, input, model }) => {
        const { layer, levels, map } = reference;
        const wanted = fullBitsOf(levels);
        const fullBits = {
          activationBits: Math.max(2, wanted.activationBits),
          weightBits: Math.max(2, wanted.weightBits),
        };
        const activations = quantiseActivations(input, fullBits.activationBits);
        const weights = quantiseWeights(model.weights, layer.filters, fullBits.weightBits);
        const { outputs } = stepConvolution(
          {
            layer,
            levels,
            map,
            fullBits,
            activations: activations.values,
            signedActivations: activations.signed,
            weights: weights.values,
          },
          array,
        );
        const area = outputs.length / layer.filters;
        const expected = outputs.map((sum, i) => {
          const filter = Math.floor(i / area);
          return sum * (weights.steps[filter]! * activations.step) + (model.bias?.[filter] ?? 0);
        });
        expect(schemeOutputs(model, levels)({ activations: input, map })).toEqual(expected);
      }),
    );
  });

  it('come near to those in floating point at 16 bits', () => {
    fc.assert(
      fc.property(randomModel, ({ input, model }) => {
        const levels = [{ activationBits: 16, weightBits: 16 }];
        const reference = floatOutputs(model)(input);
        const { sqnrDb, cosine } = agreementOf(
          reference,
          schemeOutputs(model, levels)({ activations: input, map: undefined }),
        );
        const scale = Math.max(...reference.map(Math.abs));
        // Sums that cancel out have little signal left.
        if (scale > 10) expect(sqnrDb).toBeGreaterThan(40);
        if (scale > 10) expect(cosine).toBeGreaterThan(0.999);
      }),
    );
  });

  it('get better with bits, and are exact where the operands are integers', () => {
    const layer: ArrayLayer = {
      name: 'a',
      kind: 'conv2d',
      from: ['input'],
      parameters: 0,
      input: { channels: 8, height: 12, width: 12 },
      output: { channels: 6, height: 12, width: 12 },
      filters: 6,
      kernel: [3, 3],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [1, 1, 1, 1],
      groups: 1,
    };
    const wave = (length: number, step: number): Float32Array =>
      Float32Array.from({ length }, (_, i) => Math.sin(i * step));
    const model = { layer, weights: wave(432, 0.7), bias: undefined };
    const input = mapOf([8, 12, 12], wave(1152, 0.3).map(Math.abs));
    const reference = floatOutputs(model)(input);
    const sqnr = [2, 3, 4, 6, 8, 12].map((b) => {
      const levels = [{ activationBits: b, weightBits: b }];
      return agreementOf(reference, schemeOutputs(model, levels)({ activations: input, map: undefined })).sqnrDb;
    });
    expect(sqnr).toEqual(sqnr.toSorted((a, b) => a - b));
    // Six decibels a bit, as everywhere.
    expect(sqnr[5]! - sqnr[4]!).toBeGreaterThan(18);
    expect(sqnr[5]! - sqnr[4]!).toBeLessThan(30);
    const whole = { layer, weights: Float32Array.from({ length: 432 }, (_, i) => (i % 255) - 127), bias: undefined };
    const pixels = mapOf(
      [8, 12, 12],
      Float32Array.from({ length: 1152 }, (_, i) => i % 256),
    );
    // 255 and 127 occur in every filter's taps: the steps are 1.
    const levels = [{ activationBits: 8, weightBits: 8 }];
    const own = { ...whole, weights: whole.weights.map((w, i) => (i % 72 === 0 ? 127 : w)) };
    const outputs = schemeOutputs(own, levels)({ activations: pixels, map: undefined });
    expect(agreementOf(floatOutputs(own)(pixels), outputs)).toEqual({ sqnrDb: SQNR_LIMIT_DB, cosine: 1 });
  });
});

describe('an agreement', () => {
  it('is the ratio of signal to noise, and the cosine', () => {
    const { sqnrDb, cosine } = agreementOf(Float64Array.of(3, 4), Float64Array.of(3, 3.5));
    expect(sqnrDb).toBeCloseTo(20, 12);
    expect(cosine).toBeCloseTo(23 / (5 * Math.hypot(3, 3.5)), 12);
    expect(agreementOf(Float32Array.of(1, 2), Float64Array.of(1, 2))).toEqual({ sqnrDb: SQNR_LIMIT_DB, cosine: 1 });
    expect(agreementOf(new Float64Array(2), new Float64Array(2))).toEqual({ sqnrDb: SQNR_LIMIT_DB, cosine: 1 });
    expect(agreementOf(new Float64Array(1), Float64Array.of(1))).toEqual({ sqnrDb: -SQNR_LIMIT_DB, cosine: 0 });
    expect(() => agreementOf(new Float64Array(1), new Float64Array(2))).toThrow(RangeError);
  });

  it('names a class by the largest output, the first of equals', () => {
    expect(sameTop1(Float32Array.of(1, 3, 3), Float64Array.of(0, 9, 8))).toBe(true);
    expect(sameTop1(Float32Array.of(1, 3, 3), Float64Array.of(0, 8, 9))).toBe(false);
  });

  it('has means that do not depend on order or interruptions', () => {
    const agreement: fc.Arbitrary<LayerQuality> = fc.record({
      sqnrDb: fc.double({ min: -300, max: 300, noNaN: true }),
      cosine: fc.double({ min: -1, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(agreement, { minLength: 1 }), fc.nat(9), (images, cut) => {
        const tallyOf = (some: readonly LayerQuality[]) => {
          const tally = agreementTally();
          some.forEach((image) => {
            addAgreement(tally, image, image.cosine > 0);
          });
          return tally;
        };
        const merged = tallyOf(images.slice(cut).toReversed());
        mergeAgreements(merged, tallyOf(images.slice(0, cut)));
        expect(merged).toEqual(tallyOf(images));
        const mean = meanAgreement(merged);
        expect(mean.sqnrDb).toBeCloseTo(images.reduce((sum, { sqnrDb }) => sum + sqnrDb, 0) / images.length, 9);
        expect(mean.top1Agreement).toBe(images.filter(({ cosine }) => cosine > 0).length / images.length);
      }),
    );
  });
});
