import { addCounts, noCounts, type LayerCounts } from '../engine/counts.js';
import { batchFields, countNetwork, type BatchFields, type LayerObserver } from '../engine/network.js';
import { imageCosts, type ImageCosts } from '../metrics.js';
import type { SchemePlan } from '../scheme/scheme.js';
import type { ImageTrace } from '../trace/trace.js';
import type { PlannedRun } from './plan.js';

/** Images whose windows share weights. */
export interface Batch {
  readonly names: readonly string[];
  /** One for each name; none where no scheme reads the trace. */
  readonly traces: readonly ImageTrace[];
}

/** Consecutive batches that are counted together. */
export type Chunk = readonly Batch[];

/** What {@link Costs} tells of a layer, or of all. */
export const costNames = ['cycles', 'energyPj', 'dramBits'] as const;

/**
 * Costs of the batches of a chunk on one run, batch by batch: {@link costNames} of every layer, then of all layers together, and last
 * the cycles of the bound of all. Of a whole batch, not of an image.
 */
export type Costs = Float64Array;

/** Numbers of one batch in {@link Costs}. */
export function costWidth(layers: number): number {
  return costNames.length * (layers + 1) + 1;
}

/** What a chunk costs on one run: a message that can be sent. */
export interface RunCounts {
  /** Sums over the chunk. */
  readonly layers: readonly LayerCounts[];
  readonly costs: Costs;
}

/** Asked for every run that has counted nothing yet, before its first batch. */
export type Watch = (run: PlannedRun, names: readonly string[]) => LayerObserver | undefined;

function put(costs: Costs, at: number, { cycles, energyPj, dramBits }: ImageCosts): void {
  costs[at] = cycles;
  costs[at + 1] = energyPj;
  costs[at + 2] = dramBits;
}

/** Prices the layers of one batch; layers whose counts are one object cost the same. */
function costsOf(counts: readonly LayerCounts[], { price }: PlannedRun): Costs {
  const costs = new Float64Array(costWidth(counts.length));
  const known = new Map<LayerCounts, number>();
  const whole = noCounts();
  counts.forEach((layer, i) => {
    const at = costNames.length * i;
    addCounts(whole, layer);
    const same = known.get(layer);
    if (same !== undefined) costs.copyWithin(at, same, same + costNames.length);
    else put(costs, at, imageCosts(layer, price));
    known.set(layer, at);
  });
  put(costs, costNames.length * counts.length, imageCosts(whole, price));
  costs[costs.length - 1] = whole.boundCycles;
  return costs;
}

/** What one batch costs on one run. */
interface BatchCounts {
  readonly counts: readonly LayerCounts[];
  readonly costs: Costs;
}

/** Counts chunks of images on all runs, one batch after another. */
export class ChunkCounter {
  readonly #runs: readonly PlannedRun[];
  /** Schemes that read no trace cost the same for every batch of a size: their counts are found once. */
  readonly #constant: readonly Map<number, BatchCounts>[];
  #batches: BatchCounts[][] = [];

  constructor(runs: readonly PlannedRun[]) {
    this.#runs = runs;
    this.#constant = runs.map(() => new Map());
  }

  /** Counts one more batch of the chunk; the costs of each run. */
  add({ names, traces }: Batch, watch?: Watch): readonly Costs[] {
    const fieldsOf = new Map<SchemePlan, BatchFields>();
    const counted = this.#runs.map((run, i): BatchCounts => {
      const known = this.#constant[i]!.get(names.length);
      if (known !== undefined) return known;
      const { plan, placed } = run;
      const fields = fieldsOf.get(plan) ?? fieldsFor(plan, traces);
      fieldsOf.set(plan, fields);
      const counts = countNetwork(placed.get(names.length)!, fields, watch?.(run, names));
      const batch = { counts, costs: costsOf(counts, run) };
      if (plan.masks === 'none') this.#constant[i]!.set(names.length, batch);
      return batch;
    });
    this.#batches.push(counted);
    return counted.map(({ costs }) => costs);
  }

  /** Batches since the last `take`. */
  get batches(): number {
    return this.#batches.length;
  }

  /** What the chunk costs on each run; the next `add` starts another one. */
  take(): RunCounts[] {
    const batches = this.#batches;
    this.#batches = [];
    return this.#runs.map(({ plan }, i): RunCounts => {
      const layers = plan.network.layers.map(noCounts);
      const width = costWidth(layers.length);
      const costs = new Float64Array(width * batches.length);
      batches.forEach((batch, b) => {
        const { counts, costs: own } = batch[i]!;
        counts.forEach((layer, l) => {
          addCounts(layers[l]!, layer);
        });
        costs.set(own, width * b);
      });
      return { layers, costs };
    });
  }
}

/** Counts a whole chunk. */
export function countChunk(counter: ChunkCounter, chunk: Chunk): RunCounts[] {
  for (const batch of chunk) counter.add(batch);
  return counter.take();
}

function fieldsFor(plan: SchemePlan, traces: readonly ImageTrace[]): BatchFields {
  return plan.masks === 'none' ? plan.layers.map(() => undefined) : batchFields(plan, traces);
}
