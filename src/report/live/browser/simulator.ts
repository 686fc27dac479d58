import type { LiveData } from '../live-data.js';
import type { LiveAnswer, LiveRequest } from '../session.js';
import type { FromWorker, ToWorker } from './worker.js';

/** The worker that simulates. */
export class Simulator {
  readonly #url: string;
  readonly #data: LiveData;
  #worker: Worker;
  readonly #waiting = new Map<number, (answer: LiveAnswer | undefined) => void>();
  #next = 0;
  #since = 0;

  constructor(script: string, data: LiveData) {
    this.#url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    this.#data = data;
    this.#worker = this.#start();
  }

  #start(): Worker {
    const worker = new Worker(this.#url);
    worker.onmessage = ({ data: { id, answer } }: MessageEvent<FromWorker>) => {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    };
    worker.postMessage({ data: this.#data } satisfies ToWorker);
    return worker;
  }

  /** One request after another; undefined where it was given up. */
  run(request: LiveRequest): Promise<LiveAnswer | undefined> {
    const id = this.#next++;
    this.#since = performance.now();
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, request } satisfies ToWorker);
    });
  }

  /** Gives up what has taken longer than `ms`: another worker starts, cold. */
  giveUp(ms: number): void {
    if (this.#waiting.size === 0 || performance.now() - this.#since < ms) return;
    this.#worker.terminate();
    this.#worker = this.#start();
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
