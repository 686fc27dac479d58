import type { RegionMap } from '../trace/trace.js';

/**
 * Levels 0 and 1 of some channels of a batch, per channel, as bits: words of 16 channels, [cell][group], lowest channel
 * lowest; the cells of its images follow each other. Packets of one channel are read from them without being written out.
 */
export interface PackedLevels {
  readonly groups: number;
  readonly words: Uint16Array;
}

export function packLevels(maps: readonly RegionMap[], first: number, channels: number): PackedLevels {
  const groups = Math.ceil(channels / 16);
  const cells = maps[0]!.gridHeight * maps[0]!.gridWidth;
  const words = new Uint16Array(maps.length * cells * groups);
  maps.forEach(({ levels }, image) => {
    for (let channel = 0; channel < channels; channel++) {
      const from = (first + channel) * cells;
      const shift = channel & 15;
      for (let cell = 0, to = image * cells * groups + (channel >> 4); cell < cells; cell++, to += groups)
        words[to]! |= levels[from + cell]! << shift;
    }
  });
  return { groups, words };
}
