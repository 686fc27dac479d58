import { elements, isArrayLayer, type ArrayLayer, type Network } from '../network/layer.js';
import { SilhouetteError } from '../core/errors.js';
import type { Precision } from '../core/precision.js';
import { maskedLayers } from '../network/masked.js';
import type { Threshold } from '../trace/threshold.js';
import type { TraceInfo } from '../trace/trace.js';
import { checkOptions, parsePrecision, schemeError } from './arguments.js';
import { maskHint, maskSource, type MaskWish } from './drq-masks.js';
import {
  nothingToFind,
  type LayerPlan,
  type Scheme,
  type SchemeArguments,
  type SchemeFamily,
  type SchemePlan,
} from './scheme.js';

/** Bits of sensitive regions and of the others, where a spec does not say. */
export const defaultBits = { high: '8', low: '4' } as const;

/** Largest values of `threshold` and `gate`. */
export const mostThreshold = { threshold: 255, gate: 1 } as const;

interface DrqOptions extends MaskWish {
  readonly high: Precision;
  readonly low: Precision;
  readonly firstLayer: boolean;
}

/** `threshold=20` or `gate=0.06`: masks are cut from sums. */
function parseThreshold(spec: string, { options }: SchemeArguments): Threshold | undefined {
  const [mean, gate] = [options.get('threshold'), options.get('gate')];
  if (mean !== undefined && gate !== undefined)
    throw schemeError(spec, { message: 'threshold and gate say the same', expected: 'one of them' });
  const text = mean ?? gate;
  if (text === undefined) return undefined;
  const name = mean === undefined ? 'gate' : 'threshold';
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > mostThreshold[name])
    throw schemeError(spec, {
      message: `${name} is out of range`,
      expected:
        mean === undefined ? 'a share of the largest region mean, 0 to 1' : 'a mean of 8-bit magnitudes, 0 to 255',
      received: text,
    });
  return mean === undefined ? { gate: value } : { mean: value };
}

function parse(spec: string, args: SchemeArguments): Scheme {
  checkOptions(spec, args, ['high', 'low', 'first', 'threshold', 'gate']);
  const [size, ...rest] = args.positional;
  const match = /^([1-9]\d*)x([1-9]\d*)$/.exec(size ?? '1x1');
  if (match === null || rest.length > 0)
    throw schemeError(spec, {
      message: 'not a region size',
      expected: 'ROWSxCOLUMNS such as drq:4x8',
      received: args.positional.join(','),
    });
  const first = args.options.get('first') ?? 'exempt';
  if (first !== 'exempt' && first !== 'masked')
    throw schemeError(spec, {
      message: 'first says how the first layer runs',
      expected: 'first=exempt or first=masked',
      received: first,
    });
  const options: DrqOptions = {
    spec,
    region: size === undefined ? undefined : { rows: Number(match[1]), cols: Number(match[2]) },
    high: parsePrecision(spec, args.options.get('high') ?? defaultBits.high, 'high'),
    low: parsePrecision(spec, args.options.get('low') ?? defaultBits.low, 'low'),
    firstLayer: first === 'masked',
    threshold: parseThreshold(spec, args),
  };
  const { high, low } = options;
  if (low.activationBits > high.activationBits || low.weightBits > high.weightBits)
    throw schemeError(spec, {
      message: 'the insensitive bits exceed the sensitive ones',
      expected: 'low ≤ high',
      received: `low=${args.options.get('low') ?? '4'}, high=${args.options.get('high') ?? defaultBits.high}`,
    });
  return { spec, plan: (network, trace) => plan(options, network, trace) };
}

/** Layers that run on masks: DRQ's, and the first array layer if it was asked for. */
function masked(options: DrqOptions, network: Network): ArrayLayer[] {
  const first = network.layers.find(isArrayLayer);
  const rest = maskedLayers(network);
  return options.firstLayer && first !== undefined && first.input.height * first.input.width > 1
    ? [first, ...rest]
    : rest;
}

function plan(options: DrqOptions, network: Network, trace: TraceInfo | undefined): SchemePlan {
  const { spec } = options;
  if (trace === undefined)
    throw schemeError(spec, {
      message: 'drq reads masks, and no trace was given',
      expected: 'a TRACE.npz with masks',
      hint: maskHint(network),
    });
  const stored = trace.masks.length + (trace.sums?.length ?? 0);
  if (trace.network !== undefined && trace.network !== network.name && stored > 0)
    throw new SilhouetteError({
      where: trace.source,
      message: 'DRQ masks belong to the network that they were recorded on',
      expected: `masks of ${network.name}`,
      received: `masks of ${trace.network}`,
      hint: maskHint(network),
    });
  const maskedOnes = masked(options, network);
  const source = maskSource(options, network, maskedOnes, trace);
  const needed = new Set(maskedOnes.map((layer) => layer.name));
  const { high, low } = options;
  const layers = network.layers.map((layer): LayerPlan => {
    const mask = source.shapes.get(layer.name);
    if (mask === undefined || !isArrayLayer(layer) || !needed.has(layer.name))
      return { levels: [high], mask: 'none', finding: nothingToFind };
    const regions = mask.channels * mask.gridHeight * mask.gridWidth;
    return {
      levels: [low, high],
      mask: mask.channels === 1 ? 'shared' : 'per-channel',
      finding: {
        predictorAdds: elements(layer.input),
        predictorCompares: regions,
        resizePixels: 0,
        maskWriteBits: regions,
        silhouetteReadBits: 0,
      },
    };
  });
  return {
    network,
    layers,
    masks: trace.synthetic ? 'synthetic' : 'recorded',
    knownAhead: false,
    assumptions: [
      'drq: the mask predictor works while the layer before writes its output and takes no cycles of its own',
    ],
    maps: (image) =>
      network.layers.map((layer, i) =>
        layers[i]!.mask === 'none' || !isArrayLayer(layer) ? undefined : source.of(image, layer),
      ),
  };
}

/** Dynamic Region-based Quantization (Song et al., ISCA 2020): masks per layer and input channel, found at run time. */
export const drq: SchemeFamily = {
  forms: [
    'drq',
    'drq:ROWSxCOLS',
    'drq:ROWSxCOLS,high=BITS,low=BITS,first=exempt|masked',
    'drq:ROWSxCOLS,threshold=MEAN or gate=SHARE',
  ],
  parse,
};
