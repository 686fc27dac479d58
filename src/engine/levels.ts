import type { Shape } from '../network/layer.js';
import type { RegionMap } from '../trace/trace.js';

/** Levels pixel by pixel, row-major [channels, height, width]; `channels` is 1 where one map serves all. */
export interface LevelField {
  readonly channels: number;
  readonly levels: Uint8Array;
  /** The map it came from: what is stored and moved as the mask. */
  readonly map: RegionMap;
}

/** Expands regions to pixels of an input of this shape; the map must fit it (see `fitsShape` of trace/). */
export function expandLevels(map: RegionMap, input: Shape): LevelField {
  const { channels, gridHeight, gridWidth, regionHeight, regionWidth } = map;
  if (regionHeight === 1 && regionWidth === 1) return { channels, levels: map.levels, map };
  const { height, width } = input;
  const levels = new Uint8Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = (c * gridHeight + Math.floor(y / regionHeight)) * gridWidth;
      for (let x = 0; x < width; x++, i++) levels[i] = map.levels[row + Math.floor(x / regionWidth)]!;
    }
  return { channels, levels, map };
}
