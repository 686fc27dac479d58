import { SilhouetteError } from '../core/errors.js';
import { splitArguments } from './arguments.js';
import { drq } from './drq.js';
import { region } from './region.js';
import type { Scheme, SchemeFamily } from './scheme.js';
import { uniform } from './uniform.js';

export const schemeFamilies: Readonly<Record<string, SchemeFamily>> = { uniform, drq, region };

/** Parses a scheme spec such as `drq:4x8,high=8,low=4`. Throws a SilhouetteError that says what would be valid. */
export function parseScheme(spec: string): Scheme {
  const colon = spec.indexOf(':');
  const name = colon < 0 ? spec : spec.slice(0, colon);
  const family = Object.hasOwn(schemeFamilies, name) ? schemeFamilies[name] : undefined;
  if (family === undefined)
    throw new SilhouetteError({
      where: `scheme ${spec}`,
      message: 'unknown scheme',
      expected: Object.values(schemeFamilies)
        .map((known) => known.forms[0])
        .join(', '),
      received: name,
    });
  return family.parse(spec, splitArguments(spec, colon < 0 ? undefined : spec.slice(colon + 1)));
}
