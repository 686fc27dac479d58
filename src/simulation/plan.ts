import { SilhouetteError } from '../core/errors.js';
import { priceOf, type Price } from '../cost/price.js';
import type { MappingPin } from '../engine/mapping/pinned.js';
import { placeNetwork, type PlacedNetwork } from '../engine/place-network.js';
import type { Accelerator } from '../machine/accelerator.js';
import type { Network } from '../network/layer.js';
import type { UnfitRun } from '../result.js';
import { parseScheme } from '../scheme/registry.js';
import type { Scheme, SchemePlan } from '../scheme/scheme.js';
import type { NetworkQuality } from '../trace/recorded.js';
import type { TraceInfo } from '../trace/trace.js';

/** What is decided before any image is read. Every accelerator runs every scheme. */
export interface RunRequest {
  readonly network: Network;
  readonly accelerators: readonly Accelerator[];
  /** Specs such as `drq:4x8`, or schemes. */
  readonly schemes: readonly (string | Scheme)[];
  /** Needed by schemes that read one. */
  readonly trace?: { readonly info: TraceInfo };
  /** Images from the front of the trace; all by default (without a trace one batch). Fewer than 2³². */
  readonly images?: number;
  /** Consecutive images whose windows share the weights that the mapping fetches; 1 by default. Each counts as an equal share of its batch. */
  readonly batch?: number;
  /** Mappings that are not searched, by layer name; on every machine. */
  readonly mappings?: ReadonlyMap<string, MappingPin>;
}

/** One scheme on one machine, placed for full batches and for what remains at the end. */
export interface PlannedRun {
  readonly scheme: string;
  readonly plan: SchemePlan;
  readonly accelerator: Accelerator;
  readonly price: Price;
  /** Of this scheme on this network, 0…1, where the trace states one. */
  readonly accuracy?: number | undefined;
  /** Likewise, against floating point. */
  readonly quality?: NetworkQuality | undefined;
  /** By the number of images in a batch. */
  readonly placed: ReadonlyMap<number, PlacedNetwork>;
  /** That of full batches. */
  readonly whole: PlacedNetwork;
}

/** All runs of a simulation. Equal requests give equal plans. */
export interface RunPlan {
  readonly network: string;
  readonly images: number;
  readonly batch: number;
  /** Images that are counted, added up and handed over together: whole batches. */
  readonly chunk: number;
  /** Accelerators outer, schemes inner: each one planned, or why it cannot be. */
  readonly runs: readonly (PlannedRun | UnfitRun)[];
  /** Those of `runs` that can be. */
  readonly running: readonly PlannedRun[];
  /** Some of them read the trace. */
  readonly reads: boolean;
}

/** Images of a chunk, where they are small: enough that handing them over costs nothing beside counting them. */
const CHUNK_IMAGES = 16;
/** Beyond these bytes of silhouettes and levels a chunk has fewer. */
const CHUNK_BYTES = 2 ** 24;

const MOST_IMAGES = 2 ** 32 - 1;

/** Throws a SilhouetteError unless the value counts something. */
export function positiveInteger(name: string, value: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new SilhouetteError({
    where: name,
    message: 'not a count',
    expected: most < Number.MAX_SAFE_INTEGER ? `an integer from 1 to ${String(most)}` : 'an integer of at least 1',
    received: String(value),
  });
}

function imageCount({ trace, images, batch = 1 }: RunRequest): number {
  const wanted = images === undefined ? undefined : positiveInteger('images', images, MOST_IMAGES);
  if (trace === undefined) return wanted ?? positiveInteger('batch', batch, MOST_IMAGES);
  if (wanted !== undefined && wanted > trace.info.images)
    throw new SilhouetteError({
      where: trace.info.source,
      message: 'the trace has fewer images than were asked for',
      expected: `at most ${String(trace.info.images)}`,
      received: String(wanted),
    });
  return wanted ?? trace.info.images;
}

/** Depends on the trace and the batch alone, so that sums are added up in one order however the work is shared out. */
function chunkSize(trace: TraceInfo | undefined, batch: number): number {
  const { silhouettes, masks = [] } = trace ?? {};
  const cells = masks.reduce((sum, mask) => sum + mask.channels * mask.gridHeight * mask.gridWidth, 0);
  const bytes = cells + 4 * (silhouettes === undefined ? 0 : silhouettes.height * silhouettes.width);
  const images = Math.min(CHUNK_IMAGES, Math.floor(CHUNK_BYTES / Math.max(1, bytes)));
  return Math.max(1, Math.floor(images / batch)) * batch;
}

/** Plans of all schemes, or all their problems at once. */
function planSchemes({ schemes, network, trace }: RunRequest): { spec: string; plan: SchemePlan }[] {
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
 * Binds every scheme to every accelerator and finds the mappings. Throws a SilhouetteError with all problems where schemes, trace and
 * network do not belong together.
 */
export function planRuns(request: RunRequest): RunPlan {
  const { network, accelerators, trace, mappings } = request;
  const batch = positiveInteger('batch', request.batch ?? 1);
  const images = imageCount(request);
  const plans = planSchemes(request);
  const prices = accelerators.map(priceOf);
  const sizes = [...new Set([Math.min(batch, images), images % batch])].filter((size) => size > 0);

  const known = trace?.info.network === network.name ? trace.info : undefined;
  const stated = <T>(of: Readonly<Record<string, T>> = {}, scheme: string): T | undefined =>
    Object.hasOwn(of, scheme) ? of[scheme] : undefined;
  const runs = accelerators.flatMap((accelerator, a) =>
    plans.map(({ spec: scheme, plan }): PlannedRun | UnfitRun => {
      const price = prices[a]!;
      const placed = new Map<number, PlacedNetwork>();
      for (const size of sizes) {
        const options = { prices: price.mapping, ...(mappings !== undefined && { pinned: mappings }) };
        const fit = placeNetwork(plan, accelerator, size, options);
        if (!fit.fits) return { network: network.name, accelerator: accelerator.name, scheme, unfit: fit.unfit };
        placed.set(size, fit.value);
      }
      const accuracy = stated(known?.accuracy, scheme);
      const quality = stated(known?.quality, scheme)?.endToEnd;
      return { scheme, plan, accelerator, price, accuracy, quality, placed, whole: placed.get(sizes[0]!)! };
    }),
  );
  const running = runs.filter((run) => 'placed' in run);
  return {
    network: network.name,
    images,
    batch,
    chunk: chunkSize(trace?.info, batch),
    runs,
    running,
    reads: running.some(({ plan }) => plan.masks !== 'none'),
  };
}
