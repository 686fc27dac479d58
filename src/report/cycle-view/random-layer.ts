import { shareOf } from '../../core/numbers.js';
import type { Precision } from '../../core/precision.js';
import { Random } from '../../core/random.js';
import type { ReferenceLayer } from '../../engine/reference/convolution.js';
import { counted } from './words.js';

/** A level and the share of pixels that have it, 0…1. */
export interface LevelShare {
  readonly precision: Precision;
  readonly share: number;
}

/** A small convolution with random operands; the map keeps its size. */
export interface RandomLayerOptions {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Kernel height and width, odd. */
  readonly kernel: number;
  readonly filters: number;
  /** Shares sum to 1. */
  readonly levels: readonly LevelShare[];
  readonly seed: string;
}

/** Every pixel's level, one for all its channels: shares are met to the pixel, places are random. */
function pixelLevels(levels: readonly LevelShare[], pixels: number, random: Random): Uint8Array {
  const map = new Uint8Array(pixels);
  let share = 0;
  levels.forEach((level, index) => {
    const from = shareOf(share, pixels);
    share += level.share;
    map.fill(index, from, index === levels.length - 1 ? pixels : shareOf(share, pixels));
  });
  for (let i = pixels - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [map[i], map[j]] = [map[j]!, map[i]!];
  }
  return map;
}

function signed(random: Random, length: number, bits: number): Int32Array {
  return Int32Array.from({ length }, () => random.below(2 ** bits) - 2 ** (bits - 1));
}

/** Equal options give equal layers on every machine. */
export function randomLayer(options: RandomLayerOptions): ReferenceLayer {
  const { channels, height, width, kernel, filters, seed } = options;
  const levels = options.levels.map(({ precision }) => precision);
  const activationBits = Math.max(...levels.map((level) => level.activationBits));
  const weightBits = Math.max(...levels.map((level) => level.weightBits));
  const pad = (kernel - 1) / 2;
  const weights = filters * channels * kernel * kernel;
  return {
    layer: {
      name: 'random',
      kind: 'conv2d',
      from: ['input'],
      input: { channels, height, width },
      output: { channels: filters, height, width },
      filters,
      kernel: [kernel, kernel],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [pad, pad, pad, pad],
      groups: 1,
      parameters: weights,
    },
    fullBits: { activationBits, weightBits },
    activations: signed(new Random(`${seed}/activations`), channels * height * width, activationBits),
    signedActivations: true,
    weights: signed(new Random(`${seed}/weights`), weights, weightBits),
    levels,
    map: {
      channels: 1,
      gridHeight: height,
      gridWidth: width,
      regionHeight: 1,
      regionWidth: 1,
      levels: pixelLevels(options.levels, height * width, new Random(`${seed}/pixels`)),
    },
  };
}

/** The layer in a sentence. */
export function layerStory({ channels, height, width, kernel, filters, levels, seed }: RandomLayerOptions): string {
  const shares = levels.map(({ precision, share }) => {
    const { activationBits, weightBits } = precision;
    return `${String(activationBits)}×${String(weightBits)} bit on ${String(Number((100 * share).toFixed(2)))} %`;
  });
  return `Layer: ${counted(channels, 'channel')} of ${String(height)}×${String(width)} pixels, ${counted(filters, 'filter')} of ${String(kernel)}×${String(kernel)}; precision (activation × weight) by pixel: ${shares.join(', ')}; random operands, seed ${seed}.`;
}
