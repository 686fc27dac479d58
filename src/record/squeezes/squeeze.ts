import { SilhouetteError } from '../../core/errors.js';
import type { ActivationMap } from '../activation-map.js';

/** A way to make one plane of many channels: C×H×W → H×W (Kwon, DGIST 2022: channel squeezing). */
export interface Squeeze {
  /** As the user wrote it: `topk-activation:8`. */
  readonly spec: string;
  /** Its values lie in [0, 1] as they are; those of others are scaled from least to most, image by image. */
  readonly bounded: boolean;
  /**
   * Row-major [height, width] of a map whose values are finite. `image` is the image's name: what is drawn at random is drawn for it.
   * @throws SilhouetteError where the map has too few channels, or others than it was made for
   */
  squeeze(map: ActivationMap, image: string): Float64Array;
}

/** A family of squeezes, found by the name before the colon. */
export interface SqueezeFamily {
  /** Forms for help and messages. */
  readonly forms: readonly string[];
  /** `argument` is what follows the colon; undefined where there is none. Throws a SilhouetteError at `where`. */
  parse(argument: string | undefined, where: string): Squeeze;
}

/** A squeeze that takes no argument. */
export function plainSqueeze(name: string, bounded: boolean, squeeze: Squeeze['squeeze']): SqueezeFamily {
  return {
    forms: [name],
    parse(argument, where) {
      if (argument !== undefined)
        throw new SilhouetteError({ where, message: `${name} takes no argument`, received: argument });
      return { spec: name, bounded, squeeze };
    },
  };
}

/** Mean of every channel over its pixels. */
export function channelMeans({ channels, height, width, values }: ActivationMap): Float64Array {
  const area = height * width;
  const means = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let i = c * area; i < (c + 1) * area; i++) sum += values[i]!;
    means[c] = sum / area;
  }
  return means;
}

/** Mean over some channels, pixel by pixel. */
export function meanOf({ height, width, values }: ActivationMap, channels: readonly number[]): Float64Array {
  const area = height * width;
  const plane = new Float64Array(area);
  for (const c of channels) for (let i = 0; i < area; i++) plane[i]! += values[c * area + i]!;
  for (let i = 0; i < area; i++) plane[i]! /= channels.length;
  return plane;
}
