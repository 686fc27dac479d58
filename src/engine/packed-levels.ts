import type { RegionMap } from '../trace/trace.js';

/**
 * Levels 0 and 1 of some channels of a batch, per channel, as bits: words of 16 channels, [group][cell], lowest channel
 * lowest; the cells of its images follow each other. Packets of one channel are read from them without being written out.
 */
export interface PackedLevels {
  readonly groups: number;
  /** Of all images. */
  readonly cells: number;
  readonly words: Uint16Array;
}

export function packLevels(maps: readonly RegionMap[], first: number, channels: number): PackedLevels {
  const groups = Math.ceil(channels / 16);
  const size = maps[0]!.gridHeight * maps[0]!.gridWidth;
  const cells = maps.length * size;
  const words = new Uint16Array(groups * cells);
  maps.forEach(({ levels }, image) => {
    for (let channel = 0; channel < channels; channel++) {
      const to = (channel >> 4) * cells + image * size;
      addBits(words, to, levels, (first + channel) * size, size, channel & 15);
    }
  });
  return { groups, cells, words };
}

/** A function of its own, so that its loop is compiled once and for all. */
function addBits(words: Uint16Array, to: number, levels: Uint8Array, from: number, size: number, shift: number): void {
  for (let i = 0; i < size; i++) words[to + i]! |= levels[from + i]! << shift;
}
