import type { Network, ArrayLayer } from '../../../src/network/layer.js';
import { elements, isArrayLayer } from '../../../src/network/layer.js';
import { Random } from '../../../src/core/random.js';
import { nothingToFind, type Scheme, type SchemePlan } from '../../../src/scheme/scheme.js';
import { SYNTH_DEFAULTS, synthMask, synthMaskArray, type SynthOptions } from '../../../src/trace/synth.js';
import type { RegionMap, RegionSize } from '../../../src/trace/trace.js';

/**
 * How sensitive regions lie: in blobs that channels share, as the generator draws them, of which a share is then moved anywhere in the
 * layer. Where `scatter` is not said it is the fitted parameter.
 */
export interface Coherence {
  readonly blobs: number;
  readonly blobSize: number;
  /** 0 … 1: 0 leaves the blobs, 1 are regions at random. */
  readonly scatter?: number;
}

export const generatorCoherence: Coherence = { blobs: SYNTH_DEFAULTS.blobs, blobSize: SYNTH_DEFAULTS.blobSize };

const high = { activationBits: 8, weightBits: 8 };
const low = { activationBits: 4, weightBits: 4 };

/** The same map with the levels of a share of its regions in an order that is drawn: how many are sensitive stays, what lies together does not. */
function scattered(map: RegionMap, share: number, seed: string): RegionMap {
  const random = new Random(seed);
  const levels = map.levels.slice();
  const moved = [...levels.keys()].filter(() => random.real() < share);
  for (let i = moved.length - 1; i > 0; i--) {
    const [one, other] = [moved[i]!, moved[random.below(i + 1)]!];
    [levels[one], levels[other]] = [levels[other]!, levels[one]!];
  }
  return { ...map, levels };
}

/**
 * DRQ's algorithm with synthetic masks on every array layer, the first convolution and linear layers (one region per input) included, so that
 * the share of 4-bit computation is `fourBit` in all of them. Figure 11's shares are of a whole network: with the first
 * convolution and linear layers in 8 bit AlexNet could not reach its 89.5 %.
 */
export function maskedThroughout(fourBit: number, region: RegionSize, coherence: Coherence, firstImage = 0): Scheme {
  const options: SynthOptions = {
    ...SYNTH_DEFAULTS,
    blobs: coherence.blobs,
    blobSize: coherence.blobSize,
    share: 1 - fourBit,
    region,
  };
  const map = (layer: ArrayLayer, image: number): RegionMap => {
    const blobs = synthMask(options, layer, image + firstImage);
    return scattered(blobs, coherence.scatter ?? 0, `${layer.name}/${String(image + firstImage)}`);
  };
  const plan = (network: Network): SchemePlan => ({
    network,
    layers: network.layers.map((layer) => {
      if (!isArrayLayer(layer)) return { levels: [high], mask: 'none', finding: nothingToFind };
      const { channels, gridHeight, gridWidth } = synthMaskArray(options, layer);
      const regions = channels * gridHeight * gridWidth;
      return {
        levels: [low, high],
        mask: channels === 1 ? 'shared' : 'per-channel',
        finding: {
          ...nothingToFind,
          predictorAdds: elements(layer.input),
          predictorCompares: regions,
          maskWriteBits: regions,
        },
      };
    }),
    masks: 'synthetic',
    knownAhead: false,
    assumptions: [
      'masks on every array layer, linear ones included, so that the whole network has the published share',
    ],
    maps: (image) => network.layers.map((layer) => (isArrayLayer(layer) ? map(layer, image.index) : undefined)),
  });
  return { spec: `drq at ${String(fourBit)} in 4 bit`, plan };
}
