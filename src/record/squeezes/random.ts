import { SilhouetteError } from '../../core/errors.js';
import { Random } from '../../core/random.js';
import { meanOf, type SqueezeFamily } from './squeeze.js';

const DEFAULT_SEED = '1';

/** One channel, drawn anew for every image from (seed, name of the image): the thesis' control. */
export const random: SqueezeFamily = {
  forms: ['random', 'random:SEED'],
  parse(argument, where) {
    if (argument === '')
      throw new SilhouetteError({ where, message: 'the seed is empty', expected: 'random or random:SEED' });
    const seed = argument ?? DEFAULT_SEED;
    return {
      spec: argument === undefined ? 'random' : `random:${argument}`,
      bounded: false,
      squeeze: (map, image) => meanOf(map, [new Random(`${seed}/${image}`).below(map.channels)]),
    };
  },
};
