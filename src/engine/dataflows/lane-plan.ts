import type { RegionMap } from '../../trace/trace.js';
import type { WindowGeometry } from '../geometry.js';
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

/** 16 bits are enough for most maps, and half of the memory to read for every image. */
export type CellList = Uint16Array | Int32Array;

/** Cells of maps of a grid under the taps of folds, [fold][tap][row]; those of a batch of images follow each other. */
export function foldCells(
  { kernelRows, kernelCols, outputWidth, windowsPerImage, taps, inputRow, inputCol }: WindowGeometry,
  folds: readonly PlannedFold[],
  rows: number,
  { gridHeight, gridWidth, regionHeight, regionWidth }: Omit<RegionMap, 'levels' | 'channels'>,
): CellList {
  const cellRow = inputRow.map((y) => Math.floor(y / regionHeight) * gridWidth);
  const cellCol = inputCol.map((x) => Math.floor(x / regionWidth));
  const images =
    folds.reduce((most, { windows }) => Math.max(most, Math.floor(windows.at(-1)! / windowsPerImage)), 0) + 1;
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
