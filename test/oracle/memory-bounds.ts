import type { Precision } from '../../src/core/precision.js';
import type { MappingChoice } from '../../src/engine/mapping/choice.js';
import type { ArrayLayer, Shape } from '../../src/network/layer.js';
import { touchedLines } from './memory-walk/lines.js';
import { bitsToTell, countTogether, folds, range } from './memory-walk/ranges.js';
import { tilesOf, type TileRanges } from './memory-walk/tiles.js';
import { packetsOf } from './operand-walk/work.js';

/** A layer as the capacity of buffers sees it, before any image is known. */
export interface BoundedLayer {
  readonly layer: ArrayLayer;
  readonly levels: readonly Precision[];
  readonly batch: number;
  /** One map for all channels, or one for each; `none` where the layer runs at level 0. */
  readonly mask: 'none' | 'shared' | 'per channel';
  readonly storage: 'planes' | 'dense';
  /** The widest bits that outputs are stored at. */
  readonly outputBits: number;
  readonly dataflow: 'os' | 'ws' | 'is' | 'reduce';
  readonly unit: string;
  readonly steps: 'channel-inner' | 'tap-inner';
  readonly order: 'raster' | 'sorted' | 'tiled';
  readonly arrayRows: number;
  /** Bits of one access of the ifmap buffer. */
  readonly wordBits: number;
  readonly choice: MappingChoice;
}

/** Bits that half of each buffer must hold. */
export interface HalfDemand {
  readonly ifmap: number;
  readonly weight: number;
  readonly ofmap: number;
}

const widestOf = (bits: readonly number[]): number => bits.reduce((most, each) => Math.max(most, each), 0);

/** Bits that each plane adds to those below it. */
function planeBits(activationBits: readonly number[], storage: 'planes' | 'dense'): number[] {
  const widths = [...new Set(activationBits)].sort((a, b) => a - b);
  return storage === 'dense' ? widths.slice(-1) : widths.map((width, plane) => width - (widths[plane - 1] ?? 0));
}

/** Whole words that hold as many elements of every plane, filled element by element. */
function wholeWords(elements: number, planes: readonly number[], wordBits: number): number {
  let held = 0;
  for (const bits of planes) {
    let wanted = 0;
    for (let element = 0; element < elements; element++) wanted += bits;
    for (let filled = 0; filled < wanted; filled += wordBits) held += wordBits;
  }
  return held;
}

/** Inputs, mask and index of a tile. */
function ifmapDemand(bounded: BoundedLayer, { images, rows, cols, groups, channels }: TileRanges): number {
  const { layer, levels, mask, storage, order, wordBits } = bounded;
  const planes = planeBits(
    levels.map((level) => level.activationBits),
    storage,
  );
  const entryBits = mask === 'none' ? 0 : bitsToTell(levels.length);
  const inputs = countTogether([groups, channels]);
  let bits = 0;
  for (let image = images.from; image < images.to; image++)
    for (const { first, last } of touchedLines(layer, rows, cols)) {
      const pixels = [...range(first, last + 1)].length;
      bits += wholeWords(pixels * inputs, planes, wordBits);
      for (let pixel = 0; pixel < pixels; pixel++) bits += (mask === 'shared' ? 1 : inputs) * entryBits;
    }
  // A layer of one level has nothing to sort.
  if (order !== 'sorted' || entryBits === 0) return bits;
  const windows = countTogether([images, rows, cols]);
  return bits + countTogether([groups, images, rows, cols]) * bitsToTell(windows);
}

function weightDemand({ layer, levels }: BoundedLayer, { groups, filters, channels }: TileRanges): number {
  const taps = { from: 0, to: layer.kernel[0] * layer.kernel[1] };
  return countTogether([groups, filters, channels, taps]) * widestOf(levels.map((level) => level.weightBits));
}

/** A value for every window and filter: an output, or a sum where sums wait for other channels or packets. */
function ofmapDemand(bounded: BoundedLayer, { images, rows, cols, groups, filters, channels }: TileRanges): number {
  const { layer, levels, choice, dataflow, unit, steps, arrayRows } = bounded;
  const taps = layer.kernel[0] * layer.kernel[1];
  const groupChannels = layer.input.channels / layer.groups;
  const isCut = folds({ from: 0, to: groupChannels }, choice.tiles.channels).length > 1;
  const passesSums = dataflow === 'ws' || dataflow === 'is';
  const isFolded = passesSums && packetsOf(unit, steps, taps, channels).length > arrayRows;
  const sumBits =
    widestOf(levels.map((level) => level.activationBits)) +
    widestOf(levels.map((level) => level.weightBits)) +
    bitsToTell(taps * groupChannels);
  return countTogether([images, rows, cols, groups, filters]) * (isCut || isFolded ? sumBits : bounded.outputBits);
}

/** What half of each buffer must hold: the most that any tile of the choice needs. */
export function walkHalfDemand(bounded: BoundedLayer): HalfDemand {
  const tiles = tilesOf(bounded.layer, bounded.batch, bounded.choice);
  return {
    ifmap: widestOf(tiles.map((tile) => ifmapDemand(bounded, tile))),
    weight: widestOf(tiles.map((tile) => weightDemand(bounded, tile))),
    ofmap: widestOf(tiles.map((tile) => ofmapDemand(bounded, tile))),
  };
}

/** Bits of the ifmap buffer that a kept tensor takes: all its lines at these widest widths, in whole words. */
export function walkKeptDemand(
  { channels, height, width }: Shape,
  batch: number,
  widths: readonly number[],
  storage: 'planes' | 'dense',
  wordBits: number,
): number {
  const planes = planeBits(widths, storage);
  let bits = 0;
  for (let line = 0; line < batch * height; line++) bits += wholeWords(width * channels, planes, wordBits);
  return bits;
}
