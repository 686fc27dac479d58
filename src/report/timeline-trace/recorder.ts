import { SilhouetteError } from '../../core/errors.js';
import type { Quantity } from '../../core/quantity.js';
import type { LayerObserver } from '../../engine/network.js';
import { LayerRecorder, type WatchedLayer } from './layer-recorder.js';
import type { LayerTimeline } from './slices.js';

/** A scheme on a machine, and the image (or batch) that it is watched with. */
export interface WatchedRun {
  readonly accelerator: string;
  readonly scheme: string;
  readonly image: string;
  readonly clock: Quantity<'Hz'>;
  readonly burstBits: number;
  readonly layers: readonly WatchedLayer[];
}

export interface RunTimeline {
  readonly run: Omit<WatchedRun, 'layers'>;
  readonly cycles: number;
  readonly layers: readonly LayerTimeline[];
}

export interface RecorderOptions {
  /** Slices of all runs together; viewers become slow beyond 2,000,000, the default. */
  readonly limit?: number;
  /** Layers whose tiles are drawn, by name; all by default. The others are one slice each. */
  readonly draws?: (layer: string) => boolean;
}

/** Collects what runs do, layer by layer. Throws a SilhouetteError when that is more than its limit. */
export class TimelineRecorder {
  readonly #limit: number;
  readonly #draws: (layer: string) => boolean;
  readonly #finished: RunTimeline[] = [];
  #slices = 0;
  #finishRun: () => void = () => undefined;

  constructor({ limit = 2_000_000, draws = () => true }: RecorderOptions = {}) {
    this.#limit = limit;
    this.#draws = draws;
  }

  /** Slices so far. */
  get slices(): number {
    return this.#slices;
  }

  /** Begins a run: every layer's timeline starts where the one before ended. Layers come in order. */
  watch({ layers, ...run }: WatchedRun): LayerObserver {
    this.#finishRun();
    const done: LayerTimeline[] = [];
    let offset = 0;
    let current: LayerRecorder | undefined;
    const finishLayer = (): void => {
      const layer = current?.finish(offset);
      current = undefined;
      if (layer === undefined) return;
      done.push(layer);
      offset += layer.cycles;
    };
    this.#finishRun = () => {
      finishLayer();
      this.#finished.push({ run, cycles: offset, layers: done });
      this.#finishRun = () => undefined;
    };
    return (position) => {
      finishLayer();
      const layer = layers[position]!;
      current = new LayerRecorder(layer, run.burstBits, !this.#draws(layer.name), () => {
        this.#take(run, layer);
      });
      return current;
    };
  }

  #take({ accelerator, scheme }: RunTimeline['run'], { name }: WatchedLayer): void {
    if (++this.#slices <= this.#limit) return;
    throw new SilhouetteError({
      where: `timeline of ${scheme} on ${accelerator}, layer ${name}`,
      message: 'is longer than a viewer can show',
      expected: `at most ${String(this.#limit)} slices in all layers of all runs`,
      hint: 'Draw the tiles of fewer layers (--timeline-layer NAME), or watch fewer machines and schemes',
    });
  }

  /** What was recorded, in the order of {@link watch}. */
  finish(): readonly RunTimeline[] {
    this.#finishRun();
    return this.#finished;
  }
}
