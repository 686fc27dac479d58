import { anyOfBytes } from '../core/bytes.js';
import { SilhouetteError, type Problem } from '../core/errors.js';
import type { Precision } from '../core/precision.js';
import { elements, isArrayLayer, type ArrayLayer, type Network } from '../network/layer.js';
import { maskedLayers } from '../network/masked.js';
import { fitsShape } from '../trace/fit.js';
import { regionSizeName, type ImageTrace, type MaskArray, type RegionSize, type TraceInfo } from '../trace/trace.js';
import { checkOptions, parsePrecision, schemeError } from './arguments.js';
import {
  nothingToFind,
  type LayerPlan,
  type Scheme,
  type SchemeArguments,
  type SchemeFamily,
  type SchemePlan,
} from './scheme.js';

interface DrqOptions {
  readonly spec: string;
  readonly region: RegionSize | undefined;
  readonly high: Precision;
  readonly low: Precision;
  readonly firstLayer: boolean;
}

function parse(spec: string, args: SchemeArguments): Scheme {
  checkOptions(spec, args, ['high', 'low', 'first']);
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
    high: parsePrecision(spec, args.options.get('high') ?? '8', 'high'),
    low: parsePrecision(spec, args.options.get('low') ?? '4', 'low'),
    firstLayer: first === 'masked',
  };
  const { high, low } = options;
  if (low.activationBits > high.activationBits || low.weightBits > high.weightBits)
    throw schemeError(spec, {
      message: 'the insensitive bits exceed the sensitive ones',
      expected: 'low ≤ high',
      received: `low=${args.options.get('low') ?? '4'}, high=${args.options.get('high') ?? '8'}`,
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

const ask = (network: Network): string =>
  `make synthetic masks with: silhouette trace synth --network ${network.name} --out masks.npz`;

/** The region size that was asked for, or the first recorded one. */
function chooseRegion({ spec, region }: DrqOptions, network: Network, trace: TraceInfo): string {
  const recorded = [...new Set(trace.masks.map((mask) => regionSizeName(mask.region)))];
  if (recorded.length === 0)
    throw new SilhouetteError({
      where: trace.source,
      message: `scheme ${spec} needs masks, and the trace has none`,
      expected: 'arrays regions/ROWSxCOLS/LAYER or packed/ROWSxCOLS/CxHxW/LAYER',
      hint: ask(network),
    });
  const name = region === undefined ? recorded[0]! : regionSizeName(region);
  if (!recorded.includes(name))
    throw schemeError(spec, {
      message: 'no masks of this region size were recorded',
      expected: recorded.join(' or '),
      received: name,
    });
  return name;
}

/** Shapes of the masks that the layers need, or every one that is missing or does not match. */
function findMasks(options: DrqOptions, network: Network, trace: TraceInfo, size: string): Map<string, MaskArray> {
  const recorded = new Map(
    trace.masks.filter((mask) => regionSizeName(mask.region) === size).map((mask) => [mask.layer, mask]),
  );
  const problems: Problem[] = [];
  for (const layer of masked(options, network)) {
    const mask = recorded.get(layer.name);
    const where = `${trace.source}: regions/${size}/${layer.name}`;
    if (mask === undefined) {
      problems.push({ where, message: `scheme ${options.spec} needs this array, which is missing` });
      continue;
    }
    const { channels, height, width } = layer.input;
    const { rows, cols } = mask.region;
    if (!fitsShape({ ...mask, regionHeight: rows, regionWidth: cols }, layer.input))
      problems.push({
        where,
        message: `the mask does not match the layer's input of ${String(channels)}×${String(height)}×${String(width)}`,
        expected: `[images, ${String(channels)}, ${String(Math.ceil(height / rows))}, ${String(Math.ceil(width / cols))}]`,
        received: `[images, ${String(mask.channels)}, ${String(mask.gridHeight)}, ${String(mask.gridWidth)}]`,
      });
  }
  if (problems.length > 0) throw new SilhouetteError(problems);
  return recorded;
}

function plan(options: DrqOptions, network: Network, trace: TraceInfo | undefined): SchemePlan {
  const { spec } = options;
  if (trace === undefined)
    throw schemeError(spec, {
      message: 'drq reads masks, and no trace was given',
      expected: 'a TRACE.npz with masks',
      hint: ask(network),
    });
  if (trace.network !== undefined && trace.network !== network.name && trace.masks.length > 0)
    throw new SilhouetteError({
      where: trace.source,
      message: 'DRQ masks belong to the network that they were recorded on',
      expected: `masks of ${network.name}`,
      received: `masks of ${trace.network}`,
      hint: ask(network),
    });
  const size = chooseRegion(options, network, trace);
  const masks = findMasks(options, network, trace, size);
  const needed = new Set(masked(options, network).map((layer) => layer.name));
  const { high, low } = options;
  const layers = network.layers.map((layer): LayerPlan => {
    const mask = masks.get(layer.name);
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
    maps: (image) => maps(options, network, layers, image, size),
  };
}

function maps(options: DrqOptions, network: Network, layers: readonly LayerPlan[], image: ImageTrace, size: string) {
  const set = image.masks.get(size);
  return network.layers.map((layer, i) => {
    if (layers[i]!.mask === 'none') return undefined;
    const map = set?.get(layer.name);
    const stray = map === undefined || anyOfBytes(map.levels) <= 1 ? -1 : map.levels.findIndex((level) => level > 1);
    if (map === undefined || stray >= 0)
      throw new SilhouetteError({
        where: `image ${image.name}: regions/${size}/${layer.name}`,
        message: map === undefined ? 'the mask is missing' : `scheme ${options.spec} knows two levels`,
        ...(map !== undefined && { expected: '0 (insensitive) or 1 (sensitive)', received: String(map.levels[stray]) }),
      });
    return map;
  });
}

/** Dynamic Region-based Quantization (Song et al., ISCA 2020): masks per layer and input channel, found at run time. */
export const drq: SchemeFamily = {
  forms: ['drq', 'drq:ROWSxCOLS', 'drq:ROWSxCOLS,high=BITS,low=BITS,first=exempt|masked'],
  parse,
};
