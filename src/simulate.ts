import { SilhouetteError } from './core/errors.js';
import { priceOf, type Price } from './cost/price.js';
import { addCounts, noCounts, type LayerCounts } from './engine/counts.js';
import type { MappingPin } from './engine/mapping/pinned.js';
import { batchFields, countNetwork, type BatchFields, type LayerObserver } from './engine/network.js';
import { placeNetwork, type PlacedNetwork } from './engine/place-network.js';
import type { Accelerator } from './machine/accelerator.js';
import { imageCosts, ImageSamples, metricsOf, wholeRun } from './metrics.js';
import type { Network } from './network/layer.js';
import type { FitRun, ImageRow, Manifest, Result, Run } from './result.js';
import { parseScheme } from './scheme/registry.js';
import type { Scheme, SchemePlan } from './scheme/scheme.js';
import type { ImageTrace, Trace } from './trace/trace.js';
import { version } from './version.js';

/** What to simulate. Every accelerator runs every scheme. */
export interface Simulation {
  readonly network: Network;
  readonly accelerators: readonly Accelerator[];
  /** Specs such as `drq:4x8`, or schemes. */
  readonly schemes: readonly (string | Scheme)[];
  /** Needed by schemes that read one. */
  readonly trace?: Trace;
  /** Images from the front of the trace; all by default (without a trace one batch). */
  readonly images?: number;
  /** Consecutive images whose windows share the weights that the mapping fetches; 1 by default. Each counts as an equal share of its batch. */
  readonly batch?: number;
  /** Mappings that are not searched, by layer name; on every machine. */
  readonly mappings?: ReadonlyMap<string, MappingPin>;
  readonly manifest?: Manifest;
  /** Called after every batch with images done and in all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Asked once for every run, before its first batch; what it returns is told of that batch's timelines. */
  readonly watch?: (placed: PlacedNetwork, scheme: string, images: readonly string[]) => LayerObserver | undefined;
  /** Called for every image of every run, in the order of images. */
  readonly onImage?: (row: ImageRow) => void;
}

/** Counts of every layer for one image on a placed network of batch 1: synchronous and pure. */
export function simulateImage(placed: PlacedNetwork, image: ImageTrace): LayerCounts[] {
  return countNetwork(placed, batchFields(placed.plan, [image]));
}

/** Sums one run over its images. */
class RunSum {
  readonly layers: LayerCounts[];
  readonly layerSamples: ImageSamples[];
  readonly samples = new ImageSamples();
  images = 0;

  constructor(
    readonly plan: SchemePlan,
    readonly scheme: string,
    readonly accelerator: Accelerator,
    readonly price: Price,
    readonly placed: PlacedNetwork,
  ) {
    this.layers = plan.network.layers.map(noCounts);
    this.layerSamples = plan.network.layers.map(() => new ImageSamples());
  }

  /** Adds one batch; each of its images counts as an equal share of it. */
  add(counts: readonly LayerCounts[], batch: number): LayerCounts {
    const whole = noCounts();
    counts.forEach((layer, i) => {
      addCounts(this.layers[i]!, layer);
      addCounts(whole, layer);
      this.layerSamples[i]!.push(imageCosts(layer, this.price), batch);
    });
    this.samples.push(imageCosts(whole, this.price), batch);
    this.images += batch;
    return whole;
  }

  result(network: string, batch: number): FitRun {
    const { accelerator, price, plan } = this;
    const means = this.layers.map((counts) => meanCounts(counts, this.images));
    const whole = noCounts();
    for (const counts of means) addCounts(whole, counts);
    return {
      network,
      accelerator: accelerator.name,
      ...(accelerator.approximation !== undefined && { approximation: accelerator.approximation }),
      scheme: this.scheme,
      images: this.images,
      batch,
      masks: plan.masks,
      ...wholeRun(whole, accelerator, price),
      distribution: this.samples.distributions(),
      layers: plan.network.layers.map((layer, i) => ({
        name: layer.name,
        kind: layer.kind,
        ...placing(this.placed, i),
        ...metricsOf(means[i]!, accelerator, price),
        distribution: this.layerSamples[i]!.distributions(),
      })),
      assumptions: [...plan.assumptions, ...price.assumptions],
    };
  }
}

/** Where a layer's data were: its mapping, what it found on chip, and where its output went. */
function placing({ layers, plan }: PlacedNetwork, position: number) {
  const layer = layers[position]!;
  const { from } = plan.network.layers[position]!;
  const placed = layer.kind === 'array' ? layer.mapped : layer.vector;
  const kept = layer.kind === 'array' ? [layer.mapped.inputKept] : layer.vector.inputsKept;
  const { outputKept, outputStored } = placed;
  const choice = layer.kind === 'array' ? layer.mapped.mapping.choice : undefined;
  return {
    ...(choice !== undefined && { mapping: { order: choice.order, ...choice.tiles } }),
    keptInputs: from.filter((_, i) => kept[i]),
    output: !outputKept ? ('dram' as const) : outputStored ? ('both' as const) : ('chip' as const),
  };
}

function divide<T>(value: T, by: number): T {
  if (typeof value === 'number') return (value / by) as T;
  return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, divide(part, by)])) as T;
}

function meanCounts(counts: LayerCounts, images: number): LayerCounts {
  return divide(counts, images);
}

/** One scheme on one machine, placed for full batches and for what remains at the end. */
interface Entry {
  readonly sum: RunSum;
  readonly placed: ReadonlyMap<number, PlacedNetwork>;
}

function positiveInteger(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new SilhouetteError({
    where: name,
    message: 'not a count',
    expected: 'an integer of at least 1',
    received: String(value),
  });
}

function imageCount(simulation: Simulation): number {
  const { trace, images } = simulation;
  const wanted = images === undefined ? undefined : positiveInteger('images', images);
  if (trace === undefined) return wanted ?? positiveInteger('batch', simulation.batch ?? 1);
  if (wanted !== undefined && wanted > trace.info.images)
    throw new SilhouetteError({
      where: trace.info.source,
      message: 'the trace has fewer images than were asked for',
      expected: `at most ${String(trace.info.images)}`,
      received: String(wanted),
    });
  return wanted ?? trace.info.images;
}

/** Plans of all schemes, or all their problems at once. */
function planSchemes({ schemes, network, trace }: Simulation): { spec: string; plan: SchemePlan }[] {
  const problems: SilhouetteError[] = [];
  const plans = schemes.flatMap((given) => {
    try {
      const scheme = typeof given === 'string' ? parseScheme(given) : given;
      return [{ spec: scheme.spec, plan: scheme.plan(network, trace?.info) }];
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(error);
      return [];
    }
  });
  if (problems.length > 0) throw new SilhouetteError(problems.flatMap((error) => error.problems));
  return plans;
}

/**
 * Simulates every scheme on every accelerator over the images of a trace, which are read one batch at a time, and
 * returns means and distributions. Equal input gives an equal result. A combination that cannot be computed is a run
 * with `unfit`. Throws a SilhouetteError with all problems where schemes, trace and network do not belong together,
 * before anything is simulated.
 */
export async function simulate(simulation: Simulation): Promise<Result> {
  const { network, accelerators, trace } = simulation;
  const batch = positiveInteger('batch', simulation.batch ?? 1);
  const images = imageCount(simulation);
  const plans = planSchemes(simulation);
  const prices = accelerators.map(priceOf);
  const sizes = [...new Set([Math.min(batch, images), images % batch])].filter((size) => size > 0);

  /** In the order of runs: why a run cannot be, undefined where it can. */
  const unfit: (Run | undefined)[] = [];
  const entries = accelerators.flatMap((accelerator, a) =>
    plans.map(({ spec, plan }): Entry | undefined => {
      const placed = new Map<number, PlacedNetwork>();
      for (const size of sizes) {
        const fit = placeNetwork(plan, accelerator, size, {
          prices: prices[a]!.mapping,
          ...(simulation.mappings !== undefined && { pinned: simulation.mappings }),
        });
        if (!fit.fits) {
          unfit.push({ network: network.name, accelerator: accelerator.name, scheme: spec, unfit: fit.unfit });
          return undefined;
        }
        placed.set(size, fit.value);
      }
      unfit.push(undefined);
      return { sum: new RunSum(plan, spec, accelerator, prices[a]!, placed.get(sizes[0]!)!), placed };
    }),
  );
  const running = entries.filter((entry) => entry !== undefined);

  const report = ({ accelerator, scheme, plan, price }: RunSum, whole: LayerCounts, names: readonly string[]): void => {
    const { cycles, energyPj, dramBits } = imageCosts(whole, price);
    const share = names.length;
    for (const image of names)
      simulation.onImage?.({
        network: network.name,
        accelerator: accelerator.name,
        scheme,
        masks: plan.masks,
        image,
        cycles: cycles / share,
        boundCycles: whole.boundCycles / share,
        energyPj: energyPj / share,
        dramBits: dramBits / share,
      });
  };
  /** Schemes that read no trace cost the same for every batch of a size: their counts are found once. */
  const constant = new Map<Entry, Map<number, LayerCounts[]>>();
  const runBatch = (names: readonly string[], traces: readonly ImageTrace[]): void => {
    const size = names.length;
    const fieldsOf = new Map<SchemePlan, BatchFields>();
    for (const entry of running) {
      const { plan } = entry.sum;
      const known = constant.get(entry)?.get(size);
      const fields = fieldsOf.get(plan) ?? fieldsFor(plan, traces);
      fieldsOf.set(plan, fields);
      const placed = entry.placed.get(size)!;
      const watcher = entry.sum.images === 0 ? simulation.watch?.(placed, entry.sum.scheme, names) : undefined;
      const counts = known ?? countNetwork(placed, fields, watcher);
      if (plan.masks === 'none') constant.set(entry, new Map([...(constant.get(entry) ?? []), [size, counts]]));
      report(entry.sum, entry.sum.add(counts, size), names);
    }
  };

  let done = 0;
  for await (const group of batches(
    trace,
    images,
    batch,
    running.some((entry) => entry.sum.plan.masks !== 'none'),
  )) {
    runBatch(group.names, group.traces);
    done += group.names.length;
    simulation.onProgress?.(done, images);
  }
  return {
    schema: 'silhouette.result/1',
    tool: { name: 'silhouette', version },
    manifest: simulation.manifest ?? { inputs: [], overrides: [], seed: null },
    runs: unfit.map((run, i) => run ?? entries[i]!.sum.result(network.name, batch)),
  };
}

function fieldsFor(plan: SchemePlan, traces: readonly ImageTrace[]): BatchFields {
  return plan.masks === 'none' ? plan.layers.map(() => undefined) : batchFields(plan, traces);
}

interface Group {
  readonly names: readonly string[];
  readonly traces: readonly ImageTrace[];
}

/** Groups of `batch` images; the trace is opened only if some scheme reads it. */
async function* batches(
  trace: Trace | undefined,
  images: number,
  batch: number,
  reads: boolean,
): AsyncGenerator<Group> {
  if (trace === undefined || !reads) {
    for (let from = 0; from < images; from += batch) {
      const names = Array.from({ length: Math.min(batch, images - from) }, (_, i) => `image ${String(from + i)}`);
      yield { names, traces: [] };
    }
    return;
  }
  let group: ImageTrace[] = [];
  const flush = (): Group => ({ names: group.map((image) => image.name), traces: group });
  for await (const image of trace.images(images)) {
    group.push(image);
    if (group.length < batch) continue;
    yield flush();
    group = [];
  }
  if (group.length > 0) yield flush();
}
