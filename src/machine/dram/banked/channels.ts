import { banksOf, type DramPart } from '../parts/part.js';
import { noActivity, type DramActivity } from '../dram.js';
import type { ChannelListener } from './command.js';
import { ChannelController } from './controller.js';
import { addressMapOf, type AddressMap } from './mapping.js';

/** A part as a machine uses it. */
export interface BankedDram {
  readonly model: 'banked';
  readonly part: DramPart;
  /** Fields of an address from the highest bits to the lowest. */
  readonly mapping: string;
  /** Requests that may wait in each direction on each channel, besides those in the queues of the banks. */
  readonly window: number;
  /** A power of two, at most the part's. */
  readonly channels: number;
}

/** All channels of a part, request by request, in cycles of the part's clock. */
export class DramChannels {
  readonly controllers: readonly ChannelController[];
  readonly map: AddressMap;
  readonly #ranks: number;
  readonly #groups: number;
  readonly #perGroup: number;

  /** @param jumps false to step through every row hit: same result, slower. */
  constructor(
    { part, mapping, window, channels }: BankedDram,
    listenerOf?: (channel: number) => ChannelListener,
    jumps = true,
  ) {
    this.map = addressMapOf(part, mapping, channels);
    this.controllers = Array.from(
      { length: channels },
      (_, channel) => new ChannelController(part, window, listenerOf?.(channel), jumps),
    );
    this.#ranks = part.organisation.ranks;
    this.#groups = part.organisation.bankGroups;
    this.#perGroup = banksOf(part) / (this.#ranks * this.#groups);
  }

  /** The number of a request within the capacity, as the other methods take it. */
  wrapped(request: number): number {
    const { capacity } = this.map;
    return request < capacity ? request : request % capacity;
  }

  channelOf(request: number): number {
    const { shift, mask } = this.map.channel;
    return (request >>> shift) & mask;
  }

  bankOf(request: number): number {
    const { rank, group, bank } = this.map;
    const groups = ((request >>> rank.shift) & rank.mask) * this.#groups + ((request >>> group.shift) & group.mask);
    return groups * this.#perGroup + ((request >>> bank.shift) & bank.mask);
  }

  rowOf(request: number): number {
    const { shift, mask } = this.map.row;
    return (request >>> shift) & mask;
  }

  hasRoom(request: number, write: boolean): boolean {
    return this.controllers[this.channelOf(request)]!.hasRoom(write);
  }

  /** Enters a request at the end of the cycle advanced to; its channel must have room. `id` comes back with its data. */
  push(request: number, write: boolean, id: number): void {
    this.controllers[this.channelOf(request)]!.push(this.bankOf(request), this.rowOf(request), write, id);
  }

  /** The next cycle in which something happens if nothing enters. */
  nextCycle(): number {
    let next = Infinity;
    for (const controller of this.controllers) next = Math.min(next, controller.nextCycle());
    return next;
  }

  /** Goes through all cycles up to and including `cycle`, on every channel. */
  advance(cycle: number): void {
    for (const controller of this.controllers) controller.advance(cycle);
  }

  /** What was done in the cycles before `end`, which must be those gone through. Standby is counted per rank of a channel. */
  activity(end: number): DramActivity {
    const sum = noActivity();
    for (const controller of this.controllers) {
      const { counts } = controller;
      sum.activate += counts.activate;
      sum.precharge += counts.precharge;
      sum.read += counts.read;
      sum.write += counts.write;
      sum.refresh += counts.refresh;
      sum.activeCycles += controller.activeCycles(end);
    }
    sum.prechargedCycles = end * this.#ranks * this.controllers.length - sum.activeCycles;
    return sum;
  }
}
