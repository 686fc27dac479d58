import { SilhouetteError } from '../core/errors.js';
import type { Silhouette } from '../trace/trace.js';
import { extentOf, type ActivationMap } from './activation-map.js';
import { sigmoid } from './sigmoid.js';

/** What a segmentation model's output means. */
export interface SegmentationReading {
  /** The class that matters; by default every class but the first, which is the background. */
  readonly channel?: number;
  /** `auto`: probabilities where they can be, image by image, else logits. */
  readonly outputs?: 'auto' | 'probabilities' | 'logits';
}

/** How far the classes of a pixel may be from summing to 1. */
const SUM_ERROR = 1e-3;

/**
 * The silhouette that a segmentation model [K, H, W] sees. One channel is the foreground's probability: as it is where all of it lies
 * in [0, 1], else behind a sigmoid. Of several channels, classes by softmax: the chosen one's probability, or 1 − that of channel 0, the
 * background; where they are probabilities already (in [0, 1], 1 in sum at every pixel within 1e-3), no softmax is taken.
 * @throws SilhouetteError where a value is not finite, a probability is none, or the channel does not exist
 */
export function segmentationSilhouette(map: ActivationMap, reading: SegmentationReading = {}): Silhouette {
  const { where, channels, height, width } = map;
  const { channel, outputs = 'auto' } = reading;
  extentOf(map);
  if (channel !== undefined && !(Number.isInteger(channel) && channel >= 0 && channel < channels))
    throw new SilhouetteError({
      where,
      message: 'the output has no such channel',
      expected: `0 to ${String(channels - 1)}`,
      received: String(channel),
    });
  const can = areProbabilities(map);
  if (outputs === 'probabilities' && !can)
    throw new SilhouetteError({
      where,
      message: 'the outputs are not probabilities',
      expected: channels === 1 ? 'values in [0, 1]' : 'values in [0, 1] that sum to 1 at every pixel',
    });
  const asTheyAre = outputs === 'auto' ? can : outputs === 'probabilities';
  const plane = asTheyAre
    ? probability(map, channel)
    : channels === 1
      ? map.values.map(sigmoid)
      : softmax(map, channel);
  return { height, width, values: plane };
}

/** Of values that are probabilities. */
function probability({ channels, height, width, values }: ActivationMap, channel: number | undefined): Float32Array {
  const area = height * width;
  if (channels === 1) return values.slice();
  if (channel !== undefined) return values.slice(channel * area, (channel + 1) * area);
  return values.slice(0, area).map((background) => 1 - background);
}

function areProbabilities({ channels, height, width, values }: ActivationMap): boolean {
  if (!values.every((x) => x >= 0 && x <= 1)) return false;
  if (channels === 1) return true;
  const sums = new Float64Array(height * width);
  values.forEach((x, i) => {
    sums[i % sums.length]! += x;
  });
  return sums.every((sum) => Math.abs(sum - 1) <= SUM_ERROR);
}

/** The chosen class, or the sum of all but the background, which tells small ones apart where 1 − background does not. */
function softmax({ channels, height, width, values }: ActivationMap, channel: number | undefined): Float32Array {
  const area = height * width;
  const plane = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    let most = -Infinity;
    for (let c = 0; c < channels; c++) most = Math.max(most, values[c * area + i]!);
    let [wanted, all] = [0, 0];
    for (let c = 0; c < channels; c++) {
      const part = Math.exp(values[c * area + i]! - most);
      all += part;
      if (channel === undefined ? c > 0 : c === channel) wanted += part;
    }
    plane[i] = wanted / all;
  }
  return plane;
}
