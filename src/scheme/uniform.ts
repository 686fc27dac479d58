import type { Network } from '../network/layer.js';
import { checkOptions, parsePrecision, schemeError } from './arguments.js';
import { nothingToFind, type Scheme, type SchemeArguments, type SchemeFamily, type SchemePlan } from './scheme.js';

function parse(spec: string, args: SchemeArguments): Scheme {
  checkOptions(spec, args, []);
  const [text = '', ...rest] = args.positional;
  if (rest.length > 0 || !/^(\d+|a\d+w\d+)$/.test(text))
    throw schemeError(spec, {
      message: 'not a uniform precision',
      expected: 'uniform:8 or uniform:a8w4',
      received: spec,
    });
  const layer = { levels: [parsePrecision(spec, text, 'uniform')], mask: 'none' as const, finding: nothingToFind };
  return {
    spec,
    plan: (network: Network): SchemePlan => ({
      network,
      layers: network.layers.map(() => layer),
      masks: 'none',
      knownAhead: true,
      assumptions: [],
      maps: () => network.layers.map(() => undefined),
    }),
  };
}

/** One precision for the whole network; nothing to find. */
export const uniform: SchemeFamily = { forms: ['uniform:BITS', 'uniform:aBITSwBITS'], parse };
