import { SilhouetteError } from '../core/errors.js';
import { bitsFor } from '../core/numbers.js';
import type { Precision } from '../core/precision.js';
import { isArrayLayer, type ArrayLayer, type Layer, type Network } from '../network/layer.js';
import type { ImageTrace, RegionMap, TraceInfo } from '../trace/trace.js';
import { checkOptions, parsePrecision, schemeError } from './arguments.js';
import {
  nothingToFind,
  type LayerPlan,
  type Scheme,
  type SchemeArguments,
  type SchemeFamily,
  type SchemePlan,
} from './scheme.js';
import { levelsAt } from './section.js';

interface Policy {
  readonly spec: string;
  readonly levels: readonly Precision[];
  /** Share of each level's pixels, in [0, 1], least important first. */
  readonly shares: readonly number[];
  readonly sectionFirst: boolean;
  readonly branch: string | undefined;
}

const MAX_LEVELS = 16;

function parse(spec: string, args: SchemeArguments): Scheme {
  checkOptions(spec, args, ['order', 'branch']);
  const sections = args.positional.map((part) => {
    const match = /^(\d+|a\d+w\d+)@(\d+(?:\.\d+)?)$/.exec(part);
    if (match === null)
      throw schemeError(spec, {
        message: 'not a level of a policy',
        expected: 'BITS@PERCENT such as 2@50, or a8w4@50',
        received: part,
      });
    return { precision: parsePrecision(spec, match[1]!, 'bits'), percent: Number(match[2]) };
  });
  const total = sections.reduce((sum, { percent }) => sum + percent, 0);
  if (sections.length === 0 || sections.length > MAX_LEVELS || Math.abs(total - 100) > 1e-6)
    throw schemeError(spec, {
      message: sections.length > MAX_LEVELS ? 'too many levels' : 'the shares of a policy make up the whole image',
      expected: sections.length > MAX_LEVELS ? `at most ${String(MAX_LEVELS)}` : 'percentages that sum to 100',
      received: sections.length > MAX_LEVELS ? String(sections.length) : String(total),
    });
  const order = args.options.get('order') ?? 'interpolate-first';
  if (order !== 'interpolate-first' && order !== 'section-first')
    throw schemeError(spec, {
      message: 'unknown order',
      expected: 'order=interpolate-first or order=section-first',
      received: order,
    });
  const policy: Policy = {
    spec,
    levels: sections.map(({ precision }) => precision),
    shares: sections.map(({ percent }) => percent / 100),
    sectionFirst: order === 'section-first',
    branch: args.options.get('branch'),
  };
  return { spec, plan: (network, trace) => plan(policy, network, trace) };
}

/** Position of the layer that the branch sits behind: the stem, which is the first convolution and a pool right after it. */
function branchPosition({ spec, branch }: Policy, network: Network): number {
  if (branch !== undefined) {
    const position = network.layers.findIndex((layer) => layer.name === branch);
    if (position >= 0) return position;
    throw schemeError(spec, {
      message: `branch=${branch} is not a layer of ${network.name}`,
      expected: network.layers.map((layer) => layer.name).join(', '),
      received: branch,
    });
  }
  let stem = network.layers.findIndex(isArrayLayer);
  const follows = (layer: Layer | undefined): boolean =>
    layer?.kind === 'pool' && layer.from.length === 1 && layer.from[0] === network.layers[stem]!.name;
  while (follows(network.layers[stem + 1])) stem++;
  return stem;
}

/** 1×1 convolution to one channel, batch norm, sigmoid (after the Attention Branch Network). */
function auxiliaryLayer(network: Network, behind: Layer): ArrayLayer {
  const taken = new Set(network.layers.map((layer) => layer.name));
  let name = 'silhouette';
  while (taken.has(name)) name = `${name}_`;
  const input = behind.output;
  return {
    name,
    kind: 'auxiliary',
    from: [behind.name],
    input,
    output: { ...input, channels: 1 },
    filters: 1,
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    groups: 1,
    parameters: input.channels + 2,
  };
}

const regionMap = (height: number, width: number, levels: Uint8Array): RegionMap => {
  return { channels: 1, gridHeight: height, gridWidth: width, regionHeight: 1, regionWidth: 1, levels };
};

function plan(policy: Policy, network: Network, trace: TraceInfo | undefined): SchemePlan {
  const { spec, levels } = policy;
  if (trace?.silhouettes === undefined)
    throw trace === undefined
      ? schemeError(spec, {
          message: 'region reads silhouettes, and no trace was given',
          expected: 'a TRACE.npz with silhouettes',
        })
      : new SilhouetteError({
          where: `${trace.source}: silhouettes`,
          message: `scheme ${spec} needs this array, which is missing`,
          expected: 'silhouettes [images, H, W]',
        });
  const branch = branchPosition(policy, network);
  if (branch < 0) throw schemeError(spec, { message: `${network.name} has no layer for a branch to sit behind` });
  const highestBits = Math.max(...levels.map((level) => level.activationBits));
  const highest: LayerPlan = {
    levels: [{ activationBits: highestBits, weightBits: Math.max(...levels.map((level) => level.weightBits)) }],
    mask: 'none',
    finding: nothingToFind,
  };
  const layers = [
    ...network.layers.slice(0, branch + 1),
    auxiliaryLayer(network, network.layers[branch]!),
    ...network.layers.slice(branch + 1),
  ];
  const { height, width } = network.layers[branch]!.output;
  const branchPixels = height * width;
  const resolutions = new Set<string>();
  const plans = layers.map((layer, i): LayerPlan => {
    const fed = i > branch + 1 && (layer.kind === 'conv2d' || layer.kind === 'depthwise') && isArrayLayer(layer);
    if (!fed || layer.input.height * layer.input.width === 1) return highest;
    const pixels = layer.input.height * layer.input.width;
    const resolution = `${String(layer.input.height)}x${String(layer.input.width)}`;
    const isNew = !resolutions.has(resolution);
    resolutions.add(resolution);
    // One resize and one mask per resolution; every later layer of that size reads it again. Cutting first cuts once, at
    // the branch's resolution, and resizes levels from then on.
    const cutsHere = !policy.sectionFirst || resolutions.size === 1;
    const cutPixels = policy.sectionFirst ? branchPixels : pixels;
    const finding = {
      predictorAdds: 0,
      predictorCompares: cutsHere ? cutPixels * (levels.length - 1) : 0,
      resizePixels: pixels,
      maskWriteBits: pixels * bitsFor(levels.length),
      silhouetteReadBits: cutsHere ? branchPixels * highestBits : 0,
    };
    return { levels, mask: 'shared', finding: isNew ? finding : nothingToFind };
  });
  return {
    network: { ...network, layers },
    layers: plans,
    masks: trace.synthetic ? 'synthetic' : 'recorded',
    knownAhead: true,
    assumptions: [
      'region: resizing and cutting the silhouette take no cycles of their own; the branch’s batch norm and sigmoid and the search for quantiles are not priced',
    ],
    maps: (image) => maps(policy, layers, plans, image),
  };
}

function maps(policy: Policy, layers: readonly Layer[], plans: readonly LayerPlan[], image: ImageTrace) {
  const { silhouette } = image;
  if (silhouette === undefined)
    throw new SilhouetteError({
      where: `image ${image.name}: silhouettes`,
      message: `scheme ${policy.spec} finds no silhouette`,
    });
  const byResolution = new Map<string, RegionMap>();
  return layers.map((layer, i) => {
    if (plans[i]!.mask === 'none' || !isArrayLayer(layer)) return undefined;
    const { height, width } = layer.input;
    const key = `${String(height)}x${String(width)}`;
    const map =
      byResolution.get(key) ??
      regionMap(height, width, levelsAt(silhouette, policy.shares, height, width, policy.sectionFirst));
    byResolution.set(key, map);
    return map;
  });
}

/** One global silhouette per image, resized to every later layer and cut by a policy (Kwon, DGIST 2022). */
export const region: SchemeFamily = {
  forms: ['region:BITS@PERCENT,…', 'region:…,order=interpolate-first|section-first', 'region:…,branch=LAYER'],
  parse,
};
