import type { WindowGeometry } from '../geometry.js';
import { cut, touchedCols, type Range } from './tiling.js';

/** Tiles of output rows, or columns, that are alike: how many outputs, and input lines or columns under them. */
export interface Extent {
  readonly outputs: number;
  readonly inputs: number;
  readonly count: number;
}

/** Output rows, or columns, cut into tiles of one size. */
export interface AxisCut {
  readonly size: number;
  readonly tiles: number;
  readonly first: Extent;
  readonly extents: readonly Extent[];
  /** Extents that no other one exceeds in both outputs and inputs. */
  readonly largest: readonly Extent[];
  /** Inputs, summed over the tiles. */
  readonly inputs: number;
  /** Of each tile: output rows or columns, and where its inputs lie; rows may leave gaps between the first and the last. */
  readonly outputRanges: readonly Range[];
  readonly inputRanges: readonly Range[];
}

interface Tile {
  readonly outputs: Range;
  readonly inputs: Range;
  readonly touched: number;
}

function axisCut(size: number, tiles: readonly Tile[]): AxisCut {
  const extents: { outputs: number; inputs: number; count: number }[] = [];
  let inputs = 0;
  for (const tile of tiles) {
    const outputs = tile.outputs.to - tile.outputs.from;
    const known = extents.find((one) => one.outputs === outputs && one.inputs === tile.touched);
    if (known === undefined) extents.push({ outputs, inputs: tile.touched, count: 1 });
    else known.count++;
    inputs += tile.touched;
  }
  const exceeded = (a: Extent): boolean =>
    extents.some((b) => b !== a && b.outputs >= a.outputs && b.inputs >= a.inputs);
  return {
    size,
    tiles: tiles.length,
    first: extents[0]!,
    extents,
    largest: extents.filter((extent) => !exceeded(extent)),
    inputs,
    outputRanges: tiles.map((tile) => tile.outputs),
    inputRanges: tiles.map((tile) => tile.inputs),
  };
}

/** Output rows in tiles of `size`. Taps further down never stand higher. */
export function rowCut(
  { windowsPerImage, outputWidth, inputRow, inputHeight, kernelRows }: WindowGeometry,
  size: number,
): AxisCut {
  const lastTile = new Int32Array(inputHeight).fill(-1);
  const tiles = cut(windowsPerImage / outputWidth, size).map((outputs, i): Tile => {
    let touched = 0;
    for (let tap = outputs.from * kernelRows; tap < outputs.to * kernelRows; tap++) {
      const row = inputRow[tap]!;
      if (lastTile[row] === i) continue;
      lastTile[row] = i;
      touched++;
    }
    const inputs = { from: inputRow[outputs.from * kernelRows]!, to: inputRow[outputs.to * kernelRows - 1]! + 1 };
    return { outputs, inputs, touched };
  });
  return axisCut(size, tiles);
}

/** Output columns in tiles of `size`. */
export function colCut(geometry: WindowGeometry, size: number): AxisCut {
  const tiles = cut(geometry.outputWidth, size).map((outputs): Tile => {
    const inputs = touchedCols(geometry, outputs);
    return { outputs, inputs, touched: inputs.to - inputs.from };
  });
  return axisCut(size, tiles);
}

/** Bursts of one line of each plane, summed over column ranges; all of `channels` elements of a pixel have the plane. */
export function lineBursts(
  ranges: readonly Range[],
  channels: number,
  depths: readonly number[],
  burstBits: number,
): number {
  let bursts = 0;
  for (const depth of depths) {
    const pixel = channels * depth;
    for (const { from, to } of ranges)
      bursts += Math.floor((to * pixel - 1) / burstBits) - Math.floor((from * pixel) / burstBits) + 1;
  }
  return bursts;
}
