import { SilhouetteError } from './core/errors.js';
import { addCounts, noCounts, type LayerCounts } from './engine/counts.js';
import { batchFields, countNetwork, type LayerObserver } from './engine/network.js';
import type { PlacedNetwork } from './engine/place-network.js';
import type { ImageRow, Manifest, Result } from './result.js';
import { ChunkCounter, costWidth, type Batch, type Chunk, type Costs, type RunCounts } from './simulation/chunk.js';
import { batchesOf, chunksOf } from './simulation/batches.js';
import { planRuns, type PlannedRun, type RunPlan, type RunRequest } from './simulation/plan.js';
import { fitsNetwork, RunSum, type RunState } from './simulation/run-sum.js';
import type { ImageTrace, Trace } from './trace/trace.js';
import { version } from './version.js';

/** Counts chunks of images somewhere else, several at once. */
export interface Executor {
  /** Chunks that are handed over before the first one must be back. */
  readonly capacity: number;
  /** What the chunk costs on each run of the simulation that can be. */
  count(chunk: Chunk): Promise<readonly RunCounts[]>;
}

/** What a simulation has added up when it has counted its first `images` images. */
export interface SimulationState {
  readonly images: number;
  /** One per run that can be, in their order. */
  readonly runs: readonly RunState[];
}

/** What to simulate. Every accelerator runs every scheme. */
export interface Simulation extends RunRequest {
  readonly trace?: Trace;
  readonly manifest?: Manifest;
  /** Where images are counted; here, one after another, by default. The result is the same. */
  readonly executor?: Executor;
  /** Images that need not be counted again: what `onChunk` gave in another simulation of the same request. Its arrays are taken over. */
  readonly resume?: SimulationState;
  /** Ends the simulation between two batches; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called after every batch with images done and in all; the simulation waits for it. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
  /** Called when the images of a chunk have been added up; the state is valid until it returns. The simulation waits for it. */
  readonly onChunk?: (state: () => SimulationState) => void | Promise<void>;
  /** Asked once for every run, before its first batch; what it returns is told of that batch's timelines. Not where an executor counts. */
  readonly watch?: (placed: PlacedNetwork, scheme: string, images: readonly string[]) => LayerObserver | undefined;
  /** Called for every image of every run, in the order of images. */
  readonly onImage?: (row: ImageRow) => void;
}

/** Counts of every layer for one image on a placed network of batch 1: synchronous and pure. The counts are the caller's own. */
export function simulateImage(placed: PlacedNetwork, image: ImageTrace): readonly LayerCounts[] {
  return countNetwork(placed, batchFields(placed.plan, [image])).map((counts) => {
    const own = noCounts();
    addCounts(own, counts);
    return own;
  });
}

/** Adds up what chunks cost, in their order, and tells who listens. */
class Progress {
  readonly #plan: RunPlan;
  readonly #simulation: Simulation;
  readonly #sums: readonly RunSum[];
  /** Images of whole chunks. */
  #merged: number;
  #done: number;

  constructor(plan: RunPlan, simulation: Simulation) {
    const { images = 0, runs } = simulation.resume ?? {};
    this.#plan = plan;
    this.#simulation = simulation;
    this.#sums = plan.running.map((run, i) => new RunSum(run, images, runs?.[i]));
    this.#merged = this.#done = images;
  }

  /** One batch has been counted. */
  async batch({ names }: Batch, costs: readonly Costs[]): Promise<void> {
    const { onImage, onProgress } = this.#simulation;
    if (onImage !== undefined)
      this.#plan.running.forEach((run, i) => {
        this.#rows(run, names, costs[i]!, onImage);
      });
    this.#done += names.length;
    await onProgress?.(this.#done, this.#plan.images);
  }

  /** All batches of a chunk have been. */
  async chunk(sizes: readonly number[], counts: readonly RunCounts[]): Promise<void> {
    this.#sums.forEach((sum, i) => {
      sum.add(counts[i]!, sizes);
    });
    for (const size of sizes) this.#merged += size;
    await this.#simulation.onChunk?.(() => ({ images: this.#merged, runs: this.#sums.map((sum) => sum.state()) }));
  }

  result(): Result {
    const { runs, network, batch } = this.#plan;
    let next = 0;
    return {
      schema: 'silhouette.result/1',
      tool: { name: 'silhouette', version },
      manifest: this.#simulation.manifest ?? { inputs: [], overrides: [], seed: null },
      runs: runs.map((run) => ('placed' in run ? this.#sums[next++]!.result(network, batch) : run)),
    };
  }

  #rows(
    { accelerator, scheme, plan }: PlannedRun,
    names: readonly string[],
    costs: Costs,
    onImage: (row: ImageRow) => void,
  ) {
    const share = names.length;
    const [cycles, energyPj, dramBits, boundCycles] = [...costs.subarray(-4)].map((cost) => cost / share);
    const { masks } = plan;
    const run = { network: this.#plan.network, accelerator: accelerator.name, scheme, masks };
    for (const image of names)
      onImage({ ...run, image, cycles: cycles!, boundCycles: boundCycles!, energyPj: energyPj!, dramBits: dramBits! });
  }
}

/** Counts here, batch by batch. */
async function countHere(plan: RunPlan, simulation: Simulation, progress: Progress, from: number): Promise<void> {
  const { trace, signal, watch } = simulation;
  const counter = new ChunkCounter(plan.running);
  const perChunk = plan.chunk / plan.batch;
  let sizes: number[] = [];
  let isFirst = from === 0;
  const finish = async (): Promise<void> => {
    await progress.chunk(sizes, counter.take());
    sizes = [];
  };
  for await (const batch of batchesOf(plan, trace, from)) {
    signal?.throwIfAborted();
    const size = batch.names.length;
    const watching =
      isFirst && watch !== undefined
        ? ({ placed, scheme }: PlannedRun) => watch(placed.get(size)!, scheme, batch.names)
        : undefined;
    isFirst = false;
    const costs = counter.add(batch, watching);
    sizes.push(size);
    await progress.batch(batch, costs);
    if (sizes.length === perChunk) await finish();
  }
  if (sizes.length > 0) await finish();
}

/** Lets an executor count, several chunks at once, and adds up in order; at a fault it is the first image's that is thrown. */
async function countThere(
  plan: RunPlan,
  simulation: Simulation,
  progress: Progress,
  { executor, from }: { readonly executor: Executor; readonly from: number },
): Promise<void> {
  const { trace, signal } = simulation;
  const widths = plan.running.map((run) => costWidth(run.plan.network.layers.length));
  const pending: { readonly chunk: Chunk; readonly counts: Promise<readonly RunCounts[]> }[] = [];
  const stopped = untilAborted(signal);
  const state = { failed: false };
  const finish = async (): Promise<void> => {
    const { chunk, counts } = pending.shift()!;
    const runs = await Promise.race([counts, stopped]).catch((error: unknown) => {
      state.failed = true;
      throw error;
    });
    for (const [b, batch] of chunk.entries())
      await progress.batch(
        batch,
        runs.map(({ costs }, i) => costs.subarray(widths[i]! * b, widths[i]! * (b + 1))),
      );
    const sizes = chunk.map(({ names }) => names.length);
    await progress.chunk(sizes, runs);
  };
  const finishAll = async (): Promise<void> => {
    while (pending.length > 0) await finish();
  };
  try {
    for await (const chunk of chunksOf(plan, trace, from)) {
      signal?.throwIfAborted();
      const counts = executor.count(chunk);
      // It is awaited in its turn; until then a failure is nobody's.
      counts.catch(() => undefined);
      pending.push({ chunk, counts });
      if (pending.length >= executor.capacity) await finish();
    }
  } catch (error) {
    // A trace that cannot be read on comes after what is wrong with an earlier image, as if images were counted one after another.
    if (!state.failed && signal?.aborted !== true) await finishAll();
    throw error;
  }
  await finishAll();
}

/** Never resolves; rejects with the reason of the signal. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
  stopped.catch(() => undefined);
  return stopped;
}

/** Throws a SilhouetteError where a state is not one of this simulation. */
function checkState({ images, chunk, running }: RunPlan, state: SimulationState): void {
  const fits =
    (state.images === images || state.images % chunk === 0) &&
    state.images <= images &&
    state.runs.length === running.length &&
    running.every(({ plan }, i) => fitsNetwork(state.runs[i]!, plan.network.layers.length));
  if (fits) return;
  throw new SilhouetteError({
    where: 'resume',
    message: 'is the state of another simulation',
    expected: `${String(running.length)} runs, and images by the ${String(chunk)}`,
    received: `${String(state.runs.length)} runs of ${String(state.images)} images`,
  });
}

/**
 * Simulates every scheme on every accelerator over the images of a trace, which are read one batch at a time (one chunk per free place of
 * an executor), and returns means and distributions. Equal input gives an equal result, wherever it is counted and whether it was
 * resumed. A combination that cannot be computed is a run with `unfit`. Throws a SilhouetteError with all problems where schemes, trace
 * and network do not belong together, before anything is simulated.
 */
export async function simulate(simulation: Simulation): Promise<Result> {
  const plan = planRuns(simulation);
  if (simulation.resume !== undefined) checkState(plan, simulation.resume);
  const progress = new Progress(plan, simulation);
  const { executor, resume } = simulation;
  const from = resume?.images ?? 0;
  if (executor === undefined) await countHere(plan, simulation, progress, from);
  else await countThere(plan, simulation, progress, { executor, from });
  return progress.result();
}
