import type { DramPart } from '../parts/part.js';
import { Banks } from './banks.js';
import type { ChannelListener, CommandKind } from './command.js';
import {
  bankQueueDepth,
  BankQueues,
  TransactionQueue,
  wantActivate,
  wantPrecharge,
  wantRead,
  wantWrite,
} from './queues.js';

const columnCommands = wantRead | wantWrite;

/** Writes that are drained where no read waits; all that are there when the queue of writes is full. */
const lowWrites = 16;

/**
 * The controller of one channel, in cycles of the part, stepped only where something happens (docs/dram.md has the rules).
 * Requests enter at the end of a cycle: `advance(t)`, then `push`. Every request reaches its bank once.
 */
export class ChannelController {
  readonly counts = { activate: 0, precharge: 0, read: 0, write: 0, refresh: 0 };
  /** Cycle of the last read or write command, −1 before the first. */
  lastColumn = -1;
  readonly #banks: Banks;
  readonly #bankQueues: BankQueues;
  readonly #reads: TransactionQueue;
  readonly #writes: TransactionQueue;
  readonly #listener: ChannelListener;
  readonly #buses: 1 | 2;
  readonly #refreshInterval: number;
  readonly #rankMask: number;
  readonly #jumps: boolean;
  #now = -1;
  /** Writes still to be moved before reads may move again. */
  #draining = 0;
  #refreshDue: number;
  #refreshesOwed = 0;
  #refreshRank = 0;
  #lastBank = 0;
  /** The next command from the queues, as things stand: its cycle and bank. */
  #pickAt = Infinity;
  #pickBank = -1;
  /** What came last, and how many that wait may go elsewhere than to that row in that direction. */
  #strangers = 0;
  #streakBank = -1;
  #streakRow = -1;
  #streakWrite = false;

  /**
   * @param window requests that may wait in each direction before the queues of the banks.
   * @param jumps false to step through every row hit: same result, slower.
   */
  constructor(part: DramPart, window: number, listener: ChannelListener = {}, jumps = true) {
    const banks = new Banks(part);
    this.#banks = banks;
    this.#bankQueues = new BankQueues(banks);
    this.#reads = new TransactionQueue(window, banks.count, this.#bankQueues);
    this.#writes = new TransactionQueue(window, banks.count, this.#bankQueues);
    this.#listener = listener;
    this.#buses = part.organisation.commandBuses;
    this.#refreshInterval = Math.floor(part.timings.tREFI / banks.ranks);
    this.#refreshDue = this.#refreshInterval;
    this.#rankMask = 2 ** banks.perRank - 1;
    this.#jumps = jumps && listener.onRead === undefined && listener.onCommand === undefined;
  }

  /** Requests that have entered and whose command has not gone out. */
  get waiting(): number {
    return this.#reads.length + this.#writes.length + this.#bankQueues.total;
  }

  hasRoom(write: boolean): boolean {
    const queue = write ? this.#writes : this.#reads;
    return queue.length < queue.capacity;
  }

  /** Enters a request at the end of the cycle advanced to; there must be room. Its command goes out two cycles later or after. */
  push(bank: number, row: number, write: boolean, id: number): void {
    if (!this.#inStreak(bank, row, write)) {
      this.#strangers = this.waiting;
      this.#streakBank = bank;
      this.#streakRow = row;
      this.#streakWrite = write;
    }
    (write ? this.#writes : this.#reads).push(bank, row, id);
  }

  /** The next cycle in which something happens if nothing enters. */
  nextCycle(): number {
    const soon = this.#now + 1;
    if (this.#pickAt === soon || this.#moves()) return soon;
    let next = this.#refreshDue < this.#pickAt ? this.#refreshDue : this.#pickAt;
    if (this.#refreshesOwed > 0) next = Math.min(next, Math.max(soon, this.#refreshCommandAt()));
    return next;
  }

  /** Goes through all cycles up to and including `cycle`. */
  advance(cycle: number): void {
    for (let next = this.nextCycle(); next <= cycle; next = this.nextCycle()) {
      if (next === this.#refreshDue && this.waiting === 0 && this.#jumps) this.#skipIdleRefreshes(cycle);
      else this.#step(next);
    }
    if (cycle > this.#now) this.#now = cycle;
  }

  /** Goes on until there is room in a direction; the cycle at whose end there is. */
  advanceToRoom(write: boolean): number {
    while (!this.hasRoom(write)) this.#step(this.nextCycle());
    return this.#now;
  }

  /** Goes on until every request's command has gone out. */
  drain(): void {
    while (this.waiting > 0) this.#step(this.nextCycle());
  }

  /**
   * Serves up to `most` requests of the row that everything waits for, at once, as stepping would with one of them entering
   * for each that leaves. The next request has no room, and goes to that row too.
   *
   * @returns how many of them have entered; the last did in the cycle advanced to.
   */
  jump(bank: number, row: number, write: boolean, most: number): number {
    const queue = write ? this.#writes : this.#reads;
    const full = queue.capacity + bankQueueDepth;
    if (!this.#jumps || this.#refreshesOwed > 0 || this.#strangers > 0 || this.waiting !== full) return 0;
    if (!this.#inStreak(bank, row, write) || this.#bankQueues.wants[bank] !== (write ? wantWrite : wantRead)) return 0;
    const period = this.#banks.distances.readReadSame;
    const beforeRefresh = Math.ceil((this.#refreshDue - this.#pickAt) / period);
    // A drain that comes to its end begins anew one cycle later: that is left to a step.
    const beforeDrain = write ? this.#draining - 1 : Infinity;
    const served = Math.min(most, beforeRefresh, beforeDrain);
    if (served <= 1) return 0;
    const last = this.#pickAt + (served - 1) * period;
    this.#banks.columns[bank]! += served - 1;
    if (write) this.#banks.write(bank, last);
    else this.#banks.read(bank, last);
    if (write) this.#draining -= served;
    if (write) this.counts.write += served;
    else this.counts.read += served;
    this.lastColumn = last;
    this.#lastBank = bank;
    this.#now = last;
    this.#findPick();
    return served;
  }

  /** Cycles before `end` with a bank open, summed over ranks. */
  activeCycles(end: number): number {
    return this.#banks.activeCycles(end);
  }

  #inStreak(bank: number, row: number, write: boolean): boolean {
    return bank === this.#streakBank && row === this.#streakRow && write === this.#streakWrite;
  }

  /** Whether a request can move to its bank's queue, or a drain begins, in the next cycle. */
  #moves(): boolean {
    if (this.#draining > 0) return this.#writes.openings !== 0;
    return this.#startsDrain() || this.#reads.openings !== 0;
  }

  #startsDrain(): boolean {
    const { length, capacity } = this.#writes;
    if (length === 0) return false;
    if (length >= capacity) return true;
    return this.#reads.length === 0 && (length >= lowWrites || this.#bankQueues.total === 0);
  }

  #step(cycle: number): void {
    this.#now = cycle - 1;
    if (cycle === this.#refreshDue) {
      this.#refreshesOwed++;
      this.#refreshDue += this.#refreshInterval;
      this.#findPick();
    }
    let went = this.#refreshesOwed > 0 ? this.#refreshStep(cycle) : 0;
    if (went === 0 && this.#pickAt === cycle) went = this.#issue(this.#pickBank, cycle, 0);
    this.#now = cycle;
    if (went !== 0 && this.#buses === 2) {
      const bank = this.#find(cycle);
      if (bank >= 0 && this.#foundAt === cycle) this.#issue(bank, cycle, went);
    }
    this.#move();
    this.#findPick();
  }

  /** Moves one request to its bank's queue, writes where they drain and reads else. */
  #move(): void {
    if (this.#draining === 0 && this.#startsDrain()) this.#draining = this.#writes.length;
    const write = this.#draining > 0;
    const bank = (write ? this.#writes : this.#reads).moveFirst(write);
    if (bank < 0) return;
    if (write) this.#draining--;
    if (this.#bankQueues.hasRoom(bank)) return;
    this.#reads.closed(bank);
    this.#writes.closed(bank);
  }

  #foundAt = Infinity;

  #findPick(): void {
    this.#pickBank = this.#find(this.#now + 1);
    this.#pickAt = this.#foundAt;
  }

  /** The bank whose queue gives the first command from `from` on, round robin after the last; its cycle in #foundAt. */
  #find(from: number): number {
    const blocked = this.#refreshesOwed > 0 ? this.#rankMask << (this.#refreshRank * this.#banks.perRank) : 0;
    const busy = this.#bankQueues.busy & ~blocked;
    this.#foundAt = Infinity;
    let best = -1;
    // Banks after the last one first, then from the lowest on. A shift by 32 would be one by 0.
    const after = this.#lastBank === 31 ? 0 : busy & (-1 << (this.#lastBank + 1));
    for (let half = 0; half < 2; half++) {
      let left = half === 0 ? after : busy & ~after;
      while (left !== 0) {
        const bank = 31 - Math.clz32(left & -left);
        left &= left - 1;
        const ready = this.#ready(bank);
        if (ready <= from) {
          this.#foundAt = from;
          return bank;
        }
        if (ready < this.#foundAt) {
          this.#foundAt = ready;
          best = bank;
        }
      }
    }
    return best;
  }

  #ready(bank: number): number {
    const wants = this.#bankQueues.wants[bank]!;
    if (wants === wantRead) return this.#banks.columnReady(bank, false);
    if (wants === wantActivate) return this.#banks.activateReady(bank);
    let ready = Infinity;
    if ((wants & wantPrecharge) !== 0) ready = this.#banks.prechargeReady(bank);
    if ((wants & wantRead) !== 0) ready = Math.min(ready, this.#banks.columnReady(bank, false));
    if ((wants & wantWrite) !== 0) ready = Math.min(ready, this.#banks.columnReady(bank, true));
    return ready;
  }

  /**
   * Comes to a bank in the round robin and sends the command of the oldest of its requests that has one ready; where a command
   * went in this cycle, only one to the other bus. What went.
   */
  #issue(bank: number, cycle: number, before: number): number {
    this.#lastBank = bank;
    const kind = this.#chosen(bank, cycle);
    if (before !== 0 && ((before & columnCommands) !== 0) === ((kind & columnCommands) !== 0)) return 0;
    if (kind === wantActivate) this.#activate(bank, cycle);
    else if (kind === wantPrecharge) this.#precharge(bank, cycle);
    else this.#column(bank, cycle, kind === wantWrite);
    return kind;
  }

  #chosen(bank: number, cycle: number): number {
    const wants = this.#bankQueues.wants[bank]!;
    if ((wants & (wants - 1)) === 0) return wants;
    // Only the oldest request may close a row, so that it comes first.
    if ((wants & wantPrecharge) !== 0 && this.#banks.prechargeReady(bank) <= cycle) return wantPrecharge;
    const read = (wants & wantRead) !== 0 && this.#banks.columnReady(bank, false) <= cycle;
    const write = (wants & wantWrite) !== 0 && this.#banks.columnReady(bank, true) <= cycle;
    return (read && write ? this.#bankQueues.writeIsOlder(bank) : write) ? wantWrite : wantRead;
  }

  #activate(bank: number, cycle: number): void {
    const row = this.#bankQueues.headRow(bank);
    this.#banks.activate(bank, row, cycle);
    this.counts.activate++;
    this.#sent('activate', cycle, bank, row);
    this.#bankQueues.update(bank);
  }

  #column(bank: number, cycle: number, write: boolean): void {
    const wasFull = !this.#bankQueues.hasRoom(bank);
    const row = this.#banks.openRow[bank]!;
    const id = this.#bankQueues.take(bank, write);
    if (write) {
      this.#banks.write(bank, cycle);
      this.counts.write++;
    } else {
      this.#banks.read(bank, cycle);
      this.counts.read++;
    }
    this.lastColumn = cycle;
    if (!this.#inStreak(bank, row, write)) this.#strangers--;
    this.#sent(write ? 'write' : 'read', cycle, bank, row);
    if (!write) this.#listener.onRead?.(id, cycle + this.#banks.distances.readDone);
    this.#bankQueues.update(bank);
    if (!wasFull) return;
    this.#reads.opened(bank);
    this.#writes.opened(bank);
  }

  #precharge(bank: number, cycle: number): void {
    this.#banks.precharge(bank, cycle);
    this.counts.precharge++;
    this.#sent('precharge', cycle, bank, -1);
    this.#bankQueues.update(bank);
  }

  #sent(kind: CommandKind, cycle: number, bank: number, row: number): void {
    this.#listener.onCommand?.({ cycle, kind, bank, row });
  }

  /** Earliest cycle of the next precharge before a refresh, or of the refresh where all banks of the rank are closed. */
  #refreshCommandAt(): number {
    const first = this.#refreshRank * this.#banks.perRank;
    let ready = Infinity;
    for (let bank = first; bank < first + this.#banks.perRank; bank++)
      if (this.#banks.openRow[bank]! >= 0) ready = Math.min(ready, this.#banks.prechargeReady(bank));
    return ready === Infinity ? this.#banks.refreshReady(this.#refreshRank) : ready;
  }

  /** Brings a refresh that is owed one command nearer, where it can; what went. */
  #refreshStep(cycle: number): number {
    if (this.#refreshCommandAt() > cycle) return 0;
    const rank = this.#refreshRank;
    const first = rank * this.#banks.perRank;
    for (let bank = first; bank < first + this.#banks.perRank; bank++) {
      if (this.#banks.openRow[bank]! < 0 || this.#banks.prechargeReady(bank) > cycle) continue;
      this.#precharge(bank, cycle);
      return wantPrecharge;
    }
    this.#banks.refresh(rank, cycle);
    this.counts.refresh++;
    this.#sent('refresh', cycle, first, -1);
    this.#refreshesOwed--;
    this.#refreshRank = (rank + 1) % this.#banks.ranks;
    return wantPrecharge;
  }

  /** Counts the refreshes of closed banks up to `cycle` but for the last of each rank, or steps to the next. */
  #skipIdleRefreshes(cycle: number): void {
    const { ranks } = this.#banks;
    let closed = this.#refreshesOwed === 0 && this.#banks.allClosed();
    for (let rank = 0; rank < ranks; rank++) closed &&= this.#banks.refreshReady(rank) <= this.#refreshDue;
    const rounds = Math.floor((cycle - this.#refreshDue) / (this.#refreshInterval * ranks)) - 1;
    if (closed && rounds > 0) {
      this.counts.refresh += rounds * ranks;
      this.#refreshDue += rounds * ranks * this.#refreshInterval;
    }
    this.#step(this.#refreshDue);
  }
}
