import type { Network } from '../network/layer.js';
import { checkOptions, parseBits, schemeError } from './arguments.js';
import { nothingToFind, type Scheme, type SchemeArguments, type SchemeFamily, type SchemePlan } from './scheme.js';

function parse(spec: string, args: SchemeArguments): Scheme {
  checkOptions(spec, args, []);
  const [text = '', ...rest] = args.positional;
  const both = /^a(\d+)w(\d+)$/.exec(text);
  if (rest.length > 0 || (both === null && !/^\d+$/.test(text)))
    throw schemeError(spec, {
      message: 'not a uniform precision',
      expected: 'uniform:8 or uniform:a8w4',
      received: spec,
    });
  const activationBits = parseBits(spec, both?.[1] ?? text, 'activation bits');
  const weightBits = parseBits(spec, both?.[2] ?? text, 'weight bits');
  const layer = { levels: [{ activationBits, weightBits }], mapped: false, finding: nothingToFind };
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
