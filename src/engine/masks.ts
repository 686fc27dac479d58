import { bitsFor } from '../core/numbers.js';
import type { Precision } from '../core/precision.js';
import type { RegionMap } from '../trace/trace.js';
import type { LevelField } from './levels.js';
import type { Range } from './mapping/tiling.js';

/** Bits of one mask entry of a layer with this many levels. */
export function maskEntryBits(levels: readonly Precision[]): number {
  return bitsFor(levels.length);
}

/** Regions of `size` pixels that ascending runs of pixels touch, each once. */
function regionsAlong(runs: readonly Range[], size: number): number {
  let regions = 0;
  let next = 0;
  for (const { from, to } of runs) {
    const end = Math.floor((to - 1) / size) + 1;
    regions += Math.max(0, end - Math.max(next, Math.floor(from / size)));
    next = end;
  }
  return regions;
}

/** Runs of neighbouring rows and columns, ascending. */
export interface PixelRuns {
  readonly rowRuns: readonly Range[];
  readonly colRuns: readonly Range[];
}

/** Regions under rows × columns: once where one map serves all channels, else for each of `channels`. */
export function regionsUnder(map: RegionMap, { rowRuns, colRuns }: PixelRuns, channels: number): number {
  const { regionHeight, regionWidth, channels: planes } = map;
  return regionsAlong(rowRuns, regionHeight) * regionsAlong(colRuns, regionWidth) * (planes === 1 ? 1 : channels);
}

/** Mask entries of some images under the same rows × columns. */
export function maskEntries(fields: readonly LevelField[], images: Range, pixels: PixelRuns, channels: number): number {
  let entries = 0;
  for (let image = images.from; image < images.to; image++)
    entries += regionsUnder(fields[image]!.map, pixels, channels);
  return entries;
}

/** The masks that the writer of an output must know: those of readers whose levels are known before it starts. */
export interface ReaderMasks {
  /** Bits of the maps, read from DRAM once. */
  readonly mapBits: number;
  /** Bits looked up while outputs are requantised. */
  readonly lookUpBits: number;
}

export const noReaderMasks: ReaderMasks = { mapBits: 0, lookUpBits: 0 };
