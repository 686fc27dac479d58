import type { Problem } from '../core/errors.js';
import { throwIfAny } from '../core/errors.js';
import { logLog } from '../core/numbers.js';
import type { BufferConfig, Technology } from '../machine/accelerator.js';
import type { Constant, ConstantUnit } from './constant.js';
import { cactiSram, type SramRow } from './data/cacti-sram.js';
import { SCALING_SOURCE } from './data/scaling.js';
import { nodeRatio } from './technology.js';

/** A buffer's prices: energy per bit of an access, leakage and area of all banks, and how long an access takes. */
export interface SramConstants {
  readonly read: Constant;
  readonly write: Constant;
  readonly leakage: Constant;
  readonly area: Constant;
  readonly access: Constant;
}

const ascending = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);
const capacities = ascending(cactiSram.map((row) => row.capacityBytes));
const widths = ascending(cactiSram.map((row) => row.wordBits));
const nodes = ascending(cactiSram.map((row) => row.nodeNm));

/** The neighbours of x on a grid and how far x lies between them in log2: 0 at `low`, and `low` = `high` on the grid. */
interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

function bracket(grid: readonly number[], x: number): Bracket {
  const low = grid.findLast((point) => point <= x)!;
  const high = grid.find((point) => point >= x)!;
  return { low, high, share: low === high ? 0 : Math.log2(x / low) / Math.log2(high / low) };
}

function within(grid: readonly number[], x: number): boolean {
  return x >= grid[0]! && x <= grid.at(-1)!;
}

/** Which part of the table a machine's memories are in. */
export type SramTechnology = Pick<Technology, 'node' | 'sram'>;

interface TableKey {
  readonly node: number;
  readonly sram: Technology['sram'];
}

function rowAt({ node, sram }: TableKey, capacityBytes: number, wordBits: number): SramRow | undefined {
  return cactiSram.find(
    (row) =>
      row.nodeNm === node && row.cells === sram && row.capacityBytes === capacityBytes && row.wordBits === wordBits,
  );
}

function bytesText(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 20 ? ['MiB', 2 ** 20] : bytes >= 2 ** 10 ? ['KiB', 2 ** 10] : ['B', 1];
  return `${String(Number((bytes / size).toPrecision(6)))} ${unit}`;
}

function bankBytes({ capacity, banks }: BufferConfig): number {
  return capacity / 8 / banks;
}

/** What keeps a buffer from being priced at a node; `path` is its field, `buffers.ifmap`. Nothing is clamped. */
export function sramProblems(path: string, buffer: BufferConfig, technology: SramTechnology): Problem[] {
  const problems: Problem[] = [];
  const bytes = bankBytes(buffer);
  if (!within(capacities, bytes))
    problems.push({
      where: `${path}.capacity`,
      message: 'a bank of this capacity has no price',
      expected: `${bytesText(capacities[0]!)} to ${bytesText(capacities.at(-1)!)} per bank`,
      received: `${bytesText(bytes)} per bank`,
      hint: `Change ${path}.capacity or ${path}.banks`,
    });
  if (!within(widths, buffer.width))
    problems.push({
      where: `${path}.width`,
      message: 'an access of this width has no price',
      expected: `${String(widths[0])} to ${String(widths.at(-1))} bit`,
      received: `${String(buffer.width)} bit`,
    });
  if (problems.length > 0) return problems;
  const [capacity, width] = [bracket(capacities, bytes), bracket(widths, buffer.width)];
  for (const c of new Set([capacity.low, capacity.high]))
    for (const w of new Set([width.low, width.high]))
      if (rowAt({ node: nodes[0]!, sram: technology.sram }, c, w) === undefined)
        problems.push({
          where: `${path}.width`,
          message: `CACTI finds no organisation for a bank of ${bytesText(c)} at ${String(w)} bit`,
          received: `${bytesText(bytes)} per bank at ${String(buffer.width)} bit`,
          hint: `Narrow ${path}.width or enlarge the banks`,
        });
  return problems;
}

type Field = 'readPj' | 'writePj' | 'leakageMw' | 'areaMm2' | 'accessNs';

/** A figure of one bank at a node of the table: its row, or between rows linear in log2(capacity) and log2(width). */
function tabulated(key: TableKey, field: Field, capacity: Bracket, width: Bracket): number {
  const alongWidth = (c: number): number => {
    const low = rowAt(key, c, width.low)![field];
    return low + width.share * (rowAt(key, c, width.high)![field] - low);
  };
  const low = alongWidth(capacity.low);
  return low + capacity.share * (alongWidth(capacity.high) - low);
}

/**
 * Prices of a buffer: per bank the row of CACTI's table, or between rows linear in log2(capacity) and log2(width). CACTI's
 * organisations jump, so neighbours are interpolated and no curve is fitted. Between the table's nodes (45, 32, 22 nm) a value lies on
 * the log-log line through its two neighbours; beyond them the nearest node's is scaled by Stillmaker and Baas, its access time is not.
 * Throws a SilhouetteError with {@link sramProblems}; `path` is only for its messages.
 */
export function sramConstants(path: string, buffer: BufferConfig, technology: SramTechnology): SramConstants {
  throwIfAny(sramProblems(path, buffer, technology));
  const bytes = bankBytes(buffer);
  const [capacity, width] = [bracket(capacities, bytes), bracket(widths, buffer.width)];
  const { node, sram } = technology;
  const nearest = Math.min(Math.max(node, nodes[0]!), nodes.at(-1)!);
  const { low, high, share } = bracket(nodes, nearest);
  const scale = nodeRatio(nearest, node);
  const at = (field: Field): number => {
    const [from, to] = [low, high].map((nm) => tabulated({ node: nm, sram }, field, capacity, width));
    const value = share === 0 ? from! : logLog(nearest, [low, from!], [high, to!]);
    return value * (field === 'areaMm2' ? scale.area : field === 'accessNs' ? 1 : scale.energy);
  };
  const bank = `a bank of ${bytesText(bytes)} at ${String(buffer.width)} bit`;
  const derived = [
    ...(capacity.share === 0 && width.share === 0 ? [] : ['interpolated between neighbouring memories']),
    ...(share === 0 ? [] : [`on the log-log line between ${String(high)} and ${String(low)} nm`]),
    ...(nearest === node ? [] : [`scaled from ${String(nearest)} nm by ${SCALING_SOURCE}`]),
  ];
  const constant = (value: number, unit: ConstantUnit): Constant => ({
    value,
    unit,
    source: `CACTI 7, RAM, 1 RW port, ${sram}, 360 K, optimised for energy × delay`,
    node: `${String(node)} nm`,
    conditions: [bank, ...derived].join(', '),
    status: derived.length === 0 ? 'measured' : 'scaled',
  });
  return {
    read: constant(at('readPj') / buffer.width, 'pJ/bit'),
    write: constant(at('writePj') / buffer.width, 'pJ/bit'),
    leakage: constant(at('leakageMw') * buffer.banks, 'mW'),
    area: constant(at('areaMm2') * buffer.banks, 'mm2'),
    access: constant(at('accessNs'), 'ns'),
  };
}
