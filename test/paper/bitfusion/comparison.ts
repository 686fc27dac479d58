import type { LayerCounts } from '../../../src/index.js';
import { peerTable } from '../../peers/table.js';
import { columnClaims, ourFigures, rawFigures, sumMoves, undone, type ColumnClaim, type SumMoves } from './columns.js';
import { rawCounts, sameRuleCounts } from './ours.js';
import { findTile, layerOf, ruledColumns, type Figures, type FoundTile, type PaperLayer } from './rule.js';

/** Energies that the table prints, in nJ, with six digits. */
export interface PaperEnergy {
  readonly core: number;
  readonly sram: number;
  readonly dram: number;
}

/** A row of the table beside our run of the same layer. */
export interface ComparedRow {
  /** `resnet18-std conv10 a8w8`. */
  readonly name: string;
  readonly layer: PaperLayer;
  readonly figures: Figures;
  readonly energy: PaperEnergy;
  readonly found: FoundTile;
  readonly moves: SumMoves;
  /** Their figures with their quirks taken off. */
  readonly undone: Figures;
  /** Our run by their tiles. */
  readonly counts: LayerCounts;
  readonly ours: Figures;
}

/** A row beside our run with our own tiles and outputs. */
export interface RawRow {
  readonly name: string;
  readonly figures: Figures;
  readonly energy: PaperEnergy;
  readonly counts: LayerCounts;
  readonly ours: Figures;
}

interface PaperRow {
  readonly name: string;
  readonly network: string;
  readonly layer: PaperLayer;
  readonly figures: Figures;
  readonly energy: PaperEnergy;
}

/** All rows of the table. */
function paperRows(): PaperRow[] {
  return peerTable('../../paper/bitfusion/simulator.csv').map((row) => {
    const energy = (part: string): number => Number(row.text(`E_${part}_nJ`));
    return {
      name: `${row.text('network')} ${row.text('layer')} a${row.text('act_bits')}w${row.text('wgt_bits')}`,
      network: row.text('network'),
      layer: layerOf(row),
      figures: Object.fromEntries(ruledColumns.map((column) => [column, row.integer(column)])) as Figures,
      energy: { core: energy('core'), sram: energy('sram'), dram: energy('dram') },
    };
  });
}

/** Once for each shape and precision: many rows repeat one. */
function remembering<T>(of: (row: PaperRow) => T): (row: PaperRow) => T {
  const known = new Map<string, T>();
  return (row) => {
    const key = JSON.stringify(row.layer);
    const value = known.get(key) ?? of(row);
    known.set(key, value);
    return value;
  };
}

let compared: readonly ComparedRow[] | undefined;

/** Every row, once; throws where their rule does not give a row's figures. */
export function comparedRows(): readonly ComparedRow[] {
  const run = remembering(({ name, layer, figures }) => {
    const found = findTile(layer, figures);
    if (found === undefined) throw new Error(`${name}: no tiles of the simulator's search give its figures`);
    const moves = sumMoves(layer, figures, found);
    const counts = sameRuleCounts(layer, found, moves.storedBits);
    return { found, moves, counts, ours: ourFigures(counts, moves), undone: undone(layer, figures, found) };
  });
  return (compared ??= paperRows().map((row) => ({ ...row, ...run(row) })));
}

let raw: readonly RawRow[] | undefined;

/** The authors' own benchmarks, and ResNet-18 at 8 bit: our mapping search takes too long to be run on every row by a test. */
export function rawRows(): readonly RawRow[] {
  const run = remembering(({ layer }) => {
    const counts = rawCounts(layer);
    return { counts, ours: rawFigures(counts) };
  });
  const isRun = ({ network, layer }: PaperRow): boolean => network !== 'resnet18-std' || layer.weightBits === 8;
  return (raw ??= paperRows()
    .filter(isRun)
    .map((row) => ({ ...row, ...run(row) })));
}

/** One figure beside another, ours in proportion to theirs. */
export interface Ratio {
  readonly row: string;
  readonly ratio: number;
}

export interface ColumnSummary extends ColumnClaim {
  readonly ratios: readonly Ratio[];
  readonly exact: number;
  readonly median: number;
  /** Farthest from 1. */
  readonly worst: Ratio;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** A ratio of 1 is the same integer: none of the figures has so many digits that a double would hide a difference. */
export function summarize(claim: ColumnClaim, ratios: readonly Ratio[]): ColumnSummary {
  const worst = ratios.reduce((most, one) => (Math.abs(one.ratio - 1) > Math.abs(most.ratio - 1) ? one : most));
  const exact = ratios.filter(({ ratio }) => ratio === 1).length;
  return { ...claim, ratios, exact, median: medianOf(ratios.map(({ ratio }) => ratio)), worst };
}

/**
 * The one row whose tiles have no counterpart here: its weights are held over tiles of rows, its inputs over tiles of filters, with
 * channels between them, and our engine holds one tile of each.
 */
export const notComparable = 'resnet18-std conv10 a8w8';

function counts(column: ColumnClaim['column'], { undone: theirs, moves }: ComparedRow): boolean {
  return column !== 'cycles_stall' || (moves.spills === 1 && theirs.cycles_stall >= 0.05 * theirs.cycles_total);
}

/** Every column with its quirks undone, over all rows that can be compared. */
export function columnSummaries(): ColumnSummary[] {
  const rows = comparedRows().filter(({ name }) => name !== notComparable);
  return columnClaims.map((claim) => {
    const { column } = claim;
    const ratios = rows
      .filter((row) => counts(column, row))
      .map((row) => ({ row: row.name, ratio: row.ours[column] / row.undone[column] }));
    return summarize(claim, ratios);
  });
}

/** Every column as it comes, over {@link rawRows}. */
export function rawSummaries(): ColumnSummary[] {
  return columnClaims.map((claim) =>
    summarize(
      claim,
      rawRows().map((row) => ({ row: row.name, ratio: row.ours[claim.column] / row.figures[claim.column] })),
    ),
  );
}
