import { addCounts, noCounts, type LayerCounts } from '../engine/counts.js';
import type { PlacedNetwork } from '../engine/place-network.js';
import { machineResult, metricsOf, wholeRun } from '../metrics.js';
import type { Distributions, FitRun } from '../result.js';
import { costNames, costWidth, type RunCounts } from './chunk.js';
import type { PlannedRun } from './plan.js';
import { Sample, type SampleData } from './sample.js';

/** All that a run has added up so far, to be kept and gone on from. */
export interface RunState {
  readonly layers: readonly LayerCounts[];
  /** `costNames` of every layer, then of all layers together. */
  readonly samples: readonly SampleData[];
}

/** Whether a state can be one of a run with so many layers. */
export function fitsNetwork({ layers: sums, samples }: RunState, layers: number): boolean {
  return sums.length === layers && samples.length === costNames.length * (layers + 1);
}

/** Sums one run over its images, chunk after chunk. */
export class RunSum {
  readonly run: PlannedRun;
  readonly #layers: LayerCounts[];
  readonly #samples: readonly Sample[];
  #images: number;

  /** Takes the arrays of a state over. */
  constructor(run: PlannedRun, images = 0, state?: RunState) {
    const { layers } = run.plan.network;
    this.run = run;
    this.#images = images;
    this.#layers = layers.map((_, i) => {
      const sum = noCounts();
      if (state !== undefined) addCounts(sum, state.layers[i]!);
      return sum;
    });
    const samples = costNames.length * (layers.length + 1);
    this.#samples = Array.from({ length: samples }, (_, i) =>
      state === undefined ? new Sample() : Sample.of(state.samples[i]!),
    );
  }

  /** Valid until the next `add`. */
  state(): RunState {
    return { layers: this.#layers, samples: this.#samples.map((sample) => sample.data()) };
  }

  /** Adds the next chunk, whose batches have these many images; each image counts as an equal share of its batch. */
  add({ layers, costs }: RunCounts, sizes: readonly number[]): void {
    layers.forEach((layer, i) => {
      addCounts(this.#layers[i]!, layer);
    });
    const width = costWidth(layers.length);
    this.#samples.forEach((sample, i) => {
      sizes.forEach((images, batch) => {
        sample.push(costs[width * batch + i]! / images, images);
      });
    });
    for (const images of sizes) this.#images += images;
  }

  result(network: string, batch: number): FitRun {
    const { accelerator, price, plan, scheme, accuracy, quality, whole: placed } = this.run;
    const means = this.#layers.map((counts) => meanCounts(counts, this.#images));
    const whole = noCounts();
    for (const counts of means) addCounts(whole, counts);
    return {
      network,
      accelerator: accelerator.name,
      ...(accelerator.approximation !== undefined && { approximation: accelerator.approximation }),
      scheme,
      images: this.#images,
      batch,
      masks: plan.masks,
      ...(accuracy !== undefined && { accuracy }),
      ...(quality !== undefined && { quality }),
      machine: machineResult(accelerator),
      ...wholeRun(whole, accelerator, price),
      distribution: this.#distributions(means.length),
      layers: plan.network.layers.map((layer, i) => ({
        name: layer.name,
        kind: layer.kind,
        ...placing(placed, i),
        ...metricsOf(means[i]!, accelerator, price),
        distribution: this.#distributions(i),
      })),
      assumptions: [...(plan.network.notes ?? []), ...plan.assumptions, ...price.assumptions],
    };
  }

  #distributions(position: number): Distributions {
    const [cycles, energyPj, dramBits] = costNames.map((_, i) =>
      this.#samples[costNames.length * position + i]!.distribution(),
    );
    return { cycles: cycles!, energyPj: energyPj!, dramBits: dramBits! };
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
