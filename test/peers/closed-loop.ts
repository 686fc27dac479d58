import type { DramActivity } from '../../src/machine/dram/dram.js';
import { DramChannels, type BankedDram } from '../../src/machine/dram/banked/channels.js';

/** Requests as a driver with a bounded number of them under way sends them. */
export interface ClosedLoop {
  readonly requests: number;
  /** The i-th request, in units of the part's request size; called in order, once each. */
  readonly address: (i: number) => number;
  readonly isWrite: (i: number) => boolean;
  /** Requests that may be under way; a write is until it has been taken. */
  readonly window: number;
  /** Least cycles from one request to the next; 0: any number in a cycle. */
  readonly gap: number;
}

export interface ClosedLoopResult {
  readonly cycles: number;
  readonly reads: number;
  readonly meanReadLatency: number;
  readonly activity: DramActivity;
}

/** Cycles in which a write is taken. */
const writeTaken = 2;

/** Times in ascending order of a bounded number of requests. */
class Times {
  readonly #times: Float64Array;
  #head = 0;
  #length = 0;

  constructor(most: number) {
    this.#times = new Float64Array(most);
  }

  push(time: number): void {
    this.#times[(this.#head + this.#length++) % this.#times.length] = time;
  }

  get first(): number {
    return this.#length === 0 ? Infinity : this.#times[this.#head]!;
  }

  shift(): void {
    this.#head = (this.#head + 1) % this.#times.length;
    this.#length--;
  }
}

/** Drives all channels of a part in its clock until every request has been served. */
export function runClosedLoop(
  dram: BankedDram,
  { requests, address, isWrite, window, gap }: ClosedLoop,
): ClosedLoopResult {
  const readsDone = new Times(window);
  const writesDone = new Times(window);
  const arrived = new Float64Array(requests);
  let latencies = 0;
  const onRead = (id: number, done: number): void => {
    latencies += done - arrived[id]!;
    readsDone.push(done);
  };
  const channels = new DramChannels(dram, () => ({ onRead }));
  let under = 0;
  let sent = 0;
  let reads = 0;
  let served = 0;
  let cycle = 0;
  let nextSend = 0;
  let request = 0;
  let write = false;
  let drawn = false;
  for (;;) {
    for (const times of [readsDone, writesDone]) {
      while (times.first <= cycle) {
        times.shift();
        under--;
        served++;
      }
    }
    if (served === requests) break;
    while (sent < requests && under < window && nextSend <= cycle) {
      if (!drawn) {
        request = channels.wrapped(address(sent));
        write = isWrite(sent);
        drawn = true;
      }
      if (!channels.hasRoom(request, write)) break;
      channels.push(request, write, sent);
      arrived[sent] = cycle;
      if (write) writesDone.push(cycle + writeTaken);
      else reads++;
      drawn = false;
      sent++;
      under++;
      nextSend = cycle + gap;
      if (gap > 0) break;
    }
    const wake = sent < requests && under < window && nextSend > cycle ? nextSend : Infinity;
    cycle = Math.min(channels.nextCycle(), readsDone.first, writesDone.first, wake);
    channels.advance(cycle);
  }
  return { cycles: cycle, reads, meanReadLatency: latencies / reads, activity: channels.activity(cycle) };
}
