import type { Precision } from '../core/precision.js';
import { elements, type ArrayLayer } from '../network/layer.js';
import type { RegionMap } from '../trace/trace.js';
import type { ActivationMap, Extent } from './activation-map.js';
import { convolve } from './convolution/convolve.js';
import { integerConvolution } from './integer-convolution.js';
import { quantiseActivations, quantiseWeights, type QuantisedActivations, type QuantisedWeights } from './quantise.js';

/** A convolution as the model has it. */
export interface ModelLayer {
  readonly layer: ArrayLayer;
  /** [filters, channels / groups, kernel rows, kernel columns]. */
  readonly weights: Float32Array;
  /** One per filter; undefined where the layer has none. */
  readonly bias: Float32Array | undefined;
}

/** The outputs in floating point, [filters, output height, output width]: sums of doubles. */
export function floatOutputs({ layer, weights, bias }: ModelLayer, input: ActivationMap): Float64Array {
  const outputs = convolve({
    layer,
    activations: new Float64Array(input.values),
    weights: [new Float64Array(weights)],
    sets: undefined,
  });
  return scaled(outputs, layer, undefined, bias);
}

/** The widest bits that any level asks for: what operands are quantised to before levels cut them. */
export function fullBitsOf(levels: readonly Precision[]): Precision {
  return {
    activationBits: Math.max(...levels.map((level) => level.activationBits)),
    weightBits: Math.max(...levels.map((level) => level.weightBits)),
  };
}

/** How a scheme runs a layer in an image: its levels, and the map that says where which holds. */
export interface LayerScheme {
  readonly levels: readonly Precision[];
  /** Undefined: the first level throughout. */
  readonly map: RegionMap | undefined;
  /** A calibrated range of the activations; by default that of the image. */
  readonly range?: Extent;
}

/**
 * The outputs of a layer as a scheme computes them, in real numbers: operands are quantised to the widest bits of the scheme's levels,
 * cut and multiplied as {@link integerConvolution} does, and the sums are scaled back, plus the bias, which hardware adds in full width.
 */
export function schemeOutputs(model: ModelLayer, input: ActivationMap, scheme: LayerScheme): Float64Array {
  const { layer, bias } = model;
  const levels = scheme.map === undefined ? scheme.levels.slice(0, 1) : scheme.levels;
  const fullBits = atLeastTwo(fullBitsOf(levels));
  const activations = quantiseActivations(input, fullBits.activationBits, scheme.range);
  const weights = quantiseWeights(model.weights, layer.filters, fullBits.weightBits);
  const operands = { layer, fullBits, levels, map: scheme.map };
  const sums = integerConvolution({ ...operands, activations: activations.values, weights: weights.values });
  return scaled(sums, layer, steps(activations, weights), bias);
}

/** One bit has no symmetric integers: operands have two, of which a level of one bit keeps the sign. */
function atLeastTwo({ activationBits, weightBits }: Precision): Precision {
  return { activationBits: Math.max(2, activationBits), weightBits: Math.max(2, weightBits) };
}

function steps({ step }: QuantisedActivations, weights: QuantisedWeights): Float64Array {
  return weights.steps.map((own) => own * step);
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
