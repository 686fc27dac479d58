import { checkBits, cut, worth } from '../core/low-bits.js';
import type { Precision } from '../core/precision.js';
import { elements, type ArrayLayer, type Shape } from '../network/layer.js';
import type { RegionMap } from '../trace/trace.js';
import { prepareConvolution } from './convolution/convolve.js';

/** The weights of a layer in integers, and the levels that cut them. */
export interface IntegerWeights {
  readonly layer: ArrayLayer;
  readonly fullBits: Precision;
  /** [filters, channels / groups, kernel rows, kernel columns]; signed integers of `fullBits`. */
  readonly weights: Int32Array;
  /** Precision of each level, at most `fullBits`. */
  readonly levels: readonly Precision[];
}

/** What they meet in one image. */
export interface IntegerInput {
  /** [channels, height, width]; integers of the full bits. */
  readonly activations: Int32Array;
  /** Whether one of the bits is their sign. */
  readonly signedActivations: boolean;
  /** Undefined: the first level throughout. */
  readonly map: RegionMap | undefined;
}

/** Where the longest sum of 16 × 16-bit products could exceed 2⁵³. */
const MOST_PRODUCTS = 2 ** 21;

/**
 * The convolution in a scheme's arithmetic, [filters, output height, output width], in units of full activation step × full weight step:
 * an activation is cut to the bits of its level, and so is the weight that it meets (`core/low-bits.ts`, which the reference
 * engine computes with). Exact integers, equal to the outputs of `stepConvolution` bit for bit. The weights are prepared once, for any
 * number of images.
 * @throws RangeError where an array does not have the layer's size, an operand more than the full bits, or a level does not exist or has more
 */
export function integerConvolution(prepared: IntegerWeights): (input: IntegerInput) => Float64Array {
  const { layer, fullBits, levels } = prepared;
  const products = (layer.input.channels / layer.groups) * layer.kernel[0] * layer.kernel[1];
  if (products > MOST_PRODUCTS) throw new RangeError(`windows of ${layer.name} are too large for exact sums`);
  if (levels.some((l) => l.activationBits > fullBits.activationBits || l.weightBits > fullBits.weightBits))
    throw new RangeError(`a level of ${layer.name} has more bits than its operands`);
  checkBits(prepared.weights, fullBits.weightBits, true, `weights of ${layer.name}`);
  // Levels whose weights have as many bits meet the same weights.
  const weightBits = [...new Set(levels.map((level) => level.weightBits))];
  const weights = weightBits.map((bits) =>
    cutAll(prepared.weights, { full: fullBits.weightBits, bits: [bits], signed: true }, undefined),
  );
  const integers = { activation: 2 ** fullBits.activationBits, weight: Math.max(...weights.map(largest)) };
  const convolve = prepareConvolution({ layer, weights, integers });
  const activationBits = levels.map((level) => level.activationBits);
  const setOfLevel = levels.map((level) => weightBits.indexOf(level.weightBits));
  return ({ activations, signedActivations: signed, map }) => {
    checkBits(activations, fullBits.activationBits, signed, `activations of ${layer.name}`);
    const levelOf = map === undefined ? undefined : levelsOfElements(map, layer.input, levels.length);
    const all = cutAll(activations, { full: fullBits.activationBits, bits: activationBits, signed }, levelOf);
    return convolve({ activations: all, sets: weights.length === 1 ? undefined : setsOf(levelOf, setOfLevel, all) });
  };
}

/** The set of weights of every element; the first level's set, 0, where there is no map. */
function setsOf(levelOf: Uint8Array | undefined, setOfLevel: readonly number[], all: Float64Array): Uint8Array {
  return levelOf?.map((level) => setOfLevel[level]!) ?? new Uint8Array(all.length);
}

/** What values have, and what of it each level keeps. */
interface Cut {
  readonly full: number;
  readonly bits: readonly number[];
  readonly signed: boolean;
}

/** Values cut to the bits of their levels, in units of a full step. */
function cutAll(values: Int32Array, { full, bits, signed }: Cut, levelOf: Uint8Array | undefined): Float64Array {
  const kept = Float64Array.from(bits);
  const steps = kept.map((own) => worth(full, own));
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const level = levelOf === undefined ? 0 : levelOf[i]!;
    result[i] = cut(values[i]!, full, kept[level]!, signed) * steps[level]!;
  }
  return result;
}

function largest(values: Float64Array): number {
  let [least, most, i] = [0, 0, 0];
  // Not `for … of`, which takes several times as long.
  while (i < values.length) {
    const value = values[i++]!;
    if (value > most) most = value;
    if (value < least) least = value;
  }
  return Math.max(most, -least);
}

/** The level of every element of a layer's input, [channels, height, width]. */
function levelsOfElements(map: RegionMap, input: Shape, levels: number): Uint8Array {
  const { channels, height, width } = input;
  const { gridHeight, gridWidth, regionHeight, regionWidth } = map;
  const result = new Uint8Array(elements(input));
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = ((map.channels === 1 ? 0 : c) * gridHeight + Math.floor(y / regionHeight)) * gridWidth;
      for (let x = 0; x < width; x++, i++) {
        const level = map.levels[row + Math.floor(x / regionWidth)];
        if (level === undefined || level >= levels) throw new RangeError(`there is no level ${String(level)}`);
        result[i] = level;
      }
    }
  return result;
}
