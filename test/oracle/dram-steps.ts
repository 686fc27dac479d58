import type { Command, CommandKind } from '../../src/machine/dram/banked/command.js';
import type { DramPart } from '../../src/machine/dram/parts/part.js';
import { rulesOf } from './dram-checker.js';

/** A request that enters a channel in `earliest` or later, after those before it, as soon as there is room. */
export interface ChannelRequest {
  readonly bank: number;
  readonly row: number;
  readonly write: boolean;
  readonly earliest: number;
}

export interface SteppedChannel {
  readonly commands: readonly Command[];
  /** Cycle at whose end each request entered. */
  readonly entered: readonly number[];
  /** Cycle in which the data of each read are there; 0 for writes. */
  readonly done: readonly number[];
}

interface Waiting extends ChannelRequest {
  readonly id: number;
}

const bankDepth = 8;
const lowWrites = 16;
const columnLimit = 4;

/** One channel, tick by tick, by the rules of docs/dram.md; distances come from the table that logs are checked with. */
export function stepChannel(
  part: DramPart,
  window: number,
  requests: readonly ChannelRequest[],
  cycles: number,
): SteppedChannel {
  const { ranks, bankGroups, banksPerGroup, commandBuses, burstLength } = part.organisation;
  const perRank = bankGroups * banksPerGroup;
  const rules = rulesOf(part);
  const farthest = Math.max(part.timings.tFAW, ...rules.map(({ distance }) => distance));
  const banks = Array.from({ length: ranks * perRank }, () => ({ open: -1, columns: 0, queue: [] as Waiting[] }));
  const waiting = { reads: [] as Waiting[], writes: [] as Waiting[] };
  const commands: Command[] = [];
  const entered: number[] = [];
  const done: number[] = requests.map(() => 0);
  const owed: number[] = [];
  let refreshes = 0;
  let draining = 0;
  let last = 0;

  const rankOf = (bank: number): number => Math.floor(bank / perRank);
  const allowed = (kind: CommandKind, bank: number, cycle: number): boolean => {
    for (let i = commands.length - 1; i >= 0 && cycle - commands[i]!.cycle <= farthest; i--) {
      const before = commands[i]!;
      const sameRank = rankOf(before.bank) === rankOf(bank);
      const sameGroup = Math.floor(before.bank / banksPerGroup) === Math.floor(bank / banksPerGroup);
      const scopes = { bank: before.bank === bank, group: sameGroup, rank: sameRank, 'other rank': !sameRank };
      const near = rules.some(
        ({ first, second, scope, distance }) =>
          first === before.kind && second === kind && scopes[scope] && cycle - before.cycle < distance,
      );
      if (near) return false;
    }
    if (kind !== 'activate') return true;
    const fourth = commands.filter((one) => one.kind === 'activate' && rankOf(one.bank) === rankOf(bank)).at(-4);
    return fourth === undefined || cycle - fourth.cycle >= part.timings.tFAW;
  };
  const send = (kind: CommandKind, bank: number, row: number, cycle: number): void => {
    commands.push({ cycle, kind, bank, row });
    const state = banks[bank]!;
    if (kind === 'activate') Object.assign(state, { open: row, columns: 0 });
    if (kind === 'precharge') state.open = -1;
    if (kind === 'read' || kind === 'write') state.columns++;
  };
  /** The command that a request needs next, or undefined where its bank is not to be closed for it. */
  const needed = (request: Waiting, place: number): CommandKind | undefined => {
    const { open, columns, queue } = banks[request.bank]!;
    if (open < 0) return 'activate';
    if (open === request.row) return request.write ? 'write' : 'read';
    const hits = queue.some(({ row }) => row === open);
    return place === 0 && (!hits || columns >= columnLimit) ? 'precharge' : undefined;
  };
  const isColumn = (kind: CommandKind): boolean => kind === 'read' || kind === 'write';
  /** The next bank round robin with a ready command; the command goes unless one to the same bus went. */
  const fromQueues = (cycle: number, before?: CommandKind): CommandKind | undefined => {
    for (let step = 1; step <= banks.length; step++) {
      const bank = (last + step) % banks.length;
      if (owed.length > 0 && rankOf(bank) === owed[0]) continue;
      const { queue } = banks[bank]!;
      for (const [place, request] of queue.entries()) {
        const kind = needed(request, place);
        if (kind === undefined || !allowed(kind, bank, cycle)) continue;
        last = bank;
        if (before !== undefined && isColumn(before) === isColumn(kind)) return undefined;
        send(kind, bank, kind === 'precharge' ? -1 : request.row, cycle);
        if (isColumn(kind)) queue.splice(place, 1);
        if (kind === 'read') done[request.id] = cycle + part.timings.CL + burstLength / 2;
        return kind;
      }
    }
    return undefined;
  };
  const refresh = (cycle: number): CommandKind | undefined => {
    const [rank] = owed;
    if (rank === undefined) return undefined;
    const own = banks.map((_, bank) => bank).filter((bank) => rankOf(bank) === rank);
    const open = own.filter((bank) => banks[bank]!.open >= 0);
    const closing = open.find((bank) => allowed('precharge', bank, cycle));
    if (closing !== undefined) {
      send('precharge', closing, -1, cycle);
      return 'precharge';
    }
    if (open.length > 0 || !allowed('refresh', own[0]!, cycle)) return undefined;
    send('refresh', own[0]!, -1, cycle);
    owed.shift();
    return 'refresh';
  };
  const move = (): void => {
    const { reads, writes } = waiting;
    const idle = banks.every(({ queue }) => queue.length === 0);
    const enough = writes.length >= lowWrites || (writes.length > 0 && idle);
    if (draining === 0 && (writes.length >= window || (reads.length === 0 && enough))) draining = writes.length;
    const queue = draining > 0 ? writes : reads;
    const index = queue.findIndex(({ bank }) => banks[bank]!.queue.length < bankDepth);
    if (index < 0) return;
    const [request] = queue.splice(index, 1);
    banks[request!.bank]!.queue.push(request!);
    if (draining > 0) draining--;
  };

  const interval = Math.floor(part.timings.tREFI / ranks);
  for (let cycle = 0; cycle < cycles; cycle++) {
    if (cycle > 0 && cycle % interval === 0) owed.push(refreshes++ % ranks);
    const first = refresh(cycle) ?? fromQueues(cycle);
    if (first !== undefined && commandBuses === 2) fromQueues(cycle, first);
    move();
    for (let next = requests[entered.length]; next !== undefined; next = requests[entered.length]) {
      const queue = next.write ? waiting.writes : waiting.reads;
      if (next.earliest > cycle || queue.length >= window) break;
      queue.push({ ...next, id: entered.length });
      entered.push(cycle);
    }
  }
  return { commands, entered, done };
}
