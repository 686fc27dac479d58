import { SilhouetteError } from '../core/errors.js';
import type { LayerObserver } from '../engine/network.js';
import type { PlacedNetwork } from '../engine/place-network.js';
import type { TimelineObserver } from '../engine/timeline.js';
import { writeWhole } from '../formats/whole-file.js';
import { timelineJson, watchedRun, type TimelineMeta } from '../report/timeline-trace.js';
import { TimelineRecorder } from '../report/timeline-trace/recorder.js';

/** Records the timelines of a simulation, which goes on where they become too long to be drawn: that is told at the end. */
export class TimelineFile {
  readonly #recorder: TimelineRecorder;
  #problem: SilhouetteError | undefined;

  /** @param layers whose tiles are drawn; all where none is named. */
  constructor(
    readonly path: string,
    layers: readonly string[],
  ) {
    this.#recorder = new TimelineRecorder(layers.length === 0 ? {} : { draws: (layer) => layers.includes(layer) });
  }

  watch(placed: PlacedNetwork, scheme: string, images: readonly string[]): LayerObserver {
    const recorder = this.#tried(() => this.#recorder.watch(watchedRun(placed, scheme, images.join(', '))));
    return (position) => {
      const observer = this.#tried(() => recorder?.(position));
      if (observer === undefined) return undefined;
      const told: TimelineObserver = {
        transfer: (...event) =>
          this.#tried(() => {
            observer.transfer(...event);
          }),
        compute: (...event) =>
          this.#tried(() => {
            observer.compute(...event);
          }),
        copy: (...event) =>
          this.#tried(() => {
            observer.copy(...event);
          }),
      };
      return told;
    };
  }

  /** Writes what was recorded. Throws the SilhouetteError that recording ended with. */
  async write(meta: TimelineMeta): Promise<void> {
    const runs = this.#tried(() => this.#recorder.finish());
    if (this.#problem !== undefined) throw this.#problem;
    await writeWhole(this.path, timelineJson(runs ?? [], meta));
  }

  #tried<T>(record: () => T): T | undefined {
    if (this.#problem !== undefined) return undefined;
    try {
      return record();
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      this.#problem = error;
      return undefined;
    }
  }
}
