import type { Command, CommandKind } from '../../src/machine/dram/banked/command.js';
import type { DramPart } from '../../src/machine/dram/parts/part.js';

/** Where the second command is, seen from the first. */
type Scope = 'bank' | 'group' | 'rank' | 'other rank';

/** At least `distance` cycles lie between a command and a later one of these kinds in this scope. */
interface Rule {
  readonly name: string;
  readonly first: CommandKind;
  readonly second: CommandKind;
  readonly scope: Scope;
  readonly distance: number;
}

/** Rules of a bank hold for the same bank, of a group and rank for all of it, the bank itself among it. */
export function rulesOf({ timings: t, organisation }: DramPart): Rule[] {
  const burst = organisation.burstLength / 2;
  const rule = (name: string, first: CommandKind, second: CommandKind, scope: Scope, distance: number): Rule => {
    return { name, first, second, scope, distance };
  };
  // Columns have one command bus, however short the data's turn-around is.
  const turn = Math.max(1, t.CL + burst + t.tRTRS - t.CWL);
  const turnElsewhere = Math.max(1, t.CWL + burst + t.tRTRS - t.CL);
  return [
    rule('tRC', 'activate', 'activate', 'bank', t.tRAS + t.tRP),
    rule('tRRD_L', 'activate', 'activate', 'group', t.tRRD_L),
    rule('tRRD_S', 'activate', 'activate', 'rank', t.tRRD_S),
    rule('tRCD read', 'activate', 'read', 'bank', t.tRCD),
    rule('tRCD write', 'activate', 'write', 'bank', t.tRCD),
    rule('tRAS', 'activate', 'precharge', 'bank', t.tRAS),
    rule('tRP', 'precharge', 'activate', 'bank', t.tRP),
    rule('tRP before refresh', 'precharge', 'refresh', 'rank', t.tRP),
    rule('tRFC', 'refresh', 'activate', 'rank', t.tRFC),
    rule('tRFC again', 'refresh', 'refresh', 'rank', t.tRFC),
    rule('tCCD_L reads', 'read', 'read', 'group', t.tCCD_L),
    rule('tCCD_S reads', 'read', 'read', 'rank', t.tCCD_S),
    rule('tCCD_L writes', 'write', 'write', 'group', t.tCCD_L),
    rule('tCCD_S writes', 'write', 'write', 'rank', t.tCCD_S),
    rule('read to write', 'read', 'write', 'rank', turn),
    rule('read to write elsewhere', 'read', 'write', 'other rank', turn),
    rule('tWTR_L', 'write', 'read', 'group', t.CWL + burst + t.tWTR_L),
    rule('tWTR_S', 'write', 'read', 'rank', t.CWL + burst + t.tWTR_S),
    rule('write to read elsewhere', 'write', 'read', 'other rank', turnElsewhere),
    rule('read to read elsewhere', 'read', 'read', 'other rank', burst + t.tRTRS),
    rule('data of reads', 'read', 'read', 'rank', burst),
    rule('data of writes', 'write', 'write', 'rank', burst),
    rule('data of writes elsewhere', 'write', 'write', 'other rank', burst),
    rule('tRTP', 'read', 'precharge', 'bank', t.tRTP),
    rule('tWR', 'write', 'precharge', 'bank', t.CWL + burst + t.tWR),
  ];
}

/** What is wrong with the commands of one channel, in their order: every pair of them is held against every rule. */
export function dramProblems(part: DramPart, commands: readonly Command[]): string[] {
  const { bankGroups, banksPerGroup, burstLength, commandBuses } = part.organisation;
  const perRank = bankGroups * banksPerGroup;
  const burst = burstLength / 2;
  const rankOf = ({ bank }: Command): number => Math.floor(bank / perRank);
  const groupOf = ({ bank }: Command): number => Math.floor(bank / banksPerGroup);
  const inScope: Record<Scope, (a: Command, b: Command) => boolean> = {
    bank: (a, b) => a.bank === b.bank,
    group: (a, b) => groupOf(a) === groupOf(b),
    rank: (a, b) => rankOf(a) === rankOf(b),
    'other rank': (a, b) => rankOf(a) !== rankOf(b),
  };
  const rules = rulesOf(part);
  const farthest = Math.max(part.timings.tFAW, ...rules.map(({ distance }) => distance));
  const problems: string[] = [];
  const shown = ({ cycle, kind, bank, row }: Command): string =>
    `${kind} ${String(bank)}:${String(row)} at ${String(cycle)}`;

  for (const [i, second] of commands.entries()) {
    const sameCycle = commands.filter(({ cycle }) => cycle === second.cycle).length;
    if (sameCycle > commandBuses) problems.push(`${String(sameCycle)} commands: ${shown(second)}`);
    for (let j = i - 1; j >= 0; j--) {
      const first = commands[j]!;
      if (second.cycle - first.cycle > farthest) break;
      for (const { name, scope, distance, ...kinds } of rules) {
        if (kinds.first !== first.kind || kinds.second !== second.kind || !inScope[scope](first, second)) continue;
        if (second.cycle - first.cycle < distance) problems.push(`${name}: ${shown(first)}, ${shown(second)}`);
      }
    }
  }
  for (let rank = 0; rank < part.organisation.ranks; rank++) {
    const own = commands.filter((command) => rankOf(command) === rank);
    const acts = own.filter(({ kind }) => kind === 'activate');
    for (let i = 4; i < acts.length; i++)
      if (acts[i]!.cycle - acts[i - 4]!.cycle < part.timings.tFAW) problems.push(`tFAW: ${shown(acts[i]!)}`);
  }
  return [...problems, ...rowProblems(commands, perRank), ...busProblems(part, commands, burst)].slice(0, 5);
}

/** Columns belong to the open row, rows open where none is, and a rank is refreshed with all banks closed. */
function rowProblems(commands: readonly Command[], perRank: number): string[] {
  const open = new Map<number, number>();
  return commands.flatMap(({ kind, bank, row, cycle }) => {
    const said = `${kind} ${String(bank)}:${String(row)} at ${String(cycle)}`;
    const before = open.get(bank);
    if (kind === 'activate') open.set(bank, row);
    if (kind === 'precharge') open.delete(bank);
    const rank = [...open.keys()].filter((one) => Math.floor(one / perRank) === Math.floor(bank / perRank));
    const fine = {
      activate: before === undefined,
      precharge: before !== undefined,
      read: before === row,
      write: before === row,
      refresh: rank.length === 0,
    };
    return fine[kind] ? [] : [`row: ${said}`];
  });
}

/** No two bursts lie on the data bus at once. */
function busProblems({ timings }: DramPart, commands: readonly Command[], burst: number): string[] {
  const starts = commands
    .filter(({ kind }) => kind === 'read' || kind === 'write')
    .map(({ kind, cycle }) => cycle + (kind === 'read' ? timings.CL : timings.CWL))
    .sort((a, b) => a - b);
  return starts.flatMap((start, i) => (i > 0 && start - starts[i - 1]! < burst ? [`bus: ${String(start)}`] : []));
}
