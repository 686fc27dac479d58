import { SilhouetteError } from '../../core/errors.js';
import { aboveMean } from './above-mean.js';
import { avg } from './avg.js';
import { max } from './max.js';
import { random } from './random.js';
import type { Squeeze, SqueezeFamily } from './squeeze.js';
import { topkActivation, topkDeviation } from './topk.js';

export const squeezeFamilies: Readonly<Record<string, SqueezeFamily>> = {
  max,
  avg,
  'topk-activation': topkActivation,
  'topk-deviation': topkDeviation,
  random,
  'above-mean': aboveMean,
};

/** `max`, `topk-activation:8`, … Throws a SilhouetteError at `where` that says what would be valid. */
export function parseSqueeze(text: string, where: string): Squeeze {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const family = Object.hasOwn(squeezeFamilies, name) ? squeezeFamilies[name] : undefined;
  if (family === undefined)
    throw new SilhouetteError({
      where,
      message: 'unknown squeeze',
      expected: Object.values(squeezeFamilies)
        .flatMap(({ forms }) => forms)
        .join(', '),
      received: name === '' ? 'nothing' : name,
    });
  return family.parse(colon < 0 ? undefined : text.slice(colon + 1), where);
}
