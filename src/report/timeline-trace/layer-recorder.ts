import type { LoadName, TimelineObserver } from '../../engine/timeline.js';
import type { Transfer, TransferTimes } from '../../machine/dram/dram.js';
import { halvesOf, LoadedHalves, SumHalves, type OpenSlice } from './halves.js';
import type { LayerTimeline, Slice, SliceArguments } from './slices.js';

/** What is told of a layer before it is watched. */
export interface WatchedLayer {
  readonly name: string;
  /** Said of the layer's slice. */
  readonly about?: SliceArguments;
  /** Said of a tile's slice: where it stands in the layer. */
  readonly tile?: (tile: number) => SliceArguments;
}

/** Makes slices of what one layer's timeline tells. */
export class LayerRecorder implements TimelineObserver {
  readonly #slices: OpenSlice[] = [];
  readonly #inputs: LoadedHalves;
  readonly #weights: LoadedHalves;
  readonly #sums: SumHalves;
  /** When the array was last done, the channel and the copies came to rest, and what did so last. */
  #computed = 0;
  #rest = 0;
  #last = 'prologue';
  #tiles = 0;
  #computing = 0;
  #bits = 0;

  /** `taken` is called before every slice; `whole` says that nothing but the layer is drawn. */
  constructor(
    readonly layer: WatchedLayer,
    readonly burstBits: number,
    readonly whole: boolean,
    readonly taken: () => void,
  ) {
    const add = (slice: OpenSlice): OpenSlice => this.#add(slice);
    this.#inputs = new LoadedHalves(halvesOf('ifmap'), add);
    this.#weights = new LoadedHalves(halvesOf('weight'), add);
    this.#sums = new SumHalves(add);
  }

  #add(slice: OpenSlice): OpenSlice {
    if (this.whole) return slice;
    this.taken();
    this.#slices.push(slice);
    return slice;
  }

  transfer(what: LoadName | 'store' | 'prologue', tile: number, transfer: Transfer, times: TransferTimes): void {
    const bits = transfer.bursts * this.burstBits;
    const { start, free, done } = times;
    this.#bits += bits;
    this.#resting(transfer.write ? done : free, what);
    const args = { ...(tile >= 0 && { tile }), bits, bursts: transfer.bursts, latencyCycles: done - free };
    this.#add({ track: 'DRAM channel', name: what, start, end: free, args });
    switch (what) {
      case 'inputs':
      case 'mask':
        this.#inputs.load(tile, what, bits, times);
        break;
      case 'weights':
        this.#weights.load(tile, what, bits, times);
        break;
      case 'sums':
        this.#sums.load(tile, bits, times);
        break;
      case 'store':
        this.#sums.leave(done);
        break;
      case 'prologue':
    }
  }

  compute(tile: number, start: number, end: number, sums: number): void {
    if (start > this.#computed) this.#wait(start, this.#reasons(tile, start, sums));
    this.#add({ track: 'array', name: `tile ${String(tile)}`, start, end, args: { tile, ...this.layer.tile?.(tile) } });
    this.#inputs.used(tile, end);
    this.#weights.used(tile, end);
    this.#sums.used(tile, start, end, sums);
    this.#tiles++;
    this.#computing += end - start;
    this.#computed = end;
  }

  copy(_tile: number, start: number, end: number): void {
    this.#resting(end, 'copy to ifmap');
    this.#sums.copy(start, end);
  }

  #resting(time: number, what: string): void {
    if (time < this.#rest) return;
    this.#rest = time;
    this.#last = what;
  }

  #wait(until: number, reason: string): void {
    const slice = { track: 'array stalls', name: 'waits for memory', start: this.#computed, end: until } as const;
    this.#add({ ...slice, args: { for: reason } });
  }

  /** What came last of all that a tile needs. */
  #reasons(tile: number, start: number, sums: number): string {
    const times = {
      inputs: this.#inputs.arrival(tile),
      weights: this.#weights.arrival(tile),
      sums: this.#sums.arrival(tile),
      'an ofmap half': this.#sums.free(sums),
    };
    return Object.entries(times)
      .filter(([, time]) => time === start)
      .map(([name]) => name)
      .join(', ');
  }

  finish(offset: number): LayerTimeline {
    const cycles = Math.max(this.#computed, this.#rest);
    if (cycles > this.#computed) this.#wait(cycles, this.#last);
    this.taken();
    const args = {
      ...this.layer.about,
      tiles: this.#tiles,
      computing: this.#computing,
      waiting: cycles - this.#computing,
      dramBits: this.#bits,
    };
    const own: Slice = { track: 'layers', name: this.layer.name, start: 0, end: cycles, args };
    return { name: this.layer.name, offset, cycles, slices: [own, ...this.#slices] };
  }
}
