import { Random } from '../../src/core/random.js';
import { dramEnergy } from '../../src/cost/dram.js';
import type { BankedDram } from '../../src/machine/dram/banked/channels.js';
import { banksOf, type DramPart } from '../../src/machine/dram/parts/part.js';
import { dramParts } from '../../src/machine/dram/parts/registry.js';
import { runClosedLoop, type ClosedLoop } from './closed-loop.js';
import { peerTable, type PeerRow } from './table.js';

/** One figure of DRAMsim3 and ours. */
export interface Pair {
  readonly theirs: number;
  readonly ours: number;
}

/** One row of DRAMsim3's table, run here. */
export interface DramComparison {
  readonly config: string;
  /** Pattern with its stride, writes, window and gap. */
  readonly traffic: string;
  readonly cycles: Pair;
  /** GB/s, ns, pJ per bit. */
  readonly bandwidth: Pair;
  readonly latency: Pair;
  readonly energy: Pair;
}

/** How far ours may be from theirs, as a share of theirs. */
export const tolerances = { bandwidth: 0.05, latency: 0.1, energy: 0.1 } as const;
export type Figure = keyof typeof tolerances;
export const figures = Object.keys(tolerances) as Figure[];

const configs: Readonly<Record<string, { readonly part: string; readonly mapping: string }>> = {
  'DDR4-2400_shipped': { part: 'ddr4-2400-x8', mapping: 'rochrababgco' },
  'DDR4-2400_bgInterleave': { part: 'ddr4-2400-x8', mapping: 'rorabachcobg' },
  HBM2_shipped: { part: 'hbm2', mapping: 'rorabgbachco' },
  HBM2_chInterleave: { part: 'hbm2', mapping: 'rorabacobgch' },
};

/** Requests side by side in a line of a tile. */
const tileLine = 8;
/** Random requests lie in the first 2 GiB. */
const randomSpan = 2 ** 25;

/** Requests of a part's channels together. */
function capacityOf(part: DramPart): number {
  return part.channels * banksOf(part) * part.organisation.rows * part.organisation.burstsPerRow;
}

/** The i-th request of a pattern, in requests; a stride that runs over the end of memory goes on one request further. */
function addressOf(row: PeerRow, part: DramPart): (i: number) => number {
  const stride = row.text('stride_B') === '' ? 1 : row.integer('stride_B') / part.requestBytes;
  const capacity = capacityOf(part);
  const random = new Random('addresses');
  switch (row.text('pattern')) {
    case 'seq':
    case 'stride':
      return (i) => ((i * stride) % capacity) + Math.floor((i * stride) / capacity);
    case 'tile':
      return (i) => Math.floor(i / tileLine) * stride + (i % tileLine);
    default:
      return () => random.below(randomSpan);
  }
}

function trafficOf(row: PeerRow): string {
  const stride = row.text('stride_B') === '' ? '' : ` ${row.text('stride_B')} B`;
  const writes = row.integer('write_pct') === 0 ? '' : `, ${row.text('write_pct')} % writes`;
  const gap = row.integer('issue_gap_cycles') === 0 ? '' : `, every ${row.text('issue_gap_cycles')} cycles`;
  return `${row.text('pattern')}${stride}, window ${row.text('window_reqs')}${writes}${gap}`;
}

function compared(row: PeerRow): DramComparison {
  const config = row.text('config');
  const { part: name, mapping } = configs[config]!;
  const part = dramParts[name]!;
  const dram: BankedDram = { model: 'banked', part, mapping, window: 32, channels: part.channels };
  const random = new Random('writes');
  const writes = row.integer('write_pct');
  const loop: ClosedLoop = {
    requests: row.integer('bytes') / part.requestBytes,
    address: addressOf(row, part),
    isWrite: () => writes > 0 && random.below(100) < writes,
    window: row.integer('window_reqs'),
    gap: row.integer('issue_gap_cycles'),
  };
  const { cycles, meanReadLatency, activity } = runClosedLoop(dram, loop);
  const nanoseconds = (count: number): number => (count * part.tCK) / 1000;
  const { activate, read, write, refresh, background } = dramEnergy(activity, part);
  const spent = activate + read + write + refresh + background;
  return {
    config,
    traffic: trafficOf(row),
    cycles: { theirs: row.integer('sim_cycles'), ours: cycles },
    bandwidth: { theirs: Number(row.text('achieved_GBps')), ours: row.integer('bytes') / nanoseconds(cycles) },
    latency: { theirs: Number(row.text('read_lat_avg_ns')), ours: nanoseconds(meanReadLatency) },
    energy: { theirs: Number(row.text('pJ_per_bit_corrected')), ours: spent / (row.integer('bytes') * 8) },
  };
}

let done: readonly DramComparison[] | undefined;

/** Every row of DRAMsim3's table, run once. */
export function dramComparisons(): readonly DramComparison[] {
  done ??= peerTable('dramsim3.csv').map(compared);
  return done;
}

/** Ours as a share of theirs, less 1. */
export function difference({ theirs, ours }: Pair): number {
  return ours / theirs - 1;
}

export function isOutside(row: DramComparison, figure: Figure): boolean {
  return Math.abs(difference(row[figure])) > tolerances[figure];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(1)} %`;
}

/** Two tables in markdown: a summary by configuration, and every row. */
export function dramTables(): { readonly summary: string; readonly rows: string } {
  const all = dramComparisons();
  const summary = Object.entries(configs).map(([config, { part, mapping }]) => {
    const own = all.filter((row) => row.config === config);
    const exact = own.filter(({ cycles }) => cycles.theirs === cycles.ours).length;
    const worst = figures.map((figure) => {
      const sizes = own.map((row) => difference(row[figure]));
      return percent(sizes.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0));
    });
    return [config, `${part}, ${mapping}`, String(own.length), String(exact), ...worst];
  });
  const rows = all.map(({ config, traffic, ...row }) => [
    config,
    traffic,
    ...figures.flatMap((figure) => [row[figure].theirs.toFixed(2), row[figure].ours.toFixed(2)]),
  ]);
  return {
    summary: table(
      ['Configuration', 'Part, mapping', 'Rows', 'Cycles exact', 'Bandwidth', 'Mean read latency', 'Energy per bit'],
      summary,
    ),
    rows: table(['Configuration', 'Traffic', 'GB/s', 'ours', 'Latency, ns', 'ours', 'pJ/bit', 'ours'], rows),
  };
}
