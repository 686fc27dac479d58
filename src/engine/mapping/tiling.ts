import { ceilDiv } from '../../core/numbers.js';
import { rangesOf, type Range } from '../../core/range.js';
import type { ArrayConfig } from '../../machine/accelerator.js';
import type { Axis } from '../../machine/dataflows/dataflow.js';
import type { WindowGeometry } from '../geometry.js';
import { packetGrid, type PacketGrid } from '../packets.js';
import type { TileSizes } from './choice.js';

export type { Range };

/** Windows whose inputs are on chip together: a rectangle of output pixels in each of some images of the batch. */
export interface WindowTile {
  readonly images: Range;
  readonly rows: Range;
  readonly cols: Range;
  /** Images × rows × columns. */
  readonly windows: number;
  /** Input rows that a tap stands on, ascending. */
  readonly inputRows: readonly number[];
  /** From the first to the last input column that a tap stands on. */
  readonly inputCols: Range;
}

/** Filters of one group whose weights are on chip together. */
export interface FilterTile extends Range {
  /** Filters in each of its folds: array columns, and what remains; all together where filters stream through. */
  readonly foldWidths: readonly number[];
}

/** Input channels of one group that are on chip together, and the packets that they make. */
export interface ChannelTile extends Range {
  readonly grid: PacketGrid;
}

/** A layer cut into tiles, each dimension in ascending order. */
export interface Tiling {
  readonly groups: readonly Range[];
  readonly windows: readonly WindowTile[];
  readonly filters: readonly FilterTile[];
  readonly channels: readonly ChannelTile[];
}

/** 0 … total − 1 in pieces of `size`, the last one what remains. */
export function cut(total: number, size: number): Range[] {
  return Array.from({ length: ceilDiv(total, size) }, (_, i) => {
    return { from: i * size, to: Math.min(total, (i + 1) * size) };
  });
}

/** Input rows under the output rows of a tile, ascending, each once. */
export function touchedRows({ inputRow, kernelRows }: WindowGeometry, { from, to }: Range): number[] {
  return [...new Set(inputRow.subarray(from * kernelRows, to * kernelRows))].sort((a, b) => a - b);
}

/** From the first to the last input column under the output columns of a tile. */
export function touchedCols({ inputCol, kernelCols }: WindowGeometry, { from, to }: Range): Range {
  return { from: inputCol[from * kernelCols]!, to: inputCol[to * kernelCols - 1]! + 1 };
}

/** Runs of neighbouring input columns that a tap of any window stands on. */
export function touchedRuns({ inputCol }: WindowGeometry): Range[] {
  return rangesOf([...new Set(inputCol)].sort((a, b) => a - b));
}

/** Rows or columns that windows or filters lie along; 1 where they stream through in time. */
export function sideOf(axis: Axis, { rows, cols }: ArrayConfig): number {
  return axis === 'rows' ? rows : axis === 'cols' ? cols : 1;
}

/** Filters of each fold of a tile of so many filters. */
export function foldWidths(filters: number, array: ArrayConfig): number[] {
  const side = array.dataflow.filters === 'time' ? filters : sideOf(array.dataflow.filters, array);
  return cut(filters, side).map(({ from, to }) => to - from);
}

/** Cuts a layer of `groups` groups with so many filters each, for `batch` images together. */
export function tilingOf(
  geometry: WindowGeometry,
  array: ArrayConfig,
  layer: { readonly groups: number; readonly filters: number },
  batch: number,
  tiles: TileSizes,
): Tiling {
  const { outputWidth, windowsPerImage, channels, taps } = geometry;
  const rowTiles = cut(windowsPerImage / outputWidth, tiles.rows).map((rows) => {
    return { rows, inputRows: touchedRows(geometry, rows) };
  });
  const colTiles = cut(outputWidth, tiles.cols).map((cols) => ({ cols, inputCols: touchedCols(geometry, cols) }));
  return {
    groups: cut(layer.groups, tiles.groups),
    windows: cut(batch, tiles.batch).flatMap((images) =>
      rowTiles.flatMap((row) =>
        colTiles.map((col): WindowTile => {
          const pixels = (row.rows.to - row.rows.from) * (col.cols.to - col.cols.from);
          const { rows, inputRows } = row;
          const { cols, inputCols } = col;
          return { images, rows, cols, windows: (images.to - images.from) * pixels, inputRows, inputCols };
        }),
      ),
    ),
    filters: cut(layer.filters / layer.groups, tiles.filters).map((range) => {
      return { from: range.from, to: range.to, foldWidths: foldWidths(range.to - range.from, array) };
    }),
    channels: cut(channels, tiles.channels).map((range) => {
      return { from: range.from, to: range.to, grid: packetGrid(array.unit.lanes, range.to - range.from, taps) };
    }),
  };
}
