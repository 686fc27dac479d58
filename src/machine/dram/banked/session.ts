import type { DramActivity, DramSession, Transfer, TransferTimes } from '../dram.js';
import { DramChannels, type BankedDram } from './channels.js';
import type { ClockRatio } from './clock.js';

/**
 * Transfers on the channels of a part. The requests of a transfer enter in order, as soon as their channel has room; the
 * next transfer may enter when the last command has gone out, so that no two are ever under way together.
 */
export class BankedSession implements DramSession {
  readonly #channels: DramChannels;
  readonly #clock: ClockRatio;
  readonly #readDone: number;
  /** Cycle of the part in which the next request enters at the earliest. */
  #entry = 0;
  /** Cycle of the accelerator from which the channel can be taken. */
  #free = 0;

  constructor(dram: BankedDram, clock: ClockRatio, readDone: number, jumps = true) {
    this.#channels = new DramChannels(dram, undefined, jumps);
    this.#clock = clock;
    this.#readDone = readDone;
  }

  transfer({ write, bursts, runs }: Transfer, earliest: number): TransferTimes {
    const start = Math.max(earliest, this.#free);
    if (bursts === 0) return { start, free: start, done: start };
    this.#entry = Math.max(this.#entry, this.#clock.toPart(start));
    for (let i = 0; i < runs.length; i += 2) this.#enter(runs[i]!, runs[i + 1]!, write);

    let last = this.#entry;
    for (const controller of this.#channels.controllers) {
      controller.drain();
      last = Math.max(last, controller.lastColumn);
    }
    this.#entry = last;
    this.#free = this.#clock.toAccelerator(last);
    const done = write ? last + 1 : last + this.#readDone;
    return { start, free: this.#free, done: this.#clock.toAccelerator(done) };
  }

  activity(end: number): DramActivity {
    const cycles = this.#clock.toPart(end);
    this.#channels.advance(cycles - 1);
    // What was counted is past: nothing enters before it.
    this.#entry = Math.max(this.#entry, cycles - 1);
    this.#free = Math.max(this.#free, end);
    return this.#channels.activity(cycles);
  }

  #enter(first: number, count: number, write: boolean): void {
    const { map } = this.#channels;
    let request = this.#channels.wrapped(first);
    for (let left = count; left > 0;) {
      const inRow = Math.min(left, map.rowRun - (request & (map.rowRun - 1)));
      this.#enterRow(request, inRow, write);
      left -= inRow;
      request = this.#channels.wrapped(request + inRow);
    }
  }

  /** Enters requests that follow each other in one row. */
  #enterRow(request: number, count: number, write: boolean): void {
    const controller = this.#channels.controllers[this.#channels.channelOf(request)]!;
    const bank = this.#channels.bankOf(request);
    const row = this.#channels.rowOf(request);
    controller.advance(this.#entry);
    for (let left = count; left > 0;) {
      if (!controller.hasRoom(write)) {
        const jumped = controller.jump(bank, row, write, left);
        if (jumped > 0) {
          this.#entry = controller.lastColumn;
          left -= jumped;
          continue;
        }
        this.#entry = controller.advanceToRoom(write);
      }
      controller.push(bank, row, write, 0);
      left--;
    }
  }
}
