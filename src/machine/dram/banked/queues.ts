import type { Banks } from './banks.js';

/** Commands that wait for one bank. */
export const bankQueueDepth = 8;
const slotMask = bankQueueDepth - 1;

/** Columns of an open row after which an older request may close it, whatever still hits. */
const columnLimit = 4;

/** What a bank's queue asks for, as bits. */
export const wantActivate = 1;
export const wantPrecharge = 2;
export const wantRead = 4;
export const wantWrite = 8;

/** Requests of one direction that wait for a place in the queue of their bank. */
export class TransactionQueue {
  readonly capacity: number;
  length = 0;
  /** One bit for each bank that some request waits for and whose queue has a place. */
  openings = 0;
  readonly #bankQueues: BankQueues;
  readonly #rows: Int32Array;
  readonly #ids: Float64Array;
  /** When a request came, as a running number. */
  readonly #turns: Float64Array;
  /** Requests of one bank are a list, and so are the unused slots. */
  readonly #next: Int32Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  #unused = 0;
  #turn = 0;

  constructor(capacity: number, banks: number, bankQueues: BankQueues) {
    this.capacity = capacity;
    this.#bankQueues = bankQueues;
    this.#rows = new Int32Array(capacity);
    this.#ids = new Float64Array(capacity);
    this.#turns = new Float64Array(capacity);
    this.#next = Int32Array.from({ length: capacity }, (_, slot) => slot + 1);
    this.#first = new Int32Array(banks).fill(-1);
    this.#last = new Int32Array(banks).fill(-1);
  }

  push(bank: number, row: number, id: number): void {
    const slot = this.#unused;
    this.#unused = this.#next[slot]!;
    this.#rows[slot] = row;
    this.#ids[slot] = id;
    this.#turns[slot] = this.#turn++;
    this.#next[slot] = -1;
    if (this.#first[bank]! < 0) {
      this.#first[bank] = slot;
      if (this.#bankQueues.hasRoom(bank)) this.openings |= 1 << bank;
    } else this.#next[this.#last[bank]!] = slot;
    this.#last[bank] = slot;
    this.length++;
  }

  /** The queue of a bank has a place again. */
  opened(bank: number): void {
    if (this.#first[bank]! >= 0) this.openings |= 1 << bank;
  }

  /** The queue of a bank is full. */
  closed(bank: number): void {
    this.openings &= ~(1 << bank);
  }

  /** Moves the oldest request whose bank has a place; the bank, or −1 where there is none. */
  moveFirst(write: boolean): number {
    let bank = -1;
    let turn = Infinity;
    for (let left = this.openings; left !== 0; left &= left - 1) {
      const one = 31 - Math.clz32(left & -left);
      const came = this.#turns[this.#first[one]!]!;
      if (came >= turn) continue;
      turn = came;
      bank = one;
    }
    if (bank < 0) return -1;
    const slot = this.#first[bank]!;
    const next = this.#next[slot]!;
    this.#first[bank] = next;
    if (next < 0) this.openings &= ~(1 << bank);
    this.#next[slot] = this.#unused;
    this.#unused = slot;
    this.length--;
    this.#bankQueues.push(bank, this.#rows[slot]!, write, this.#ids[slot]!);
    return bank;
  }
}

/** The queue of each bank of a channel, and what it asks of its bank. */
export class BankQueues {
  /** Requests in all queues together. */
  total = 0;
  /** One bit for each bank with requests. */
  busy = 0;
  /** What each queue asks for: bits of the `want…` constants. */
  readonly wants: Uint8Array;
  readonly #banks: Banks;
  readonly #rows: Int32Array;
  readonly #writes: Uint8Array;
  readonly #ids: Float64Array;
  readonly #heads: Uint8Array;
  readonly #lengths: Uint8Array;
  readonly #writeCounts: Uint8Array;
  /** Places from the head of the first read and the first write of the open row, where there are such. */
  readonly #readPlaces: Uint8Array;
  readonly #writePlaces: Uint8Array;

  constructor(banks: Banks) {
    const { count } = banks;
    this.#banks = banks;
    this.wants = new Uint8Array(count);
    this.#rows = new Int32Array(count * bankQueueDepth);
    this.#writes = new Uint8Array(count * bankQueueDepth);
    this.#ids = new Float64Array(count * bankQueueDepth);
    this.#heads = new Uint8Array(count);
    this.#lengths = new Uint8Array(count);
    this.#writeCounts = new Uint8Array(count);
    this.#readPlaces = new Uint8Array(count);
    this.#writePlaces = new Uint8Array(count);
  }

  hasRoom(bank: number): boolean {
    return this.#lengths[bank]! < bankQueueDepth;
  }

  push(bank: number, row: number, write: boolean, id: number): void {
    const slot = bank * bankQueueDepth + ((this.#heads[bank]! + this.#lengths[bank]!++) & slotMask);
    this.#rows[slot] = row;
    this.#writes[slot] = write ? 1 : 0;
    this.#ids[slot] = id;
    if (write) this.#writeCounts[bank]!++;
    this.total++;
    this.busy |= 1 << bank;
    this.update(bank);
  }

  headRow(bank: number): number {
    return this.#rows[bank * bankQueueDepth + this.#heads[bank]!]!;
  }

  /** Whether the first write of the open row is older than the first read of it. Both must be there. */
  writeIsOlder(bank: number): boolean {
    return this.#writePlaces[bank]! < this.#readPlaces[bank]!;
  }

  /** Takes the first read or write of the open row out of the queue; its id. */
  take(bank: number, write: boolean): number {
    const base = bank * bankQueueDepth;
    const head = this.#heads[bank]!;
    let place = (write ? this.#writePlaces : this.#readPlaces)[bank]!;
    const id = this.#ids[base + ((head + place) & slotMask)]!;
    for (; place > 0; place--) {
      const to = base + ((head + place) & slotMask);
      const from = base + ((head + place - 1) & slotMask);
      this.#rows[to] = this.#rows[from]!;
      this.#writes[to] = this.#writes[from]!;
      this.#ids[to] = this.#ids[from]!;
    }
    this.#heads[bank] = (head + 1) & slotMask;
    if (write) this.#writeCounts[bank]!--;
    this.total--;
    const left = this.#lengths[bank]! - 1;
    this.#lengths[bank] = left;
    if (left === 0) this.busy &= ~(1 << bank);
    return id;
  }

  /** Finds anew what a queue asks for: to be called when its bank or its requests have changed. */
  update(bank: number): void {
    const length = this.#lengths[bank]!;
    const open = this.#banks.openRow[bank]!;
    if (length === 0 || open < 0) {
      this.wants[bank] = length === 0 ? 0 : wantActivate;
      return;
    }
    const base = bank * bankQueueDepth;
    const head = this.#heads[bank]!;
    const writes = this.#writeCounts[bank]!;
    const all = (writes > 0 ? wantWrite : 0) | (writes < length ? wantRead : 0);
    let wants = 0;
    for (let place = 0; place < length && wants !== all; place++) {
      const slot = base + ((head + place) & slotMask);
      if (this.#rows[slot] !== open) continue;
      if (this.#writes[slot] === 0) {
        if ((wants & wantRead) === 0) this.#readPlaces[bank] = place;
        wants |= wantRead;
      } else {
        if ((wants & wantWrite) === 0) this.#writePlaces[bank] = place;
        wants |= wantWrite;
      }
    }
    const headHits = this.#rows[base + head] === open;
    if (!headHits && (wants === 0 || this.#banks.columns[bank]! >= columnLimit)) wants |= wantPrecharge;
    this.wants[bank] = wants;
  }
}
