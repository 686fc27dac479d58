import { describe, expect, it } from 'vitest';
import type { ArrayLayer } from '../../src/network/layer.js';
import { walkHalfDemand, walkKeptDemand, type BoundedLayer } from './memory-bounds.js';

/** Four channels in two groups of 4 × 5 pixels, four filters, a 3×3 kernel with one pixel of padding. */
const layer: ArrayLayer = {
  name: 'grouped',
  kind: 'conv2d',
  from: ['input'],
  parameters: 0,
  input: { channels: 4, height: 4, width: 5 },
  output: { channels: 4, height: 4, width: 5 },
  filters: 4,
  kernel: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [1, 1, 1, 1],
  groups: 2,
};

const bounded: BoundedLayer = {
  layer,
  levels: [
    { activationBits: 8, weightBits: 8 },
    { activationBits: 4, weightBits: 4 },
    { activationBits: 4, weightBits: 8 },
  ],
  batch: 2,
  mask: 'shared',
  storage: 'planes',
  outputBits: 8,
  dataflow: 'os',
  unit: 'temporal(4)',
  steps: 'channel-inner',
  order: 'raster',
  arrayRows: 6,
  wordBits: 64,
  choice: {
    order: ['windows', 'filters', 'channels'],
    tiles: { batch: 1, rows: 2, cols: 2, groups: 1, filters: 2, channels: 2 },
  },
};

describe('what half of a buffer must hold', () => {
  it('is the lines of the largest tile, its mask, its weights and its outputs', () => {
    // Rows 0 and 1 touch 3 input rows, columns 2 and 3 touch 4 of 5. A line has 4 · 2 elements: 32 bits in each plane.
    // Three levels take 2 bits of mask for each of 12 pixels.
    expect(walkHalfDemand(bounded)).toEqual({
      ifmap: 3 * (64 + 64) + 3 * 4 * 2,
      weight: 9 * 2 * 2 * 8,
      ofmap: 4 * 2 * 8,
    });
    expect(walkHalfDemand({ ...bounded, storage: 'dense' }).ifmap).toBe(3 * 64 + 24);
    expect(walkHalfDemand({ ...bounded, mask: 'per channel' }).ifmap).toBe(3 * 128 + 48);
    expect(walkHalfDemand({ ...bounded, mask: 'none' }).ifmap).toBe(3 * 128);
    expect(walkHalfDemand({ ...bounded, order: 'sorted' }).ifmap).toBe(3 * 128 + 24 + 4 * 2);
  });

  it('has room for sums where they wait', () => {
    // 8 + 8 + ⌈log2 18⌉ bits.
    expect(walkHalfDemand({ ...bounded, dataflow: 'ws' }).ofmap).toBe(4 * 2 * 21);
    expect(walkHalfDemand({ ...bounded, dataflow: 'ws', arrayRows: 18 }).ofmap).toBe(4 * 2 * 8);
    const tiles = { ...bounded.choice.tiles, channels: 1 };
    expect(walkHalfDemand({ ...bounded, choice: { ...bounded.choice, tiles } }).ofmap).toBe(4 * 2 * 21);
    const both = { ...bounded.choice.tiles, groups: 2 };
    expect(walkHalfDemand({ ...bounded, choice: { ...bounded.choice, tiles: both } }).ofmap).toBe(4 * 4 * 8);
  });

  it('leaves a kept tensor whole lines', () => {
    // 5 · 4 elements: 80 bits in each plane of 4 bits are 2 words.
    expect(walkKeptDemand(layer.input, 2, [4, 8], 'planes', 64)).toBe(2 * 4 * 2 * 128);
    expect(walkKeptDemand(layer.input, 2, [4, 8], 'dense', 64)).toBe(2 * 4 * 192);
  });
});
