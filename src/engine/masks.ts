import { bitsFor } from '../core/numbers.js';
import type { Precision } from '../core/precision.js';
import type { Shape } from '../network/layer.js';
import type { RegionMap } from '../trace/trace.js';
import type { LevelField } from './levels.js';
import type { WindowTile } from './mapping/tiling.js';

/** Bits of one mask entry of a layer with this many levels. */
export function maskEntryBits(levels: readonly Precision[]): number {
  return bitsFor(levels.length);
}

/** Regions under rows × columns: once where one map serves all channels, else for each of `channels`. */
export function regionsUnder(
  { regionHeight, regionWidth, channels: planes }: RegionMap,
  rows: readonly number[],
  columns: readonly number[],
  channels: number,
): number {
  const down = new Set(rows.map((y) => Math.floor(y / regionHeight))).size;
  const across = new Set(columns.map((x) => Math.floor(x / regionWidth))).size;
  return down * across * (planes === 1 ? 1 : channels);
}

/** Mask entries that a tile moves, over its images. */
export function tileRegions(tile: WindowTile, fields: readonly LevelField[], channels: number): number {
  const { from, to } = tile.inputCols;
  const columns = Array.from({ length: to - from }, (_, i) => from + i);
  let regions = 0;
  for (let image = tile.images.from; image < tile.images.to; image++)
    regions += regionsUnder(fields[image]!.map, tile.inputRows, columns, channels);
  return regions;
}

/** The masks that the writer of an output must know: those of readers whose levels are known before it starts. */
export interface ReaderMasks {
  /** Bits of the maps, read from DRAM once. */
  readonly mapBits: number;
  /** Bits looked up while outputs are requantised. */
  readonly lookUpBits: number;
}

export const noReaderMasks: ReaderMasks = { mapBits: 0, lookUpBits: 0 };

/** Adds up distinct maps of one image's output. */
export function readerMasks(
  maps: readonly { readonly map: RegionMap; readonly levels: readonly Precision[] }[],
  output: Shape,
): ReaderMasks {
  let [mapBits, lookUpBits] = [0, 0];
  const seen = new Set<RegionMap>();
  for (const { map, levels } of maps) {
    if (seen.has(map)) continue;
    seen.add(map);
    const entry = maskEntryBits(levels);
    mapBits += map.levels.length * entry;
    lookUpBits += output.height * output.width * (map.channels === 1 ? 1 : output.channels) * entry;
  }
  return { mapBits, lookUpBits };
}
