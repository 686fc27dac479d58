import { SilhouetteError, type Problem } from '../../core/errors.js';
import { parseAccelerator } from '../../formats/accelerator-file.js';
import { parseOverride } from '../../formats/override.js';
import type { Run } from '../../result.js';
import { simulate } from '../../simulate.js';
import type { Trace } from '../../trace/trace.js';
import { openLiveTrace, type LiveData } from './live-data.js';

/** One simulation that is asked for. */
export interface LiveRequest {
  /** Position among the machines. */
  readonly machine: number;
  /** `PATH=VALUE` texts beyond those of the machine; the last one of a path counts. */
  readonly overrides: readonly string[];
  readonly scheme: string;
  /** Images from the front of the trace. */
  readonly images: number;
}

/** What it gave. */
export type LiveAnswer = { readonly run: Run; readonly ms: number } | { readonly problems: readonly Problem[] };

/** Simulates what a page carries with other settings, by the same code as the command line: equal settings give equal numbers. */
export class LiveSession {
  readonly #data: LiveData;
  readonly #trace: Trace | undefined;

  constructor(data: LiveData) {
    this.#data = data;
    this.#trace = data.trace === undefined ? undefined : openLiveTrace(data.trace);
  }

  async run({ machine, overrides, scheme, images }: LiveRequest): Promise<LiveAnswer> {
    const { network, machines, batch, mappings } = this.#data;
    const { path, text, overrides: given } = machines[machine]!;
    const started = performance.now();
    try {
      const accelerator = parseAccelerator(text, path, [...given, ...overrides].map(parseOverride));
      const result = await simulate({
        network,
        accelerators: [accelerator],
        schemes: [scheme],
        batch,
        mappings: new Map(mappings),
        images,
        ...(this.#trace !== undefined && { trace: this.#trace }),
      });
      return { run: result.runs[0]!, ms: performance.now() - started };
    } catch (error) {
      if (error instanceof SilhouetteError) return { problems: error.problems };
      throw error;
    }
  }
}
