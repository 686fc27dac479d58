import { noCounts, totalDramBits, type SramCounts } from '../../../src/engine/counts.js';
import type { LayerCounts } from '../../../src/index.js';
import {
  comparedRows,
  notComparable,
  rawRows,
  type ComparedRow,
  type PaperEnergy,
  type RawRow,
  type Ratio,
} from './comparison.js';
import { energyOf } from './ours.js';
import type { Figures } from './rule.js';

/** Energies are printed with six digits. */
export const printed = 1e-5;

/** One way to reach a buffer, with what a bit costs there in the simulator: nJ per access of 32 bit. */
interface PaperPrice {
  readonly column: keyof Figures;
  readonly accessNj: number;
  readonly ours: keyof SramCounts;
}

/**
 * bitfusion/sram/cacti_sweep.csv of the simulator: CACTI, 45 nm, high-performance cells, one bank per fusion unit (128 B), row
 * (2 KiB) and column (512 B, one more port), words of 32 bit.
 */
export const paperPrices: readonly PaperPrice[] = [
  { column: 'wbuf_rd_bits', accessNj: 0.000683701, ours: 'weightRead' },
  { column: 'wbuf_wr_bits', accessNj: 0.000925317, ours: 'weightWrite' },
  { column: 'ibuf_rd_bits', accessNj: 0.00190318, ours: 'ifmapRead' },
  { column: 'ibuf_wr_bits', accessNj: 0.00363853, ours: 'ifmapWrite' },
  { column: 'obuf_rd_bits', accessNj: 0.00106097, ours: 'ofmapRead' },
  { column: 'obuf_wr_bits', accessNj: 0.00233869, ours: 'ofmapWrite' },
];

/** pJ of one bit there, theirs. */
export function paperPj({ accessNj }: PaperPrice): number {
  return (accessNj * 1000) / 32;
}

/** pJ of one bit there, ours. */
export function ourPj({ ours }: PaperPrice): number {
  const counts = noCounts();
  counts.sramBits[ours] = 1;
  return sramPj(counts);
}

function sramPj(counts: LayerCounts): number {
  const { sramIfmap, sramWeight, sramOfmap } = energyOf(counts);
  return sramIfmap + sramWeight + sramOfmap;
}

/** Energy of the buffers in nJ at their prices. */
export function atPaperPrices(figures: Figures): number {
  return paperPrices.reduce((sum, price) => sum + (figures[price.column] * paperPj(price)) / 1000, 0);
}

/** 4 × 4 fusion units of 8/2 bit: 3.6735 mW at 500 MHz (results/systolic_array_synth.csv), of which the array has 32. */
export const paperCoreNjPerCycle = (3673500 / 500e6) * 32;
export const paperDramNjPerBit = 0.015;

/** Our PE-cycles of work, in proportion to all PE-cycles of the array's own time. */
function busyShare({ counts, ours }: ComparedRow): number {
  return counts.peCycles.busy / (ours.cycles_compute * 16 * 32);
}

export type EnergyPart =
  'core, as run' | 'core, all units busy' | 'buffers, our prices' | 'buffers, their prices' | 'DRAM';

/** Our energy in proportion to theirs, with their quirks of traffic undone on their side. */
const parts: Readonly<Record<EnergyPart, (row: ComparedRow) => number>> = {
  'core, as run': ({ counts, energy }) => energyOf(counts).mac / 1000 / energy.core,
  'core, all units busy': (row) => energyOf(row.counts).mac / 1000 / busyShare(row) / row.energy.core,
  'buffers, our prices': ({ counts, energy, figures, undone }) =>
    sramPj(counts) / 1000 / (energy.sram * (atPaperPrices(undone) / atPaperPrices(figures))),
  'buffers, their prices': ({ ours, energy, figures, undone }) =>
    atPaperPrices(ours) / (energy.sram * (atPaperPrices(undone) / atPaperPrices(figures))),
  DRAM: ({ counts, energy, figures, undone }) => {
    const kept = (undone.dram_rd_bits + undone.dram_wr_bits) / (figures.dram_rd_bits + figures.dram_wr_bits);
    return energyOf(counts).dram / 1000 / (energy.dram * kept);
  },
};
export const energyParts = Object.keys(parts) as EnergyPart[];

export function energyRatios(part: EnergyPart): Ratio[] {
  return comparedRows()
    .filter(({ name }) => name !== notComparable)
    .map((row) => ({ row: row.name, ratio: parts[part](row) }));
}

/** Our energy in nJ as it comes. */
const rawParts: Readonly<Record<keyof PaperEnergy, (row: RawRow) => number>> = {
  core: ({ counts }) => energyOf(counts).mac / 1000,
  sram: ({ counts }) => sramPj(counts) / 1000,
  dram: ({ counts }) => energyOf(counts).dram / 1000,
};
export const rawEnergyParts = Object.keys(rawParts) as (keyof PaperEnergy)[];

/** In proportion to theirs, nothing undone. */
export function rawEnergyRatios(part: keyof PaperEnergy): Ratio[] {
  return rawRows().map((row) => ({ row: row.name, ratio: rawParts[part](row) / row.energy[part] }));
}

/** Their energies in proportion to what their law gives, for every row: 1 to the printed digits. */
export function lawRatios(): Readonly<Record<'core' | 'sram' | 'dram', readonly number[]>> {
  const rows = comparedRows();
  return {
    core: rows.map(({ energy, figures }) => energy.core / (figures.cycles_compute * paperCoreNjPerCycle)),
    sram: rows.map(({ energy, figures }) => energy.sram / atPaperPrices(figures)),
    dram: rows.map(
      ({ energy, figures }) => energy.dram / ((figures.dram_rd_bits + figures.dram_wr_bits) * paperDramNjPerBit),
    ),
  };
}

/** Our DRAM energy per bit, in pJ. */
export function ourDramPj({ counts }: ComparedRow): number {
  return energyOf(counts).dram / totalDramBits(counts.dramBits);
}
