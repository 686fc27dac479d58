import type { WindowGeometry } from './geometry.js';
import { levelTable, type LevelField, type LevelTable } from './levels.js';
import type { Range, WindowTile } from './mapping/tiling.js';
import { weightedCount, weightsFor, type RegionWeights } from './region-weights.js';

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

/** Of tiles, which images share: a tile is one of one layer's geometry. */
const tapWeights = new WeakMap<WindowTile, RegionWeights[]>();

function tapWeightsOf(geometry: WindowGeometry, tile: WindowTile, field: LevelField): RegionWeights {
  let known = tapWeights.get(tile);
  if (known === undefined) tapWeights.set(tile, (known = []));
  return weightsFor(known, field.map, () => tapCounts(geometry, tile));
}

interface KnownWords extends Pick<ReadWidths, 'bitsOfLevel' | 'wordBits'> {
  readonly words: LevelTable;
}

/** The last ones of each table: the tiles of a layer ask one after another. */
const knownWords = new WeakMap<LevelTable, KnownWords>();

/** Words of the pixels of each cell, as a table of one level. */
function wordTable(table: LevelTable, { bitsOfLevel, wordBits }: ReadWidths): LevelTable {
  const known = knownWords.get(table);
  if (known?.bitsOfLevel === bitsOfLevel && known.wordBits === wordBits) return known.words;
  const { levels, gridHeight, gridWidth, sums } = table;
  const line = gridWidth + 1;
  const bits = new Float64Array(gridHeight * gridWidth);
  for (let level = 0; level < levels; level++)
    for (let row = 0, i = 0; row < gridHeight; row++)
      for (let g = 0, at = (level * (gridHeight + 1) + row) * line; g < gridWidth; g++, at++, i++) {
        const channels = sums[at + line + 1]! - sums[at + line]! - sums[at + 1]! + sums[at]!;
        bits[i]! += channels * bitsOfLevel[level]!;
      }
  const cells = Int32Array.from(bits, (own) => Math.ceil(own / wordBits));
  const words = levelTable(cells, 1, gridHeight, gridWidth);
  knownWords.set(table, { bitsOfLevel, wordBits, words });
  return words;
}

/**
 * Counted without walking windows or pixels: the cells of a tile's regions count as often as taps stand on them.
 * `channels` are those of the layer's input; `fields` is undefined where all is at level 0.
 */
export function tileReads(
  geometry: WindowGeometry,
  tile: WindowTile,
  fields: readonly LevelField[] | undefined,
  channels: Range,
  widths: ReadWidths,
): TileReads {
  const { levels, bitsOfLevel, wordBits } = widths;
  const pairs = new Float64Array(levels);
  const count = channels.to - channels.from;
  const wordsOf = (level: number): number => Math.ceil((count * bitsOfLevel[level]!) / wordBits);
  if (fields === undefined) {
    pairs[0] = tile.windows * geometry.taps * count;
    return { pairs, words: tile.windows * geometry.taps * wordsOf(0) };
  }
  let words = 0;
  for (let image = tile.images.from; image < tile.images.to; image++) {
    const field = fields[image]!;
    const shared = field.channels === 1;
    const weights = tapWeightsOf(geometry, tile, field);
    const table = field.table(channels);
    // What has no other level has level 0.
    let rest = weights.total * (shared ? 1 : count);
    for (let level = levels - 1; level >= 0; level--) {
      const reads = level === 0 ? rest : weightedCount(table, level, weights);
      rest -= reads;
      pairs[level]! += shared ? reads * count : reads;
      // A pixel whose channels are of one level: as many words on all of them.
      if (shared) words += reads * wordsOf(level);
    }
    if (!shared) words += weightedCount(wordTable(table, widths), 0, weights);
  }
  return { pairs, words };
}
