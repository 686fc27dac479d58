import type { WindowGeometry } from './geometry.js';
import type { LevelField } from './levels.js';
import type { Range, WindowTile } from './mapping/tiling.js';

/** How often the taps of a tile's windows stand on each input row, and on each input column, of one image. */
export interface TapCounts {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
}

export function tapCounts(geometry: WindowGeometry, { rows, cols }: WindowTile): TapCounts {
  const { inputRow, inputCol, kernelRows, kernelCols, inputHeight, inputWidth } = geometry;
  const counts = { rows: new Int32Array(inputHeight), cols: new Int32Array(inputWidth) };
  for (let i = rows.from * kernelRows; i < rows.to * kernelRows; i++) counts.rows[inputRow[i]!]! += 1;
  for (let j = cols.from * kernelCols; j < cols.to * kernelCols; j++) counts.cols[inputCol[j]!]! += 1;
  return counts;
}

/** What the windows of a tile read in one pass, for some channels of the input. */
export interface TileReads {
  /** (window, tap, channel) triples of each level. */
  readonly pairs: Float64Array;
  /** Words that they take where every (window, tap) starts a new one. */
  words: number;
}

/** Bits that a pixel's channels are stored at, by level: what {@link tileReads} rounds to words. */
export interface ReadWidths {
  readonly levels: number;
  readonly bitsOfLevel: readonly number[];
  readonly wordBits: number;
}

/**
 * Counted without walking windows: each pixel is read once per tap that stands on it. `channels` are those of the layer's
 * input; `fields` is undefined where all is at level 0.
 */
export function tileReads(
  geometry: WindowGeometry,
  tile: WindowTile,
  fields: readonly LevelField[] | undefined,
  channels: Range,
  { levels, bitsOfLevel, wordBits }: ReadWidths,
): TileReads {
  const pairs = new Float64Array(levels);
  const count = channels.to - channels.from;
  if (fields === undefined) {
    pairs[0] = tile.windows * geometry.taps * count;
    return { pairs, words: tile.windows * geometry.taps * Math.ceil((count * bitsOfLevel[0]!) / wordBits) };
  }
  const { inputWidth, inputHeight } = geometry;
  const area = inputWidth * inputHeight;
  const taps = tapCounts(geometry, tile);
  let words = 0;
  for (let image = tile.images.from; image < tile.images.to; image++) {
    const field = fields[image]!;
    const shared = field.channels === 1;
    const [first, last] = shared ? [0, 1] : [channels.from, channels.to];
    const times = shared ? count : 1;
    for (const y of tile.inputRows)
      for (let x = tile.inputCols.from; x < tile.inputCols.to; x++) {
        const reads = taps.rows[y]! * taps.cols[x]!;
        if (reads === 0) continue;
        let bits = 0;
        for (let c = first, at = first * area + y * inputWidth + x; c < last; c++, at += area) {
          const level = field.levels[at]!;
          pairs[level]! += reads * times;
          bits += bitsOfLevel[level]! * times;
        }
        words += reads * Math.ceil(bits / wordBits);
      }
  }
  return { pairs, words };
}
