import { priceOf } from '../../dist/cost/price.js';
import { batchFields, countNetwork } from '../../dist/engine/network.js';
import { placeNetwork, type PlacedNetwork } from '../../dist/engine/place-network.js';
import { loadAccelerator } from '../../dist/formats/load-accelerator.js';
import { parseOverride } from '../../dist/formats/override.js';
import { builtinNetwork } from '../../dist/network/builtin.js';
import { isArrayLayer } from '../../dist/network/layer.js';
import { parseScheme } from '../../dist/scheme/registry.js';
import type { SchemePlan } from '../../dist/scheme/scheme.js';
import { SYNTH_DEFAULTS, syntheticTrace, synthSilhouette } from '../../dist/trace/synth.js';
import type { ImageTrace } from '../../dist/trace/trace.js';
import { floorLayer, floorSum, type FloorLayer } from './floor.js';
import type { Candidate, Prepared } from './scenario.js';

/** Memory of a constant rate, which every layer meets as if it were alone. */
export const bandwidth = [
  'model=bandwidth',
  'bandwidth=19.2 GB/s',
  'burst=64 B',
  'energy=15 pJ/bit',
  'latency=50 ns',
].map((field) => `dram.${field}`);

/** A scheme's network on a machine, and synthetic images that no two runs share until all have been used. */
export interface Workload {
  readonly plan: SchemePlan;
  readonly placed: PlacedNetwork;
  readonly images: readonly ImageTrace[];
}

/** What a workload is made of; `overrides` are those of `--set`. */
export interface WorkloadSpec {
  readonly network: string;
  readonly machine: string;
  readonly overrides: readonly string[];
  readonly scheme: string;
  /** Distinct images. */
  readonly images: number;
  /** The scheme reads masks; else images have a silhouette alone, which is made much faster. */
  readonly masks?: boolean;
}

export async function workload({
  network: name,
  machine,
  overrides,
  scheme,
  images,
  masks,
}: WorkloadSpec): Promise<Workload> {
  const network = builtinNetwork(name)!;
  const options = { ...SYNTH_DEFAULTS, images };
  const trace = syntheticTrace(network, options);
  const accelerator = await loadAccelerator(machine, overrides.map(parseOverride));
  const plan = parseScheme(scheme).plan(network, trace.info);
  const placed = placeNetwork(plan, accelerator, 1, { prices: priceOf(accelerator).mapping });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  const all: ImageTrace[] = [];
  if (masks === true) for await (const image of trace.images()) all.push(image);
  else
    for (let index = 0; index < images; index++)
      all.push({ index, name: String(index), silhouette: synthSilhouette(options, index), masks: new Map() });
  return { plan, placed: placed.value, images: all };
}

/** Every masked layer of an image, as the floor reads it. */
export function floorLayers({ plan }: Workload, image: ImageTrace): FloorLayer[] {
  const maps = plan.maps(image);
  return plan.network.layers.flatMap((layer, i) => {
    const map = maps[i];
    if (map === undefined || !isArrayLayer(layer)) return [];
    return [floorLayer(layer, map, plan.layers[i]!.levels.length)];
  });
}

/** The next of some images in every run. */
function cycling<T>(items: readonly T[]): { readonly next: () => void; readonly current: () => T } {
  let at = -1;
  return { next: () => (at = (at + 1) % items.length), current: () => items[at]! };
}

/** One image at a time: its maps, and then the network, from the beginning. */
export function engineCandidate(name: string, { plan, placed, images }: Workload): Candidate {
  const { next, current } = cycling(images);
  return { name, images: 1, next, run: () => countNetwork(placed, batchFields(plan, [current()])) };
}

/** The maps of an image alone: resizing and cutting a silhouette, or taking masks as they are. */
export function mapsCandidate(name: string, { plan, images }: Workload): Candidate {
  const { next, current } = cycling(images);
  return { name, images: 1, next, run: () => batchFields(plan, [current()]) };
}

/** The floor of the images, packed beforehand. */
export function floorCandidate(name: string, work: Workload, images = 4): Candidate {
  const packed = work.images.slice(0, images).map((image) => floorLayers(work, image));
  const { next, current } = cycling(packed);
  return { name, images: 1, next, run: () => floorSum(current()) };
}

/** A workload, its maps alone, and its floor. */
export async function againstFloor(spec: WorkloadSpec): Promise<Prepared> {
  const work = await workload(spec);
  return {
    candidates: [floorCandidate('floor', work), mapsCandidate('maps', work), engineCandidate('engine', work)],
    base: 'floor',
    main: 'engine',
  };
}
