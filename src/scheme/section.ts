import { shareOf } from '../core/numbers.js';
import type { Silhouette } from '../trace/trace.js';

/** Nearest-neighbour resize: target row i takes source row ⌊i·H/h⌋, columns likewise. */
export function resizeNearest<T extends Float32Array | Uint8Array>(
  source: { readonly height: number; readonly width: number; readonly values: T },
  height: number,
  width: number,
  target: T,
): T {
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((y * source.height) / height) * source.width;
    for (let x = 0; x < width; x++, i++) target[i] = source.values[row + Math.floor((x * source.width) / width)]!;
  }
  return target;
}

/**
 * Cuts an importance map into levels by rank: pixels sorted by (value, raster index), cut after
 * round-half-up(cumulative share · pixels), so that shares hold even for constant maps. `shares` sum to 1, the share of
 * the least important level first.
 */
export function sectionByRank(values: Float32Array, shares: readonly number[]): Uint8Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const levels = new Uint8Array(values.length);
  let share = 0;
  let from = 0;
  shares.forEach((part, level) => {
    share += part;
    // Half a pixel rounds up although 0.57 has no exact binary form: 0.57 · 50 falls 4e-15 short of 28.5.
    const to = level === shares.length - 1 ? values.length : shareOf(share, values.length);
    for (let rank = from; rank < to; rank++) levels[order[rank]!] = level;
    from = Math.max(from, to);
  });
  return levels;
}

/** Levels of a silhouette at a resolution, either way round. */
export function levelsAt(
  silhouette: Silhouette,
  shares: readonly number[],
  height: number,
  width: number,
  sectionFirst: boolean,
): Uint8Array {
  if (sectionFirst) {
    const values = sectionByRank(silhouette.values, shares);
    return resizeNearest({ ...silhouette, values }, height, width, new Uint8Array(height * width));
  }
  return sectionByRank(resizeNearest(silhouette, height, width, new Float32Array(height * width)), shares);
}
