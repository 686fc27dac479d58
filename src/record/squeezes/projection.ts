import { SilhouetteError } from '../../core/errors.js';
import { sigmoid } from '../sigmoid.js';
import type { Squeeze } from './squeeze.js';

/**
 * The branch of the thesis' final form (after the Attention Branch Network): 1×1 convolution to one channel → batch norm → sigmoid, with the
 * batch norm folded into the weights, one per channel, and the bias.
 */
export function projection(spec: string, weights: Float32Array | Float64Array, bias = 0): Squeeze {
  const stray = weights.findIndex((weight) => !Number.isFinite(weight));
  if (stray >= 0 || !Number.isFinite(bias))
    throw new SilhouetteError({
      where: spec,
      message: stray >= 0 ? `weight ${String(stray)} is not a finite number` : 'the bias is not a finite number',
      received: String(stray >= 0 ? weights[stray] : bias),
    });
  return {
    spec,
    bounded: true,
    squeeze({ where, channels, height, width, values }) {
      if (weights.length !== channels)
        throw new SilhouetteError({
          where,
          message: `${spec} has weights for another number of channels`,
          expected: `${String(channels)} weights`,
          received: String(weights.length),
        });
      const area = height * width;
      const plane = new Float64Array(area).fill(bias);
      weights.forEach((weight, c) => {
        for (let i = 0; i < area; i++) plane[i]! += weight * values[c * area + i]!;
      });
      return plane.map(sigmoid);
    },
  };
}
