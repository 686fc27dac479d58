import { SilhouetteError, type Problem } from '../core/errors.js';
import { ceilDiv, shareOf } from '../core/numbers.js';
import { Random } from '../core/random.js';
import type { ArrayLayer, Network } from '../network/layer.js';
import { maskedLayers } from '../network/masked.js';
import {
  regionSizeName,
  type MaskArray,
  type RegionMap,
  type RegionSize,
  type Silhouette,
  type Trace,
} from './trace.js';

/** What a synthetic trace looks like. Equal options give equal traces on every machine. */
export interface SynthOptions {
  /** Fraction of cells of every masked layer that are sensitive, 0…1. */
  readonly share: number;
  /** Mean diameter of a blob at half its height, as a fraction of the image side, > 0. */
  readonly blobSize: number;
  /** Important spots per image, 1…1000. */
  readonly blobs: number;
  readonly seed: string;
  readonly images: number;
  readonly silhouette: { readonly height: number; readonly width: number };
  readonly region: RegionSize;
}

/** A tenth sensitive, as DRQ reports (figure 11), in three spots; silhouettes of a ResNet's first stage. */
export const SYNTH_DEFAULTS: SynthOptions = {
  share: 0.1,
  blobSize: 0.3,
  blobs: 3,
  seed: '1',
  images: 10,
  silhouette: { height: 56, width: 56 },
  region: { rows: 4, cols: 8 },
};

/** A spot in image coordinates, 0…1 from top and left. */
interface Blob {
  readonly y: number;
  readonly x: number;
  readonly radius: number;
  readonly height: number;
}

/** Weight of what one channel sees alone, and of noise, beside the blobs that all channels share (weight 1). */
const OWN_WEIGHT = 0.6;
const NOISE_WEIGHT = 0.1;

/** @throws SilhouetteError listing every option out of range */
export function checkSynthOptions(options: SynthOptions): void {
  const problems: Problem[] = [];
  const check = (field: string, value: number, ok: boolean, expected: string): void => {
    if (!ok) problems.push({ where: `synth ${field}`, message: 'is out of range', expected, received: String(value) });
  };
  const count = (field: string, value: number, most: number): void => {
    const ok = Number.isSafeInteger(value) && value >= 1 && value <= most;
    check(field, value, ok, `an integer from 1 to ${String(most)}`);
  };
  check('share', options.share, options.share >= 0 && options.share <= 1, 'a fraction from 0 to 1');
  check('blobSize', options.blobSize, options.blobSize > 0 && options.blobSize <= 10, 'a fraction in (0, 10]');
  count('blobs', options.blobs, 1000);
  count('images', options.images, 1e6);
  count('silhouette.height', options.silhouette.height, 8192);
  count('silhouette.width', options.silhouette.width, 8192);
  count('region.rows', options.region.rows, 8192);
  count('region.cols', options.region.cols, 8192);
  if (problems.length > 0) throw new SilhouetteError(problems);
}

/** Silhouette of image `image`: the sum of its blobs, scaled so that the least pixel is 0 and the greatest 1. */
export function synthSilhouette(options: SynthOptions, image: number): Silhouette {
  const { height, width } = options.silhouette;
  const field = sharedField(options, image, centres(height, 1, height), centres(width, 1, width));
  let least = Infinity;
  let greatestValue = -Infinity;
  for (const value of field) {
    if (value < least) least = value;
    if (value > greatestValue) greatestValue = value;
  }
  const span = greatestValue - least;
  const values = new Float32Array(field.length);
  if (span !== 0) for (let i = 0; i < values.length; i++) values[i] = (field[i]! - least) / span;
  return { height, width, values };
}

/** Shape of a layer's region maps: one per input channel, the grid covering the input. */
export function synthMaskArray(options: SynthOptions, layer: ArrayLayer): MaskArray {
  const { channels, height, width } = layer.input;
  const { region } = options;
  const grid = { gridHeight: ceilDiv(height, region.rows), gridWidth: ceilDiv(width, region.cols) };
  return { layer: layer.name, region, channels, ...grid };
}

/**
 * DRQ-like region map of one layer's input in image `image`: level 1 = sensitive. Channels see the image's blobs at
 * different strengths, each with a spot and noise of its own; exactly round-half-up(share · cells) cells of the layer,
 * the greatest by (value, index), are sensitive.
 */
export function synthMask(options: SynthOptions, layer: ArrayLayer, image: number): RegionMap {
  const { channels, gridHeight, gridWidth, region } = synthMaskArray(options, layer);
  const ys = centres(gridHeight, region.rows, layer.input.height);
  const xs = centres(gridWidth, region.cols, layer.input.width);
  const shared = sharedField(options, image, ys, xs);
  const random = new Random(`${options.seed}/${String(image)}/${layer.name}`);
  const values = new Float32Array(channels * shared.length);
  for (let channel = 0; channel < channels; channel++) {
    const strength = 0.5 + random.real();
    const own = [drawBlob(random, options)];
    for (let y = 0, cell = 0; y < gridHeight; y++) {
      for (let x = 0; x < gridWidth; x++, cell++) {
        const signal = shared[cell]! + OWN_WEIGHT * fieldAt(own, ys[y]!, xs[x]!);
        values[channel * shared.length + cell] = strength * signal + NOISE_WEIGHT * random.real();
      }
    }
  }
  return {
    channels,
    gridHeight,
    gridWidth,
    regionHeight: region.rows,
    regionWidth: region.cols,
    levels: greatest(values, shareOf(options.share, values.length)),
  };
}

/**
 * A synthetic trace for a network, held nowhere: every image is generated when it is asked for.
 * @throws SilhouetteError where options are out of range
 */
export function syntheticTrace(network: Network, options: SynthOptions): Trace {
  checkSynthOptions(options);
  const layers = maskedLayers(network);
  const size = regionSizeName(options.region);
  return {
    info: {
      source: 'synthetic',
      images: options.images,
      silhouettes: options.silhouette,
      masks: layers.map((layer) => synthMaskArray(options, layer)),
      network: network.name,
      synthetic: true,
      seed: options.seed,
      accuracy: {},
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a Trace is read asynchronously
    async *images(limit = options.images) {
      for (let index = 0; index < Math.min(limit, options.images); index++) {
        const masks = new Map(layers.map((layer) => [layer.name, synthMask(options, layer, index)]));
        const silhouette = synthSilhouette(options, index);
        yield { index, name: String(index), silhouette, masks: new Map(layers.length > 0 ? [[size, masks]] : []) };
      }
    },
  };
}

/** Middles of `count` regions of `size` pixels along a side of `length`, as fractions of it; the last may be cut. */
function centres(count: number, size: number, length: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * size + Math.min((i + 1) * size, length)) / (2 * length));
}

/** {@link fieldAt} of an image's blobs at every (y, x), the same operations in the same order, blob by blob. */
function sharedField(options: SynthOptions, image: number, ys: readonly number[], xs: readonly number[]): Float64Array {
  const random = new Random(`${options.seed}/${String(image)}`);
  const blobs = Array.from({ length: options.blobs }, () => drawBlob(random, options));
  const field = new Float64Array(ys.length * xs.length);
  const across = new Float64Array(xs.length);
  for (const { y, x, radius, height } of blobs) {
    xs.forEach((at, i) => {
      across[i] = (at - x) * (at - x);
    });
    const area = radius * radius;
    for (let row = 0, i = 0; row < ys.length; row++) {
      const dy = ys[row]! - y;
      const down = dy * dy;
      for (let column = 0; column < across.length; column++, i++) {
        const u = (down + across[column]!) / area;
        field[i]! += height / (1 + u * u);
      }
    }
  }
  return field;
}

function drawBlob(random: Random, options: SynthOptions): Blob {
  const [y, x] = [random.real(), random.real()];
  const radius = (options.blobSize / 2) * (0.75 + 0.5 * random.real());
  return { y, x, radius, height: 0.5 + 0.5 * random.real() };
}

/** Sum of blobs h / (1 + (d/r)⁴): smooth, half as high at d = r, and exact on every machine, unlike exp. */
function fieldAt(blobs: readonly Blob[], y: number, x: number): number {
  let total = 0;
  for (const blob of blobs) {
    const [dy, dx] = [y - blob.y, x - blob.x];
    const u = (dy * dy + dx * dx) / (blob.radius * blob.radius);
    total += blob.height / (1 + u * u);
  }
  return total;
}

/** 1 for the `count` greatest values by (value, index), 0 for the rest. */
function greatest(values: Float32Array, count: number): Uint8Array {
  const levels = new Uint8Array(values.length);
  if (count === 0) return levels;
  const threshold = values.toSorted()[values.length - count]!;
  let left = count;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > threshold) {
      levels[i] = 1;
      left--;
    }
  }
  for (let i = values.length - 1; left > 0; i--) {
    if (values[i] === threshold) {
      levels[i] = 1;
      left--;
    }
  }
  return levels;
}
