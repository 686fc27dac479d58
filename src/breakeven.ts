import { SilhouetteError, throwIfAny, type Problem } from './core/errors.js';
import { sum } from './core/numbers.js';
import { precisionName, type Precision } from './core/precision.js';
import { fitting, type Fit } from './core/unfit.js';
import { priceOf, type Price } from './cost/price.js';
import { addCounts, noCounts, type LayerCounts } from './engine/counts.js';
import { batchFields, countNetwork } from './engine/network.js';
import { placeNetwork, type PlacedNetwork } from './engine/place-network.js';
import type { Accelerator } from './machine/accelerator.js';
import { imageCosts, type ImageCosts } from './metrics.js';
import type { Network } from './network/layer.js';
import { maskedLayers } from './network/masked.js';
import { parsePrecision } from './scheme/arguments.js';
import { parseScheme } from './scheme/registry.js';
import type { SchemePlan } from './scheme/scheme.js';
import {
  checkSynthOptions,
  SYNTH_DEFAULTS,
  synthMask,
  synthSilhouette,
  syntheticTrace,
  type SynthOptions,
} from './trace/synth.js';
import { regionSizeName, type ImageTrace, type TraceInfo } from './trace/trace.js';

/** What generated images look like at every share. */
export type SynthLook = Omit<SynthOptions, 'share'>;

/** What is held against the baseline; energy is in pJ, all are per image. */
export type BreakEvenQuantity = keyof ImageCosts;

/**
 * Where a cost that was simulated at some shares meets the baseline's. `always`: cheaper at every simulated share;
 * `never`: dearer at every one; `equal`: the same at every one; `at`: `shares` are all places where the two meet, ascending.
 */
export interface Crossing {
  readonly kind: 'always' | 'never' | 'equal' | 'at';
  /**
   * Empty unless `at`. Between two simulated shares of which one is cheaper and one dearer the cost is taken to be linear; a stretch of
   * equal costs counts at its first share.
   */
  readonly shares: readonly number[];
  /** The cost never falls as the share rises, from one simulated share to the next. */
  readonly monotone: boolean;
}

export interface BreakEvenRequest {
  readonly network: Network;
  readonly accelerator: Accelerator;
  /** One of {@link breakEvenFamilies}. */
  readonly family: string;
  /** Bits of the important pixels and of the others, as schemes spell them: `8`, `a8w4`. 8 and 4 by default. */
  readonly high?: string;
  readonly low?: string;
  /** A scheme that reads no masks; uniform at the high bits by default. */
  readonly baseline?: string;
  /** Cycles by default. */
  readonly quantity?: BreakEvenQuantity;
  /** Shares of important pixels that are simulated, ascending, in [0, 1]: {@link shareGrid}(32) by default. */
  readonly shares?: readonly number[];
  /** What the generated images look like, {@link SYNTH_DEFAULTS} with one image by default. */
  readonly synth?: Partial<SynthLook>;
  /** Called after every share with shares done and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The mean cost per image at one share. */
export interface CurvePoint {
  readonly share: number;
  /** Part of the MACs of layers with masks that run at the high bits. */
  readonly highMacShare: number;
  readonly network: ImageCosts;
  /** In the order of {@link BreakEven.layers}. */
  readonly layers: readonly ImageCosts[];
}

export interface LayerBreakEven {
  readonly name: string;
  /** Whether the scheme cuts this layer's input into regions. Others run at the high bits whatever the share, and cost what their neighbours do to them. */
  readonly masked: boolean;
  /** Nothing where the baseline has no such layer: the branch that finds a silhouette. */
  readonly baseline: ImageCosts;
  readonly crossing: Crossing;
}

/** A simulated curve over the share of important pixels, and where it meets the baseline. */
export interface BreakEven {
  readonly quantity: BreakEvenQuantity;
  /** The scheme of the greatest share, as a spec. */
  readonly scheme: string;
  readonly baseline: string;
  /** Masks and silhouettes are made by a generator, never recorded. */
  readonly masks: 'synthetic';
  readonly synth: SynthLook;
  readonly baselineCosts: ImageCosts;
  readonly network: Crossing;
  readonly layers: readonly LayerBreakEven[];
  readonly curve: readonly CurvePoint[];
  readonly assumptions: readonly string[];
}

interface Family {
  /** The share is that of the generated masks; otherwise the scheme cuts silhouettes at it. */
  readonly readsMasks: boolean;
  readonly spec: (high: string, low: string, share: number, region: string) => string;
}

/** Percent with six decimals at most, and no exponent. */
const percent = (share: number): string => (100 * share).toFixed(6).replace(/\.?0+$/, '');

const families: Readonly<Record<string, Family>> = {
  drq: { readsMasks: true, spec: (high, low, _, region) => `drq:${region},high=${high},low=${low}` },
  region: {
    readsMasks: false,
    spec: (high, low, share) => `region:${low}@${percent(1 - share)},${high}@${percent(share)}`,
  },
};

/** Families of schemes that have a share of important pixels. */
export const breakEvenFamilies: readonly string[] = Object.keys(families);

/** 0, 1/steps … 1. */
export function shareGrid(steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => i / steps);
}

/** Where `costs` at ascending `shares` meet `baseline`; see {@link Crossing}. */
export function crossingOf(shares: readonly number[], costs: readonly number[], baseline: number): Crossing {
  const monotone = costs.every((cost, i) => i === 0 || cost >= costs[i - 1]!);
  const over = costs.map((cost) => cost - baseline);
  if (over.every((each) => each === 0)) return { kind: 'equal', shares: [], monotone };
  const met = over.flatMap((here, i) => {
    if (here === 0) return i > 0 && over[i - 1] === 0 ? [] : [shares[i]!];
    const next = over[i + 1];
    if (next === undefined || here * next >= 0) return [];
    return [shares[i]! + (here / (here - next)) * (shares[i + 1]! - shares[i]!)];
  });
  if (met.length > 0) return { kind: 'at', shares: met, monotone };
  return { kind: over[0]! < 0 ? 'always' : 'never', shares: [], monotone };
}

/** What a step finds wrong goes to `problems`, as being at `where` if that is given. */
function collect<T>(problems: Problem[], step: () => T, where?: string): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    problems.push(...error.problems.map((problem) => (where === undefined ? problem : { ...problem, where })));
    return undefined;
  }
}

/** What is wrong with the bits of important pixels and of the others. */
export function bitsProblems(high: string, low: string): Problem[] {
  const problems: Problem[] = [];
  const of = (text: string, what: string): Precision | undefined =>
    collect(problems, () => parsePrecision(text, text, what), what);
  const [wide, narrow] = [of(high, 'high'), of(low, 'low')];
  if (wide === undefined || narrow === undefined) return problems;
  if (narrow.activationBits <= wide.activationBits && narrow.weightBits <= wide.weightBits) return [];
  return [
    {
      where: 'low',
      message: 'the bits of unimportant pixels exceed those of important ones',
      expected: 'low ≤ high',
      received: `low ${low}, high ${high}`,
    },
  ];
}

/** @throws SilhouetteError where a scheme is none, or costs something else at every share */
export function checkBaseline(network: Network, baseline: string): void {
  const { info } = syntheticTrace(network, SYNTH_DEFAULTS);
  if (parseScheme(baseline).plan(network, info).masks === 'none') return;
  throw new SilhouetteError({
    where: `baseline ${baseline}`,
    message: 'depends on masks, and costs something else at every share',
    expected: 'a scheme without masks such as uniform:8',
  });
}

interface Settings {
  readonly family: Family;
  readonly high: string;
  readonly low: string;
  readonly baseline: string;
  readonly shares: readonly number[];
  readonly synth: SynthLook;
  readonly info: TraceInfo;
}

/** The request with its defaults, or everything that is wrong with it. */
function settingsOf(request: BreakEvenRequest): Settings {
  const { network, high = '8', low = '4', shares = shareGrid(32) } = request;
  const baseline = request.baseline ?? `uniform:${high}`;
  const { share, ...look } = SYNTH_DEFAULTS;
  const synth: SynthLook = { ...look, images: 1, ...request.synth };
  const problems: Problem[] = [];
  const family = Object.hasOwn(families, request.family) ? families[request.family] : undefined;
  if (family === undefined)
    problems.push({
      where: `family ${request.family}`,
      message: 'has no share of important pixels to vary',
      expected: breakEvenFamilies.join(' or '),
    });
  if (shares.length < 2 || shares.some((share, i) => !(share >= 0 && share <= 1) || share <= (shares[i - 1] ?? -1)))
    problems.push({
      where: 'shares',
      message: 'are not a curve',
      expected: 'two or more fractions from 0 to 1, ascending',
      received: shares.join(', '),
    });
  problems.push(...bitsProblems(high, low));
  collect(problems, () => {
    checkSynthOptions({ ...synth, share });
  });
  collect(problems, () => {
    if (request.baseline !== undefined) checkBaseline(network, baseline);
  });
  throwIfAny(problems);
  const { info } = syntheticTrace(network, { ...synth, share });
  return { family: family!, high, low, baseline, shares, synth, info };
}

/** One generated image; masks only where the family reads them, for they take longest to make. */
function imageOf(network: Network, synth: SynthOptions, index: number, { readsMasks }: Family): ImageTrace {
  const silhouette = synthSilhouette(synth, index);
  const layers = readsMasks ? maskedLayers(network) : [];
  const masks = new Map(layers.map((layer) => [layer.name, synthMask(synth, layer, index)]));
  return { index, name: String(index), silhouette, masks: new Map([[regionSizeName(synth.region), masks]]) };
}

const nothing: ImageCosts = { cycles: 0, energyPj: 0, dramBits: 0 };

function sumCosts(costs: readonly ImageCosts[], images: number): ImageCosts {
  const mean = (of: BreakEvenQuantity): number => sum(costs.map((each) => each[of])) / images;
  return { cycles: mean('cycles'), energyPj: mean('energyPj'), dramBits: mean('dramBits') };
}

/** Part of the MACs of masked layers at the high bits; 1 where both levels have the same. */
function highMacShare(plan: SchemePlan, layers: readonly LayerCounts[]): number {
  const total = { high: 0, all: 0 };
  layers.forEach(({ macsByBits }, i) => {
    const { mask, levels } = plan.layers[i]!;
    if (mask === 'none') return;
    total.high += macsByBits[precisionName(levels.at(-1)!)] ?? 0;
    total.all += sum(Object.values(macsByBits));
  });
  return total.all === 0 ? 0 : total.high / total.all;
}

function pointOf(
  share: number,
  placed: PlacedNetwork,
  plan: SchemePlan,
  images: readonly ImageTrace[],
  price: Price,
): CurvePoint {
  const total = plan.network.layers.map(noCounts);
  for (const image of images)
    countNetwork(placed, batchFields(plan, [image])).forEach((counts, i) => {
      addCounts(total[i]!, counts);
    });
  const layers = total.map((counts) => sumCosts([imageCosts(counts, price)], images.length));
  return { share, highMacShare: highMacShare(plan, total), network: sumCosts(layers, 1), layers };
}

/**
 * Simulates a network at several shares of important pixels, on masks or silhouettes from the generator, and finds where it and each of its
 * layers cost as much as a baseline on the same machine. All shares are on one mapping, which was found at the widest bits, and on the same blobs:
 * only the cut moves. Equal requests give equal results. Unfit where the machine cannot run the scheme or the baseline.
 *
 * @throws SilhouetteError with all that is wrong with the request, or where the machine has no price
 */
export function breakEven(request: BreakEvenRequest): Fit<BreakEven> {
  const { network, accelerator, quantity = 'cycles', onProgress } = request;
  const { family, high, low, baseline, shares, synth, info } = settingsOf(request);
  const price = priceOf(accelerator);
  const region = regionSizeName(synth.region);
  const specs = shares.map((share) => family.spec(high, low, share, region));
  const plans = specs.map((spec) => parseScheme(spec).plan(network, info));
  // Plans of different shares differ in their maps alone, on which no placing depends.
  const placed = placeNetwork(plans[0]!, accelerator, 1, { prices: price.mapping });
  if (!placed.fits) return placed;
  const flat = placeNetwork(parseScheme(baseline).plan(network, info), accelerator, 1, { prices: price.mapping });
  if (!flat.fits) return flat;
  const { plan } = flat.value;
  const baselineLayers = countNetwork(
    flat.value,
    plan.layers.map(() => undefined),
  ).map((counts) => imageCosts(counts, price));
  const byName = new Map(plan.network.layers.map(({ name }, i) => [name, baselineLayers[i]!]));

  const imagesAt = (share: number): ImageTrace[] =>
    Array.from({ length: synth.images }, (_, i) => imageOf(network, { ...synth, share }, i, family));
  const shared = family.readsMasks ? undefined : imagesAt(0);
  const curve = shares.map((share, i) => {
    const point = pointOf(share, placed.value, plans[i]!, shared ?? imagesAt(share), price);
    onProgress?.(i + 1, shares.length);
    return point;
  });

  const baselineCosts = sumCosts(baselineLayers, 1);
  const of = (costs: (point: CurvePoint) => ImageCosts, against: ImageCosts): Crossing =>
    crossingOf(
      shares,
      curve.map((point) => costs(point)[quantity]),
      against[quantity],
    );
  return fitting({
    quantity,
    scheme: specs.at(-1)!,
    baseline,
    masks: 'synthetic',
    synth,
    baselineCosts,
    network: of((point) => point.network, baselineCosts),
    layers: plans[0]!.network.layers.map(({ name }, i) => {
      const against = byName.get(name) ?? nothing;
      return {
        name,
        masked: plans[0]!.layers[i]!.mask !== 'none',
        baseline: against,
        crossing: of((point) => point.layers[i]!, against),
      };
    }),
    curve,
    assumptions: [...(network.notes ?? []), ...plans[0]!.assumptions, ...price.assumptions],
  });
}
