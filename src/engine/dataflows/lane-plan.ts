import type { CellList } from '../../machine/kernel/elastic-lanes.js';
import type { RegionMap } from '../../trace/trace.js';
import type { WindowGeometry } from '../geometry.js';
import type { LevelTable } from '../levels.js';
import type { WindowTile } from '../mapping/tiling.js';

/** A fold of a layer, and the tile that it belongs to. */
export interface PlannedFold {
  readonly windows: Int32Array;
  readonly tile: number;
  readonly isFirst: boolean;
}

/** Cuts the windows of all tiles, each in the machine's order, into folds: by the rows that they occupy. */
export function planFolds(
  tiles: readonly WindowTile[],
  windowsOf: (tile: WindowTile) => Int32Array,
  arrayRows: number,
  full: boolean,
): Map<number, PlannedFold[]> {
  const byRows = new Map<number, PlannedFold[]>();
  tiles.forEach((tile, t) => {
    const windows = windowsOf(tile);
    for (let at = 0; at < windows.length; at += arrayRows) {
      const own = windows.subarray(at, at + arrayRows);
      const rows = full ? arrayRows : own.length;
      const folds = byRows.get(rows) ?? [];
      byRows.set(rows, folds);
      folds.push({ windows: own, tile: t, isFirst: at === 0 });
    }
  });
  return byRows;
}

/** Cells of maps of a grid under the taps of folds, [fold][tap][row]; those of a batch of images follow each other. */
export function foldCells(
  { kernelRows, kernelCols, outputWidth, windowsPerImage, taps, inputRow, inputCol }: WindowGeometry,
  folds: readonly PlannedFold[],
  rows: number,
  { gridHeight, gridWidth, regionHeight, regionWidth }: Omit<RegionMap, 'levels' | 'channels'>,
  images: number,
): CellList {
  const cellRow = inputRow.map((y) => Math.floor(y / regionHeight) * gridWidth);
  const cellCol = inputCol.map((x) => Math.floor(x / regionWidth));
  const size = folds.length * taps * rows;
  const cells = images * gridHeight * gridWidth > 0x10000 ? new Int32Array(size) : new Uint16Array(size);
  folds.forEach(({ windows }, f) => {
    for (let r = 0; r < rows; r++) {
      const window = windows[Math.min(r, windows.length - 1)]!;
      const image = Math.floor(window / windowsPerImage);
      const local = window - image * windowsPerImage;
      const inputRows = Math.floor(local / outputWidth) * kernelRows;
      const inputCols = (local % outputWidth) * kernelCols;
      for (let tap = 0, to = f * taps * rows + r; tap < taps; tap++, to += rows) {
        const row = cellRow[inputRows + Math.floor(tap / kernelCols)]!;
        cells[to] = image * gridHeight * gridWidth + row + cellCol[inputCols + (tap % kernelCols)]!;
      }
    }
  });
  return cells;
}

/** Rows and columns of the grid that a fold's cells stand in. */
export interface CellBox {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The boxes of folds of `size` cells each, on maps of this width. */
export function cellBoxes(cells: CellList, size: number, gridWidth: number): CellBox[] {
  return Array.from({ length: cells.length / size }, (_, f) => {
    let [top, bottom, left, right] = [Infinity, 0, Infinity, 0];
    for (let n = f * size; n < (f + 1) * size; n++) {
      const [y, x] = [Math.floor(cells[n]! / gridWidth), cells[n]! % gridWidth];
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
    }
    return { top, bottom, left, right };
  });
}

/** Whether a box has nothing but one level, that of its corner: then so have its cells. */
export function isUniform(table: LevelTable, level: number, { top, bottom, left, right }: CellBox): boolean {
  const { gridHeight, gridWidth, sums } = table;
  const line = gridWidth + 1;
  const first = level * (gridHeight + 1) * line;
  const [above, below] = [first + top * line, first + bottom * line];
  const count = sums[below + right]! - sums[below + left]! - sums[above + right]! + sums[above + left]!;
  return count === (bottom - top) * (right - left);
}
