import { SilhouetteError } from '../../core/errors.js';
import type { ActivationMap } from '../activation-map.js';
import { channelMeans, meanOf, type SqueezeFamily } from './squeeze.js';

/** The k channels that score most are averaged; where scores are equal, the lower channel is taken. */
function topk(name: string, scores: (map: ActivationMap) => Float64Array): SqueezeFamily {
  return {
    forms: [`${name}:K`],
    parse(argument, where) {
      const k = Number(argument);
      if (argument === undefined || !/^[1-9]\d{0,5}$/.test(argument))
        throw new SilhouetteError({
          where,
          message: `${name} averages the K channels that score most`,
          expected: `a number of channels, such as ${name}:8`,
          received: argument ?? 'none',
        });
      return {
        spec: `${name}:${argument}`,
        bounded: false,
        squeeze(map) {
          if (k > map.channels)
            throw new SilhouetteError({
              where: map.where,
              message: `${name}:${argument} asks for more channels than there are`,
              expected: `at most ${String(map.channels)}`,
              received: argument,
            });
          const score = scores(map);
          const order = [...score.keys()].sort((a, b) => score[b]! - score[a]! || a - b);
          return meanOf(map, order.slice(0, k));
        },
      };
    },
  };
}

/** The k channels with the largest spatial mean, averaged. */
export const topkActivation = topk('topk-activation', channelMeans);

/** The k channels with the largest standard deviation over their pixels, averaged. */
export const topkDeviation = topk('topk-deviation', (map) => {
  const area = map.height * map.width;
  // Variances are in the order of deviations.
  return channelMeans(map).map((mean, c) => {
    let sum = 0;
    for (let i = c * area; i < (c + 1) * area; i++) sum += (map.values[i]! - mean) ** 2;
    return sum / area;
  });
});
