import { describe, expect, it } from 'vitest';
import type { ArrayLayer } from '../../src/network/layer.js';
import { walkOperands, type WalkedOperands } from './operand-walk.js';

/** Two input channels of 2 × 3 pixels, three filters, a kernel of 1×1. */
const layer: ArrayLayer = {
  name: 'pointwise',
  kind: 'conv2d',
  from: ['input'],
  parameters: 0,
  input: { channels: 2, height: 2, width: 3 },
  output: { channels: 3, height: 2, width: 3 },
  filters: 3,
  kernel: [1, 1],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0],
  groups: 1,
};

/** The first column of pixels is of level 1. */
const map = {
  channels: 1,
  gridHeight: 1,
  gridWidth: 3,
  regionHeight: 2,
  regionWidth: 1,
  levels: Uint8Array.of(1, 0, 0),
};

const walked: WalkedOperands = {
  layer,
  levels: [
    { activationBits: 4, weightBits: 4 },
    { activationBits: 8, weightBits: 8 },
  ],
  batch: 1,
  maps: [map],
  storage: 'planes',
  dataflow: 'os',
  unit: 'temporal(4)',
  steps: 'channel-inner',
  order: 'raster',
  wholeWindows: false,
  rows: 4,
  cols: 2,
  wordBits: 10,
  outputBits: () => 6,
  choice: {
    order: ['windows', 'filters', 'channels'],
    tiles: { batch: 1, rows: 2, cols: 3, groups: 1, filters: 3, channels: 2 },
  },
  inputKept: false,
  outputKept: false,
  readerMasks: [],
  readerLevels: 1,
};

const none = { sumRead: 0, sumWrite: 0, indexRead: 0, indexWrite: 0, gatherRead: 0 };

describe('the walk on chip', () => {
  it('counts a layer of one tile', () => {
    // 4 pixels of 2 · 4 bits and 2 of 2 · 8 are read for each of two folds of filters; 6 weights for each of two folds of
    // windows. A mask entry of 1 bit per window and fold.
    expect(walkOperands(walked)).toEqual({
      sramBits: {
        ...none,
        ifmapRead: 2 * 64,
        ifmapWrite: 64,
        weightRead: 2 * 6 * 8,
        weightWrite: 6 * 8,
        ofmapRead: 18 * 6,
        ofmapWrite: 18 * 6,
        maskRead: 12,
        maskWrite: 3,
      },
      hopBits: 3 * 64 + 36 * 8,
      macsByBits: { '4x4': 24, '8x8': 12 },
      requantize: 18,
    });
  });

  it('passes sums from channel tile to channel tile, through DRAM where they have to', () => {
    const tiles = { ...walked.choice.tiles, rows: 1, channels: 1 };
    const inside = walkOperands({ ...walked, choice: { order: ['windows', 'filters', 'channels'], tiles } });
    // 8 + 8 + ⌈log2 2⌉ bits for each of 18 sums, once written and once read. Inputs are loaded once, and weights for each of
    // two rows; the mask of a row serves both channels.
    expect(inside.sramBits).toEqual({
      ...none,
      ifmapRead: 128,
      ifmapWrite: 64,
      weightRead: 96,
      weightWrite: 2 * 48,
      ofmapRead: 108,
      ofmapWrite: 108,
      sumRead: 18 * 17,
      sumWrite: 18 * 17,
      maskRead: 2 * 12,
      maskWrite: 2 * 3,
    });

    const outside = walkOperands({ ...walked, choice: { order: ['channels', 'windows', 'filters'], tiles } });
    // The mask is loaded anew, since its row changes from tile to tile; the weights of a channel stay for both rows.
    expect(outside.sramBits).toEqual({
      ...inside.sramBits,
      weightWrite: 48,
      sumRead: 2 * 18 * 17,
      sumWrite: 2 * 18 * 17,
      maskWrite: 4 * 3,
    });
  });

  it('gathers from a kept input, keeps its output and asks the maps of readers', () => {
    const tiles = { ...walked.choice.tiles, channels: 1 };
    const { sramBits } = walkOperands({
      ...walked,
      order: 'sorted',
      choice: { order: ['windows', 'filters', 'channels'], tiles },
      inputKept: true,
      outputKept: true,
      readerMasks: [[map, { ...map, channels: 3, levels: Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1, 1) }]],
      readerLevels: 3,
    });
    expect(sramBits).toEqual({
      ifmapRead: 128,
      ifmapWrite: 108,
      weightRead: 96,
      weightWrite: 48,
      ofmapRead: 108,
      ofmapWrite: 108,
      sumRead: 18 * 17,
      sumWrite: 18 * 17,
      maskRead: 2 * 12 + (6 + 18) * 2,
      maskWrite: 3 + (3 + 9) * 2,
      // 6 windows take 3 bits each: written for each channel tile, read for each fold of filters of each.
      indexRead: 4 * 18,
      indexWrite: 2 * 18,
      // A word of 10 bits for 4 or 8 bits: 6 left over for 4 windows, 2 for 2, in two folds of two tiles.
      gatherRead: 4 * (4 * 6 + 2 * 2),
    });
  });

  it('runs the groups of a tile one after another', () => {
    // Each group is one channel to two filters; groups share nothing but the mask.
    const grouped = { ...layer, groups: 2, output: { ...layer.output, channels: 4 }, filters: 4 };
    const tiles = { ...walked.choice.tiles, groups: 2, filters: 2, channels: 1 };
    const { sramBits, macsByBits } = walkOperands({
      ...walked,
      layer: grouped,
      order: 'sorted',
      choice: { ...walked.choice, tiles },
    });
    expect(sramBits).toMatchObject({ ifmapRead: 64, ifmapWrite: 64, maskRead: 12, maskWrite: 3 });
    expect(sramBits).toMatchObject({ weightWrite: 32, weightRead: 64, indexRead: 36, indexWrite: 36, sumRead: 0 });
    expect(macsByBits).toEqual({ '4x4': 16, '8x8': 8 });
  });
});
