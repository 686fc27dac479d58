import { banksOf, type DramPart } from '../parts/part.js';
import { distancesOf, type Distances } from './distances.js';

/** Activations of one rank that may lie within tFAW. */
const fourActivates = 4;

/**
 * State of the banks of one channel: which rows are open, and from which cycle on each command may follow those before it.
 * A bank's number is (rank · groups + group) · banks of a group + bank. Cycles are those of the part.
 */
export class Banks {
  readonly count: number;
  readonly perRank: number;
  readonly ranks: number;
  readonly distances: Distances;
  /** Open row of each bank, −1 where it is closed. */
  readonly openRow: Int32Array;
  /** Columns read or written since the row was opened. */
  readonly columns: Int32Array;
  readonly #timings: DramPart['timings'];
  /** Bank number to bank group of the channel, and to rank, by shifts. */
  readonly #groupShift: number;
  readonly #rankShift: number;
  /** Earliest activation, column command and precharge of a bank by what happened in it. */
  readonly #activateAt: Float64Array;
  readonly #columnAt: Float64Array;
  readonly #prechargeAt: Float64Array;
  /** Earliest commands by what happened in the bank group, and in the rank or elsewhere on the channel. */
  readonly #groupActivate: Float64Array;
  readonly #groupRead: Float64Array;
  readonly #groupWrite: Float64Array;
  readonly #rankActivate: Float64Array;
  readonly #rankRead: Float64Array;
  readonly #rankWrite: Float64Array;
  /** Cycles of the last four activations of each rank, and which of them is the oldest. */
  readonly #recent: Float64Array;
  readonly #oldest: Int32Array;
  readonly #openBanks: Int32Array;
  readonly #activeSince: Float64Array;
  #activeCycles = 0;

  constructor(part: DramPart) {
    const { ranks, bankGroups, banksPerGroup } = part.organisation;
    this.count = banksOf(part);
    if (this.count > 32) throw new RangeError(`${part.name}: more than 32 banks on a channel`);
    this.ranks = ranks;
    this.perRank = bankGroups * banksPerGroup;
    this.distances = distancesOf(part);
    this.#timings = part.timings;
    this.#groupShift = Math.log2(banksPerGroup);
    this.#rankShift = Math.log2(this.perRank);
    this.openRow = new Int32Array(this.count).fill(-1);
    this.columns = new Int32Array(this.count);
    this.#activateAt = new Float64Array(this.count);
    this.#columnAt = new Float64Array(this.count);
    this.#prechargeAt = new Float64Array(this.count);
    const groups = ranks * bankGroups;
    this.#groupActivate = new Float64Array(groups);
    this.#groupRead = new Float64Array(groups);
    this.#groupWrite = new Float64Array(groups);
    this.#rankActivate = new Float64Array(ranks);
    this.#rankRead = new Float64Array(ranks);
    this.#rankWrite = new Float64Array(ranks);
    this.#recent = new Float64Array(ranks * fourActivates).fill(-part.timings.tFAW);
    this.#oldest = new Int32Array(ranks);
    this.#openBanks = new Int32Array(ranks);
    this.#activeSince = new Float64Array(ranks);
  }

  /** Earliest cycle of a read or write of the open row. */
  columnReady(bank: number, write: boolean): number {
    const group = bank >> this.#groupShift;
    const rank = bank >> this.#rankShift;
    const own = this.#columnAt[bank]!;
    const near = (write ? this.#groupWrite : this.#groupRead)[group]!;
    const far = (write ? this.#rankWrite : this.#rankRead)[rank]!;
    const least = own > near ? own : near;
    return least > far ? least : far;
  }

  activateReady(bank: number): number {
    const rank = bank >> this.#rankShift;
    const window = this.#recent[rank * fourActivates + this.#oldest[rank]!]! + this.#timings.tFAW;
    const group = this.#groupActivate[bank >> this.#groupShift]!;
    const own = this.#activateAt[bank]!;
    const far = this.#rankActivate[rank]!;
    const near = own > group ? own : group;
    const least = far > window ? far : window;
    return near > least ? near : least;
  }

  prechargeReady(bank: number): number {
    return this.#prechargeAt[bank]!;
  }

  /** Earliest cycle of a refresh of a rank whose banks are all closed. */
  refreshReady(rank: number): number {
    let ready = 0;
    for (let bank = rank * this.perRank; bank < (rank + 1) * this.perRank; bank++)
      ready = Math.max(ready, this.#activateAt[bank]!);
    return ready;
  }

  activate(bank: number, row: number, at: number): void {
    const { tRAS, tRCD, tRP, tRRD_L, tRRD_S } = this.#timings;
    const rank = bank >> this.#rankShift;
    this.openRow[bank] = row;
    this.columns[bank] = 0;
    this.#activateAt[bank] = at + tRAS + tRP;
    this.#columnAt[bank] = at + tRCD;
    this.#prechargeAt[bank] = at + tRAS;
    this.#groupActivate[bank >> this.#groupShift] = at + tRRD_L;
    raise(this.#rankActivate, rank, at + tRRD_S);
    const oldest = this.#oldest[rank]!;
    this.#recent[rank * fourActivates + oldest] = at;
    this.#oldest[rank] = (oldest + 1) % fourActivates;
    if (this.#openBanks[rank]!++ === 0) this.#activeSince[rank] = at;
  }

  precharge(bank: number, at: number): void {
    const rank = bank >> this.#rankShift;
    this.openRow[bank] = -1;
    raise(this.#activateAt, bank, at + this.#timings.tRP);
    const open = this.#openBanks[rank]! - 1;
    this.#openBanks[rank] = open;
    if (open === 0) this.#activeCycles += at - this.#activeSince[rank]!;
  }

  read(bank: number, at: number): void {
    const { readReadSame, readReadOther, readReadRank, readWrite, readPrecharge } = this.distances;
    const rank = bank >> this.#rankShift;
    this.columns[bank]!++;
    raise(this.#groupRead, bank >> this.#groupShift, at + readReadSame);
    raise(this.#rankRead, rank, at + readReadOther);
    raise(this.#rankWrite, rank, at + readWrite);
    raise(this.#prechargeAt, bank, at + readPrecharge);
    for (let other = 0; other < this.ranks; other++) {
      if (other === rank) continue;
      raise(this.#rankRead, other, at + readReadRank);
      raise(this.#rankWrite, other, at + readWrite);
    }
  }

  write(bank: number, at: number): void {
    const {
      readReadSame,
      readReadOther,
      writeReadSame,
      writeReadOther,
      writeReadRank,
      writeWriteRank,
      writePrecharge,
    } = this.distances;
    const group = bank >> this.#groupShift;
    const rank = bank >> this.#rankShift;
    this.columns[bank]!++;
    raise(this.#groupRead, group, at + writeReadSame);
    raise(this.#groupWrite, group, at + readReadSame);
    raise(this.#rankRead, rank, at + writeReadOther);
    raise(this.#rankWrite, rank, at + readReadOther);
    raise(this.#prechargeAt, bank, at + writePrecharge);
    for (let other = 0; other < this.ranks; other++) {
      if (other === rank) continue;
      raise(this.#rankRead, other, at + writeReadRank);
      raise(this.#rankWrite, other, at + writeWriteRank);
    }
  }

  refresh(rank: number, at: number): void {
    for (let bank = rank * this.perRank; bank < (rank + 1) * this.perRank; bank++)
      raise(this.#activateAt, bank, at + this.#timings.tRFC);
  }

  allClosed(): boolean {
    return this.#openBanks.every((open) => open === 0);
  }

  /** Cycles before `end` in which some bank of a rank was open, summed over ranks. No command may lie after `end`. */
  activeCycles(end: number): number {
    let cycles = this.#activeCycles;
    for (let rank = 0; rank < this.ranks; rank++)
      if (this.#openBanks[rank]! > 0) cycles += end - this.#activeSince[rank]!;
    return cycles;
  }
}

function raise(times: Float64Array, index: number, time: number): void {
  if (times[index]! < time) times[index] = time;
}
