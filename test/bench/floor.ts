import { windowGeometry } from '../../dist/engine/geometry.js';
import type { ArrayLayer } from '../../dist/network/layer.js';
import type { RegionMap } from '../../dist/trace/trace.js';

/** Levels of one input, packed into words, and the windows that read them. */
export interface FloorLayer {
  /** For each kernel row: where the input row under it begins, in pixels, for every output row. */
  readonly rows: readonly Int32Array[];
  /** For each kernel column: the input column under it, for every output column. */
  readonly cols: readonly Int32Array[];
  /**
   * One bit a level: where channels share their levels, pixels one after another, 32 to a word; else for every pixel ⌈channels / 32⌉ words.
   */
  readonly planes: readonly Uint32Array[];
  /** Words of a pixel; 0 where channels share their levels. */
  readonly words: number;
}

/** Every `step`th value from each of the first `step` on. */
function strided(values: Int32Array, step: number, times: number): Int32Array[] {
  return Array.from({ length: step }, (_, first) => {
    return Int32Array.from({ length: values.length / step }, (__, i) => values[i * step + first]! * times);
  });
}

/** The bit planes of a map at its layer's resolution, one plane for two levels, two for three or four. */
export function floorLayer(layer: ArrayLayer, map: RegionMap, levels: number): FloorLayer {
  const { inputRow, inputCol, kernelRows, kernelCols, inputHeight, inputWidth } = windowGeometry(layer);
  const { channels, gridHeight, gridWidth, regionHeight, regionWidth } = map;
  const words = channels === 1 ? 0 : Math.ceil(channels / 32);
  const size = words === 0 ? Math.ceil((inputHeight * inputWidth) / 32) : inputHeight * inputWidth * words;
  const planes = Array.from({ length: levels > 2 ? 2 : 1 }, () => new Uint32Array(size));
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < inputHeight; y++)
      for (let x = 0; x < inputWidth; x++) {
        const cell = (c * gridHeight + Math.floor(y / regionHeight)) * gridWidth + Math.floor(x / regionWidth);
        const pixel = y * inputWidth + x;
        const word = words === 0 ? pixel >>> 5 : pixel * words + (c >>> 5);
        const bit = words === 0 ? pixel & 31 : c & 31;
        for (const [p, plane] of planes.entries()) plane[word]! |= ((map.levels[cell]! >>> p) & 1) << bit;
      }
  return { rows: strided(inputRow, kernelRows, inputWidth), cols: strided(inputCol, kernelCols, 1), planes, words };
}

function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many pixels of two planes are set under one tap of a row of windows: twice those of the second plane. */
function rowSum(low: Uint32Array, high: Uint32Array, weight: number, row: number, cols: Int32Array): number {
  let lows = 0;
  let highs = 0;
  for (let x = cols.length; x-- > 0;) {
    const pixel = (row + cols[x]!) | 0;
    const word = pixel >>> 5;
    lows = (lows + ((low[word]! >>> pixel) & 1)) | 0;
    highs = (highs + ((high[word]! >>> pixel) & 1)) | 0;
  }
  return lows + weight * highs;
}

/** Σ levels over all windows and taps, where all channels share them. */
function sharedSum({ rows, cols, planes }: FloorLayer): number {
  const low = planes[0]!;
  const high = planes[1] ?? low;
  const weight = planes.length === 1 ? 0 : 2;
  let total = 0;
  for (const starts of rows)
    for (const columns of cols) for (const row of starts) total += rowSum(low, high, weight, row, columns);
  return total;
}

/** Σ levels over all windows, taps and channels: a word for 32 channels, popcounted. */
function channelSum({ rows, cols, planes: [plane], words }: FloorLayer): number {
  let total = 0;
  for (const starts of rows)
    for (const columns of cols)
      for (const row of starts)
        for (let x = columns.length; x-- > 0;) {
          const first = Math.imul((row + columns[x]!) | 0, words);
          for (let word = first; word < ((first + words) | 0); word++) total += ones(plane![word]!);
        }
  return total;
}

/**
 * The floor: reads the level of every window and tap, and of every group of 32 channels where they have levels of their own, once
 * from packed bits, and adds it up. It knows no array, no fold, no memory (docs/performance.md).
 *
 * @returns Σ levels over layers, windows, taps, and channels where they differ.
 */
export function floorSum(layers: readonly FloorLayer[]): number {
  let total = 0;
  for (const layer of layers) total += layer.words === 0 ? sharedSum(layer) : channelSum(layer);
  return total;
}
