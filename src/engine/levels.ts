import { anyOfBytes } from '../core/bytes.js';
import type { Shape } from '../network/layer.js';
import type { RegionMap } from '../trace/trace.js';
import type { Range } from '../core/range.js';

/**
 * How many channels have each level, summed up over a grid of regions: entry [level, r, g] is of the cells above grid row r
 * and left of grid column g, [levels, gridHeight + 1, gridWidth + 1]. No more than the bytes of the map.
 */
export interface LevelTable {
  readonly levels: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly sums: Int32Array;
}

/** Sums up counts of cells, [levels, gridHeight, gridWidth]. */
export function levelTable(
  counts: ArrayLike<number>,
  levels: number,
  gridHeight: number,
  gridWidth: number,
): LevelTable {
  const line = gridWidth + 1;
  const sums = new Int32Array(levels * (gridHeight + 1) * line);
  for (let level = 0, i = 0, at = 0; level < levels; level++) {
    at += line;
    for (let row = 0; row < gridHeight; row++) {
      let left = 0;
      at++;
      for (let g = 0; g < gridWidth; g++, i++, at++) {
        left += counts[i]!;
        sums[at] = sums[at - line]! + left;
      }
    }
  }
  return { levels, gridHeight, gridWidth, sums };
}

/** The same of one map for all channels, where a cell counts 1 at its level. */
function sharedTable(map: RegionMap, levels: number): LevelTable {
  const { gridHeight, gridWidth } = map;
  const line = gridWidth + 1;
  const sums = new Int32Array(levels * (gridHeight + 1) * line);
  for (let level = 0, at = 0; level < levels; level++) {
    at += line;
    for (let row = 0, i = 0; row < gridHeight; row++) {
      let left = 0;
      at++;
      for (let g = 0; g < gridWidth; g++, i++, at++) {
        if (map.levels[i] === level) left++;
        sums[at] = sums[at - line]! + left;
      }
    }
  }
  return { levels, gridHeight, gridWidth, sums };
}

/** The levels of one image's input of a layer: a map, and what others want to know of it, each found out once. */
export class LevelField {
  /** 1 where one map serves all channels. */
  readonly channels: number;
  #pixels: Uint8Array | undefined;
  #levelCount = 0;
  readonly #tables = new Map<number, LevelTable>();

  /** `map` must fit an input of this height and width (see `fitsShape` of trace/). */
  constructor(
    readonly map: RegionMap,
    readonly height: number,
    readonly width: number,
  ) {
    this.channels = map.channels;
  }

  /** Levels pixel by pixel, row-major [channels, height, width]. */
  get levels(): Uint8Array {
    this.#pixels ??= pixelLevels(this);
    return this.#pixels;
  }

  /** Counts of some channels; where one map serves all, those of one channel, whatever the range. */
  table({ from, to }: Range): LevelTable {
    const shared = this.channels === 1;
    const key = shared ? 0 : from * (this.channels + 1) + to;
    let table = this.#tables.get(key);
    if (table === undefined) {
      this.#levelCount ||= levelCount(this.map.levels);
      table = shared ? sharedTable(this.map, this.#levelCount) : tableOf(this.map, this.#levelCount, from, to);
      this.#tables.set(key, table);
    }
    return table;
  }

  /** Forgets the tables of ranges of channels, which a walk in ascending order will not need again. */
  forget(): void {
    if (this.channels > 1) this.#tables.clear();
  }
}

/** The levels of an input of this shape; regions are expanded to pixels when somebody asks for them. */
export function expandLevels(map: RegionMap, { height, width }: Shape): LevelField {
  return new LevelField(map, height, width);
}

function pixelLevels({ map, height, width }: LevelField): Uint8Array {
  const { channels, gridHeight, gridWidth, regionHeight, regionWidth } = map;
  if (regionHeight === 1 && regionWidth === 1) return map.levels;
  const levels = new Uint8Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = (c * gridHeight + Math.floor(y / regionHeight)) * gridWidth;
      for (let x = 0; x < width; x++, i++) levels[i] = map.levels[row + Math.floor(x / regionWidth)]!;
    }
  return levels;
}

/** Highest level + 1. */
function levelCount(levels: Uint8Array): number {
  const all = anyOfBytes(levels);
  if (all <= 1) return all + 1;
  let highest = 0;
  let i = 0;
  // Not `for … of`, which takes several times as long.
  while (i < levels.length) {
    const level = levels[i++]!;
    if (level > highest) highest = level;
  }
  return highest + 1;
}

function tableOf({ gridHeight, gridWidth, levels }: RegionMap, count: number, from: number, to: number): LevelTable {
  const cells = gridHeight * gridWidth;
  const counts = new Int32Array(count * cells);
  if (count <= 2) {
    const ones = counts.subarray((count - 1) * cells);
    for (let c = from; c < to; c++) addBytes(levels, c * cells, ones);
    // What is not 1 is 0.
    for (let i = 0; i < cells; i++) counts[i] = to - from - (count === 2 ? ones[i]! : 0);
  } else for (let c = from; c < to; c++) countChannel(levels, c * cells, cells, counts);
  return levelTable(counts, count, gridHeight, gridWidth);
}

/** A function of its own, as the next one is, so that its loop is compiled once and for all. */
function addBytes(bytes: Uint8Array, at: number, sums: Int32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + bytes[at + i]!;
}

/** Adds a channel's cells, which begin at `at`, to counts [levels, cells]. */
function countChannel(levels: Uint8Array, at: number, cells: number, counts: Int32Array): void {
  for (let i = 0; i < cells; i++) {
    const own = levels[at + i]! * cells + i;
    counts[own] = counts[own]! + 1;
  }
}
