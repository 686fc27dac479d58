import type { Problem } from '../core/errors.js';
import { throwIfAny } from '../core/errors.js';
import type { BufferConfig, Technology } from '../machine/accelerator.js';
import type { Constant, ConstantUnit } from './constant.js';
import { cactiSram, type SramRow } from './data/cacti-sram.js';

/** A buffer's prices: energy per bit of an access, leakage and area of all banks. */
export interface SramConstants {
  readonly read: Constant;
  readonly write: Constant;
  readonly leakage: Constant;
  readonly area: Constant;
}

const ascending = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);
const capacities = ascending(cactiSram.map((row) => row.capacityBytes));
const widths = ascending(cactiSram.map((row) => row.wordBits));

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

function rowAt({ node, sram }: SramTechnology, capacityBytes: number, wordBits: number): SramRow | undefined {
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
  if (problems.length > 0 || !cactiSram.some((row) => row.nodeNm === technology.node)) return problems;
  const [capacity, width] = [bracket(capacities, bytes), bracket(widths, buffer.width)];
  for (const c of new Set([capacity.low, capacity.high]))
    for (const w of new Set([width.low, width.high]))
      if (rowAt(technology, c, w) === undefined)
        problems.push({
          where: `${path}.width`,
          message: `CACTI finds no organisation for a bank of ${bytesText(c)} at ${String(w)} bit`,
          received: `${bytesText(bytes)} per bank at ${String(buffer.width)} bit`,
          hint: `Narrow ${path}.width or enlarge the banks`,
        });
  return problems;
}

/**
 * Prices of a buffer at a node that the table has (45 or 32 nm): per bank the table's row, or between rows linear in
 * log2(capacity) and log2(width). CACTI's organisations jump, so neighbours are interpolated and no curve is fitted.
 * Throws a SilhouetteError with {@link sramProblems}; `path` is only for its messages.
 */
export function sramConstants(path: string, buffer: BufferConfig, technology: SramTechnology): SramConstants {
  throwIfAny(sramProblems(path, buffer, technology));
  const bytes = bankBytes(buffer);
  const [capacity, width] = [bracket(capacities, bytes), bracket(widths, buffer.width)];
  const at = (field: 'readPj' | 'writePj' | 'leakageMw' | 'areaMm2'): number => {
    const alongWidth = (c: number): number => {
      const low = rowAt(technology, c, width.low)![field];
      return low + width.share * (rowAt(technology, c, width.high)![field] - low);
    };
    const low = alongWidth(capacity.low);
    return low + capacity.share * (alongWidth(capacity.high) - low);
  };
  const tabulated = capacity.share === 0 && width.share === 0;
  const bank = `a bank of ${bytesText(bytes)} at ${String(buffer.width)} bit`;
  const constant = (value: number, unit: ConstantUnit): Constant => ({
    value,
    unit,
    source: `CACTI 7, RAM, 1 RW port, ${technology.sram}, 360 K, optimised for energy × delay`,
    node: `${String(technology.node)} nm`,
    conditions: tabulated ? bank : `${bank}, interpolated between neighbouring memories`,
    status: tabulated ? 'measured' : 'scaled',
  });
  return {
    read: constant(at('readPj') / buffer.width, 'pJ/bit'),
    write: constant(at('writePj') / buffer.width, 'pJ/bit'),
    leakage: constant(at('leakageMw') * buffer.banks, 'mW'),
    area: constant(at('areaMm2') * buffer.banks, 'mm2'),
  };
}
