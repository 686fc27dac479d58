import { describe, expect, it } from 'vitest';
import type { ArrayLayer } from '../../src/network/layer.js';
import { walkMemory, type WalkedMemory } from './memory-walk.js';

/** Two input channels of 3 × 4 pixels, two filters, a kernel of 1×1. */
const pointwise: ArrayLayer = {
  name: 'pointwise',
  kind: 'conv2d',
  from: ['input'],
  parameters: 0,
  input: { channels: 2, height: 3, width: 4 },
  output: { channels: 2, height: 3, width: 4 },
  filters: 2,
  kernel: [1, 1],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0],
  groups: 1,
};

/** The left half of every row is of level 0, the right half of level 1. */
const halves = {
  channels: 1,
  gridHeight: 3,
  gridWidth: 2,
  regionHeight: 1,
  regionWidth: 2,
  levels: Uint8Array.of(0, 1, 0, 1, 0, 1),
};

const whole = { batch: 1, rows: 3, cols: 4, groups: 1, filters: 2, channels: 2 };

const walked: WalkedMemory = {
  layer: pointwise,
  levels: [
    { activationBits: 4, weightBits: 4 },
    { activationBits: 8, weightBits: 8 },
  ],
  maps: [halves],
  batch: 1,
  storage: 'planes',
  outputWidths: [6],
  outputBits: () => 6,
  burstBits: 16,
  choice: { order: ['windows', 'filters', 'channels'], tiles: whole },
  inputKept: false,
  outputKept: false,
  outputStored: false,
  sumBits: 17,
};

describe('the walk through DRAM', () => {
  it('takes a layer of one tile line by line and plane by plane', () => {
    // Inputs, each row: 8 elements · 4 bits are 2 bursts; the right half's other 4 · 4 bits are 1.
    // Outputs, each row: 8 · 6 = 48 bits are 3 bursts. Weights: 4 · 8 bits. Mask: 6 regions of 1 bit.
    expect(walkMemory(walked)).toEqual({
      dramBits: { ifmap: 3 * 48, weight: 32, ofmap: 3 * 48, maskRead: 16, sumRead: 0, sumWrite: 0 },
      usefulBits: { ifmap: 3 * 48, weight: 32, ofmap: 3 * 48, maskRead: 6, sumRead: 0, sumWrite: 0 },
      packingBits: { bits4: 0, bits8: 0, bits6: 0, weight: 0, mask: 10, partialSum: 0 },
      compulsoryBits: 144 + 32 + 144 + 6,
      keptBits: { read: 0, write: 0 },
      tiles: [{ inputs: 144, mask: 16, weights: 32, sums: 0, store: 144, copy: 0, lastOfSums: true }],
    });
  });

  it('takes the bursts that a tile of columns shares with its neighbour twice', () => {
    // Columns 0 … 2 and 3. Low plane: 8 bits a column, so bursts 0, 1 and then 1 again. High plane: bits 0 … 7 of the
    // one burst are column 2's, 8 … 15 column 3's. Outputs: 12 bits a column: 36 bits in bursts 0 … 2, then 36 … 47 in 2.
    const { dramBits, packingBits, tiles } = walkMemory({
      ...walked,
      choice: { order: ['windows', 'filters', 'channels'], tiles: { ...whole, cols: 3 } },
    });
    expect(dramBits).toEqual({
      ifmap: 3 * 16 * (2 + 1 + 1 + 1),
      weight: 32,
      ofmap: 3 * 16 * (3 + 1),
      maskRead: 32,
      sumRead: 0,
      sumWrite: 0,
    });
    expect(packingBits).toEqual({
      bits4: 3 * (48 - 32),
      bits8: 3 * (32 - 16),
      bits6: 3 * (64 - 48),
      weight: 0,
      mask: 32 - 9,
      partialSum: 0,
    });
    expect(tiles.map(({ inputs, weights, store }) => [inputs, weights, store])).toEqual([
      [3 * 48, 32, 3 * 48],
      [3 * 32, 0, 3 * 16],
    ]);
  });

  it('spills sums where channels go round outside, and keeps what stays on chip', () => {
    // A channel a tile, filter by filter: 12 windows · 17 bits = 204 bits are 13 bursts. Inputs stay for both filters, the
    // weights of a tile are one burst of 8 bits. The mask serves all channels and comes once.
    const outside: WalkedMemory = {
      ...walked,
      choice: { order: ['channels', 'windows', 'filters'], tiles: { ...whole, channels: 1, filters: 1 } },
    };
    const spilled = walkMemory(outside);
    // Per row a channel has 4 elements: low plane 16 bits, high plane 8 bits; outputs of one filter 24 bits.
    expect(spilled.dramBits).toEqual({
      ifmap: 2 * 3 * 32,
      weight: 4 * 16,
      ofmap: 2 * 3 * 32,
      maskRead: 16,
      sumRead: 2 * 208,
      sumWrite: 2 * 208,
    });
    expect(spilled.packingBits).toMatchObject({ bits4: 0, bits8: 2 * 3 * 8, partialSum: 4 * 4, weight: 4 * 8 });
    expect(spilled.tiles).toEqual([
      { inputs: 96, mask: 16, weights: 16, sums: 0, store: 208, copy: 0, lastOfSums: true },
      { inputs: 0, mask: 0, weights: 16, sums: 0, store: 208, copy: 0, lastOfSums: true },
      { inputs: 96, mask: 0, weights: 16, sums: 208, store: 96, copy: 0, lastOfSums: true },
      { inputs: 0, mask: 0, weights: 16, sums: 208, store: 96, copy: 0, lastOfSums: true },
    ]);

    const kept = walkMemory({ ...outside, inputKept: true, outputKept: true });
    expect(kept.dramBits).toEqual({ ...spilled.dramBits, ifmap: 0, ofmap: 0 });
    expect(kept.keptBits).toEqual({ read: 144, write: 144 });
    expect(kept.compulsoryBits).toBe(spilled.compulsoryBits);
    expect(kept.tiles.map(({ store, copy }) => [store, copy])).toEqual([
      [208, 0],
      [208, 0],
      [0, 72],
      [0, 72],
    ]);

    const stored = walkMemory({ ...outside, outputKept: true, outputStored: true });
    expect(stored.dramBits).toEqual(spilled.dramBits);
    expect(stored.keptBits).toEqual({ read: 0, write: 0 });
    expect(stored.tiles.map(({ copy }) => copy)).toEqual([0, 0, 72, 72]);
  });

  it('touches no row between taps, and every column', () => {
    // Stride 2 on 3 × 4 pixels: rows 0 and 2, columns 0 … 2 of 2 channels at 8 bits.
    const layer: ArrayLayer = {
      ...pointwise,
      output: { channels: 2, height: 2, width: 2 },
      stride: [2, 2],
    };
    const tiles = { ...whole, rows: 2, cols: 2 };
    const strided = walkMemory({
      ...walked,
      layer,
      maps: undefined,
      levels: [{ activationBits: 8, weightBits: 8 }],
      choice: { ...walked.choice, tiles },
    });
    expect(strided.dramBits).toMatchObject({ ifmap: 2 * 48, maskRead: 0, ofmap: 2 * 32 });
    // A tap stands on two columns of the three that move.
    expect(strided.compulsoryBits).toBe(2 * 32 + 32 + 2 * 24);
  });
});
