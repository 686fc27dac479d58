import type { Precision } from '../core/precision.js';
import { isArrayLayer, type Network } from '../network/layer.js';
import { checkOptions, parsePrecision, schemeError } from './arguments.js';
import { nothingToFind, type Scheme, type SchemeArguments, type SchemeFamily, type SchemePlan } from './scheme.js';

function parse(spec: string, args: SchemeArguments): Scheme {
  checkOptions(spec, args, []);
  const [text = '', ...rest] = args.positional;
  if (text === 'network' && rest.length === 0) return { spec, plan: (network) => planStated(spec, network) };
  if (rest.length > 0 || !/^(\d+|a\d+w\d+)$/.test(text))
    throw schemeError(spec, {
      message: 'not a uniform precision',
      expected: 'uniform:8, uniform:a8w4 or uniform:network',
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

/** Layers that are named in an assumption. */
const named = 5;

function text({ activationBits, weightBits }: Precision): string {
  return activationBits === weightBits ? String(activationBits) : `a${String(activationBits)}w${String(weightBits)}`;
}

/** Every layer at the precision that the network states; one that states none at the widest bits of all that do. */
function planStated(spec: string, network: Network): SchemePlan {
  const stated = network.layers.flatMap(({ precision }) => precision ?? []);
  if (stated.length === 0)
    throw schemeError(spec, {
      message: `${network.name} states no precision`,
      expected: 'a quantised ONNX model, or a network file whose layers have `bits`',
      hint: 'uniform:8 runs every layer at the same bits',
    });
  const weights = network.layers.filter(isArrayLayer).flatMap(({ precision }) => precision ?? []);
  const widest: Precision = {
    activationBits: Math.max(...stated.map(({ activationBits }) => activationBits)),
    // Vector layers have no weights.
    weightBits: Math.max(...(weights.length > 0 ? weights : stated).map(({ weightBits }) => weightBits)),
  };
  const silent = network.layers.filter(({ precision }) => precision === undefined).map(({ name }) => name);
  const shown = [
    ...silent.slice(0, named),
    ...(silent.length > named ? [`${String(silent.length - named)} more`] : []),
  ];
  return {
    network,
    layers: network.layers.map(({ precision }) => ({
      levels: [precision ?? widest],
      mask: 'none' as const,
      finding: nothingToFind,
    })),
    masks: 'none',
    knownAhead: true,
    assumptions:
      silent.length === 0
        ? []
        : [
            `uniform:network: layers that state no precision run at ${text(widest)}, the widest of the others: ${shown.join(', ')}`,
          ],
    maps: () => network.layers.map(() => undefined),
  };
}

/** One precision for the whole network, or for each layer the one that the network states; nothing to find. */
export const uniform: SchemeFamily = { forms: ['uniform:BITS', 'uniform:aBITSwBITS', 'uniform:network'], parse };
