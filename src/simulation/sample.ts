import type { Distribution } from '../result.js';

/** A sample as it is kept: its distinct values, ascending, and how often each came. */
export interface SampleData {
  readonly values: Float64Array;
  readonly times: Uint32Array;
}

/** Values that are held at least; above, a quarter of the distinct ones may wait to be sorted in. */
const LEAST_ROOM = 16;

/** Room for values that wait, beside this many distinct ones. */
function roomFor(distinct: number): number {
  return distinct + Math.max(LEAST_ROOM, distinct >> 2);
}

/**
 * Values of one quantity, one per image, kept exactly: 12 bytes for every distinct one and at most a quarter more. What it says does not
 * depend on the order in which they came. A sample holds fewer than 2³² values.
 */
export class Sample {
  /** Distinct values, ascending; behind them those that wait, as they came. */
  #values = new Float64Array(LEAST_ROOM);
  /** How often each distinct value came. */
  #times = new Uint32Array(LEAST_ROOM);
  #distinct = 0;
  #filled = 0;
  /** How often each of the waiting values came. */
  #waitingTimes = 0;

  /** A sample that goes on from what {@link data} gave; takes the arrays over. */
  static of({ values, times }: SampleData): Sample {
    const sample = new Sample();
    sample.#distinct = sample.#filled = values.length;
    sample.#resize(values, times);
    return sample;
  }

  push(value: number, times: number): void {
    // What costs every image the same takes no time.
    if (this.#filled === 1 && this.#distinct === 1 && this.#values[0] === value) {
      this.#times[0]! += times;
      return;
    }
    if (this.#filled === this.#values.length || times !== this.#waitingTimes) this.#settle();
    this.#waitingTimes = times;
    this.#values[this.#filled++] = value;
    if (this.#filled === 1) this.#settle();
  }

  /** What it holds; valid until the next `push`. */
  data(): SampleData {
    this.#settle();
    return { values: this.#values.subarray(0, this.#distinct), times: this.#times.subarray(0, this.#distinct) };
  }

  /** Nearest-rank percentiles: p50 is the ⌈0.5·n⌉-th smallest. At least one value must have been pushed. */
  distribution(): Distribution {
    const { values, times } = this.data();
    let [count, total] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      count += times[i]!;
      total += values[i]! * times[i]!;
    }
    const at = (p: number): number => {
      const rank = Math.max(1, Math.ceil(p * count));
      let i = 0;
      for (let seen = times[0]!; seen < rank; seen += times[i]!) i++;
      return values[i]!;
    };
    return {
      mean: total / count,
      min: values[0]!,
      p5: at(0.05),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: values[values.length - 1]!,
    };
  }

  /** Sorts in what waits. */
  #settle(): void {
    const waiting = this.#values.slice(this.#distinct, this.#filled).sort();
    const { fresh, freshTimes, count } = this.#separate(waiting);
    const [values, times] = [this.#values, this.#times];
    // From behind, so that nothing is overwritten that has not moved.
    let from = this.#distinct - 1;
    let next = count - 1;
    for (let to = from + count; next >= 0; to--) {
      if (from >= 0 && values[from]! > fresh[next]!) {
        values[to] = values[from]!;
        times[to] = times[from]!;
        from--;
      } else {
        values[to] = fresh[next]!;
        times[to] = freshTimes[next]!;
        next--;
      }
    }
    this.#distinct += count;
    this.#filled = this.#distinct;
    if (roomFor(this.#distinct) > values.length) this.#resize(values, times);
  }

  /** Counts what is known already, and keeps the rest of the sorted values, each once. */
  #separate(waiting: Float64Array): { fresh: Float64Array; freshTimes: Uint32Array; count: number } {
    const freshTimes = new Uint32Array(waiting.length);
    let [known, count] = [0, 0];
    for (const value of waiting) {
      while (known < this.#distinct && this.#values[known]! < value) known++;
      if (known < this.#distinct && this.#values[known] === value) this.#times[known]! += this.#waitingTimes;
      else if (count > 0 && waiting[count - 1] === value) freshTimes[count - 1]! += this.#waitingTimes;
      else {
        waiting[count] = value;
        freshTimes[count++] = this.#waitingTimes;
      }
    }
    return { fresh: waiting, freshTimes, count };
  }

  #resize(values: Float64Array, times: Uint32Array): void {
    const room = roomFor(this.#distinct);
    this.#values = new Float64Array(room);
    this.#values.set(values.subarray(0, this.#distinct));
    this.#times = new Uint32Array(room);
    this.#times.set(times.subarray(0, this.#distinct));
  }
}
