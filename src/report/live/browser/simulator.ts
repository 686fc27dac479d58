import type { LiveData } from '../live-data.js';
import type { LiveAnswer, LiveRequest } from '../session.js';
import type { FromWorker, ToWorker } from './worker.js';

/** The worker that simulates. */
export class Simulator {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: LiveAnswer) => void>();
  #next = 0;

  constructor(script: string, data: LiveData) {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data: { id, answer } }: MessageEvent<FromWorker>) => {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    };
    this.#send({ data });
  }

  run(request: LiveRequest): Promise<LiveAnswer> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, request });
    });
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
