import type { Precision } from '../core/precision.js';
import { elements, type ArrayLayer } from '../network/layer.js';
import type { RegionMap } from '../trace/trace.js';
import type { ActivationMap, Extent } from './activation-map.js';
import { prepareConvolution } from './convolution/convolve.js';
import { integerConvolution } from './integer-convolution.js';
import { quantiseActivations, quantiseWeights } from './quantise.js';

/** A convolution as the model has it. */
export interface ModelLayer {
  readonly layer: ArrayLayer;
  /** [filters, channels / groups, kernel rows, kernel columns]. */
  readonly weights: Float32Array;
  /** One per filter; undefined where the layer has none. */
  readonly bias: Float32Array | undefined;
}

/** Outputs in floating point, [filters, output height, output width], of any number of images: sums of doubles. */
export function floatOutputs({ layer, weights, bias }: ModelLayer): (input: ActivationMap) => Float64Array {
  const convolve = prepareConvolution({ layer, weights: [new Float64Array(weights)] });
  return ({ values }) =>
    scaled(convolve({ activations: new Float64Array(values), sets: undefined }), layer, undefined, bias);
}

/** The widest bits that any level asks for: what operands are quantised to before levels cut them. */
export function fullBitsOf(levels: readonly Precision[]): Precision {
  return {
    activationBits: Math.max(...levels.map((level) => level.activationBits)),
    weightBits: Math.max(...levels.map((level) => level.weightBits)),
  };
}

/** One image's input of a layer. */
export interface SchemeInput {
  readonly activations: ActivationMap;
  /** Which level holds where; undefined: the first level throughout. */
  readonly map: RegionMap | undefined;
  /** A calibrated range of the activations; by default that of the image. */
  readonly range?: Extent;
}

/**
 * The outputs of a layer as a scheme computes them, in real numbers, of any number of images: operands are quantised to the widest bits of
 * the scheme's levels, cut and multiplied as {@link integerConvolution} does, and the sums are scaled back, plus the bias, which hardware adds in full
 * width. Prepared weights take 4 to 8 bytes per weight and width of weights.
 */
export function schemeOutputs(model: ModelLayer, levels: readonly Precision[]): (input: SchemeInput) => Float64Array {
  const { layer, bias } = model;
  const fullBits = atLeastTwo(fullBitsOf(levels));
  const weights = quantiseWeights(model.weights, layer.filters, fullBits.weightBits);
  const convolve = integerConvolution({ layer, fullBits, levels, weights: weights.values });
  return ({ activations, map, range }) => {
    const { values, signed, step } = quantiseActivations(activations, fullBits.activationBits, range);
    const filterSteps = weights.steps.map((own) => own * step);
    return scaled(convolve({ activations: values, signedActivations: signed, map }), layer, filterSteps, bias);
  };
}

/** One bit has no symmetric integers: operands have two, and a level of one bit has what cutting leaves. */
function atLeastTwo({ activationBits, weightBits }: Precision): Precision {
  return { activationBits: Math.max(2, activationBits), weightBits: Math.max(2, weightBits) };
}

/** Scales the outputs of each filter and adds its bias, in place. */
function scaled(
  outputs: Float64Array,
  layer: ArrayLayer,
  filterSteps: Float64Array | undefined,
  bias: Float32Array | undefined,
): Float64Array {
  const area = elements(layer.output) / layer.filters;
  for (let filter = 0; filter < layer.filters; filter++) {
    const [step, offset] = [filterSteps?.[filter] ?? 1, bias?.[filter] ?? 0];
    for (let i = filter * area; i < (filter + 1) * area; i++) outputs[i] = outputs[i]! * step + offset;
  }
  return outputs;
}
