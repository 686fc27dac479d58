import type { Precision } from '../../src/core/precision.js';
import type { LayerCounts } from '../../src/engine/counts.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import type { RegionMap } from '../../src/trace/trace.js';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A layer of a batch as buffers and PEs see it. */
export interface WalkedOperands {
  readonly layer: ArrayLayer;
  readonly levels: readonly Precision[];
  readonly batch: number;
  /** One per image; undefined where the whole layer runs at level 0. */
  readonly maps: readonly RegionMap[] | undefined;
  readonly storage: 'planes' | 'dense';
  readonly order: 'raster' | 'sorted';
  readonly rows: number;
  readonly cols: number;
  /** Bits of one access of the ifmap buffer. */
  readonly wordBits: number;
  /** Bits that an output element of a batch is stored at. */
  readonly outputBits: (image: number, filter: number, pixel: number) => number;
  /** Windows of the batch, and filters of a group, that are on chip together. */
  readonly windowTiles: readonly Range[];
  readonly filterTiles: readonly Range[];
}

/** What {@link walkOperands} counts. */
export type WalkedCounts = Pick<LayerCounts, 'sramBits' | 'hopBits' | 'macsByBits'>;

function* range(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield i;
}

/** A range cut into folds of `side`; the last one is what remains. */
function* folds({ from, to }: Range, side: number): Generator<Range> {
  for (let start = from; start < to; start += side) yield { from: start, to: Math.min(to, start + side) };
}

/** Bits that tell this many things apart. */
function bitsToTell(things: number): number {
  let bits = 0;
  while (2 ** bits < things) bits++;
  return bits;
}

/** Where taps stand and what activations are worth, looked up one by one. */
class Operands {
  readonly area: number;
  readonly widestActivation: number;
  readonly widestWeight: number;

  constructor(private readonly walked: WalkedOperands) {
    const { layer, levels } = walked;
    this.area = layer.output.height * layer.output.width;
    this.widestActivation = levels.reduce((most, level) => Math.max(most, level.activationBits), 0);
    this.widestWeight = levels.reduce((most, level) => Math.max(most, level.weightBits), 0);
  }

  /** The input pixels under the taps of a window of the batch; one beyond the edge stands on the edge. */
  *taps(window: number): Generator<{ image: number; y: number; x: number }> {
    const { input, output, kernel, stride, dilation, padding } = this.walked.layer;
    const image = Math.floor(window / this.area);
    const oy = Math.floor((window % this.area) / output.width);
    const ox = (window % this.area) % output.width;
    for (let r = 0; r < kernel[0]; r++)
      for (let s = 0; s < kernel[1]; s++) {
        const y = oy * stride[0] + r * dilation[0] - padding[0];
        const x = ox * stride[1] + s * dilation[1] - padding[1];
        yield { image, y: Math.min(Math.max(y, 0), input.height - 1), x: Math.min(Math.max(x, 0), input.width - 1) };
      }
  }

  precision(image: number, channel: number, y: number, x: number): Precision {
    const { maps, levels } = this.walked;
    if (maps === undefined) return levels[0]!;
    const { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells } = maps[image]!;
    const row = (channels === 1 ? 0 : channel * gridHeight) + Math.floor(y / regionHeight);
    return levels[cells[row * gridWidth + Math.floor(x / regionWidth)]!]!;
  }

  storedBits(image: number, channel: number, y: number, x: number): number {
    return this.walked.storage === 'dense'
      ? this.widestActivation
      : this.precision(image, channel, y, x).activationBits;
  }
}

/** Pixels from the first to the last that each output row touches of an input row. */
class Ranges {
  private readonly lines = new Map<string, { image: number; y: number; low: number; high: number }>();

  touch(image: number, outputRow: number, y: number, x: number): void {
    const key = [image, outputRow, y].join('/');
    const line = this.lines.get(key) ?? { image, y, low: x, high: x };
    this.lines.set(key, { image, y, low: Math.min(line.low, x), high: Math.max(line.high, x) });
  }

  /** Each pixel once. */
  pixels(): { image: number; y: number; x: number }[] {
    const pixels = new Map<string, { image: number; y: number; x: number }>();
    for (const { image, y, low, high } of this.lines.values())
      for (const x of range(low, high + 1)) pixels.set([image, y, x].join('/'), { image, y, x });
    return [...pixels.values()];
  }
}

/** Input bits and mask bits of the tile's windows. */
function loads(walked: WalkedOperands, operands: Operands, windows: Range, channels: Range) {
  const ranges = new Ranges();
  for (const window of range(windows.from, windows.to))
    for (const { image, y, x } of operands.taps(window))
      ranges.touch(image, Math.floor(window / walked.layer.output.width), y, x);
  let input = 0;
  const regions = new Map<string, number>();
  for (const { image, y, x } of ranges.pixels()) {
    for (const c of range(channels.from, channels.to)) input += operands.storedBits(image, c, y, x);
    const map = walked.maps?.[image];
    if (map === undefined) continue;
    const cell = [image, Math.floor(y / map.regionHeight), Math.floor(x / map.regionWidth)].join('/');
    regions.set(cell, map.channels === 1 ? 1 : channels.to - channels.from);
  }
  let mask = 0;
  for (const entries of regions.values()) mask += bitsToTell(walked.levels.length) * entries;
  return { input, mask };
}

/**
 * On-chip bits, hops and MACs of a layer, found by walking groups, window tiles, filter tiles, folds, windows, taps,
 * channels and filters one by one.
 */
export function walkOperands(walked: WalkedOperands): WalkedCounts {
  const { layer, levels, maps, rows, cols, wordBits } = walked;
  const operands = new Operands(walked);
  const groupChannels = layer.input.channels / layer.groups;
  const groupFilters = layer.filters / layer.groups;
  const packets = layer.kernel[0] * layer.kernel[1] * groupChannels;
  const entryBits = bitsToTell(levels.length);
  const isShared = maps?.every((map) => map.channels === 1) ?? true;
  const gathers = walked.order === 'sorted' && maps !== undefined;
  const ifmap = { ifmapRead: 0, ifmapWrite: 0, maskRead: 0, maskWrite: 0, indexRead: 0, indexWrite: 0, gatherRead: 0 };
  const sram = { ...ifmap, weightRead: 0, weightWrite: 0, ofmapRead: 0, ofmapWrite: 0 };
  const macsByBits: Record<string, number> = {};
  let hopBits = 0;

  /** One window passes over the filters of one fold. */
  const pass = (window: number, channels: Range, filters: Range): void => {
    for (const { image, y, x } of operands.taps(window)) {
      let packed = 0;
      for (const c of range(channels.from, channels.to)) {
        const { activationBits, weightBits } = operands.precision(image, c, y, x);
        const bits = operands.storedBits(image, c, y, x);
        packed += bits;
        sram.ifmapRead += bits;
        if (!isShared) sram.maskRead += entryBits;
        const name = `${String(activationBits)}x${String(weightBits)}`;
        for (let f = filters.from; f < filters.to; f++) {
          hopBits += activationBits + operands.widestWeight;
          macsByBits[name] = (macsByBits[name] ?? 0) + 1;
        }
      }
      if (maps !== undefined && isShared) sram.maskRead += entryBits;
      if (!gathers) continue;
      let fetched = 0;
      while (fetched < packed) fetched += wordBits;
      sram.gatherRead += fetched - packed;
    }
  };

  let loaded = { weights: '', mask: '' };
  for (const group of range(0, layer.groups)) {
    const channels = { from: group * groupChannels, to: (group + 1) * groupChannels };
    for (const windows of walked.windowTiles) {
      const { input, mask } = loads(walked, operands, windows, channels);
      const maskName = `${String(windows.from)} of ${isShared ? 'all' : String(group)}`;
      const indexBits = gathers ? (windows.to - windows.from) * bitsToTell(windows.to - windows.from) : 0;
      sram.ifmapWrite += input;
      if (maskName !== loaded.mask) sram.maskWrite += mask;
      sram.indexWrite += indexBits;
      loaded = { ...loaded, mask: maskName };
      for (const filters of walked.filterTiles) {
        const weightsName = `${String(filters.from)} of ${String(group)}`;
        if (weightsName !== loaded.weights)
          for (let f = filters.from; f < filters.to; f++) sram.weightWrite += packets * operands.widestWeight;
        loaded = { ...loaded, weights: weightsName };
        for (const fold of folds(filters, cols)) {
          sram.indexRead += indexBits;
          for (const window of range(windows.from, windows.to)) pass(window, channels, fold);
          for (let row = windows.from; row < windows.to; row += rows)
            for (let f = fold.from; f < fold.to; f++) sram.weightRead += packets * operands.widestWeight;
        }
        for (const window of range(windows.from, windows.to))
          for (const f of range(filters.from, filters.to)) {
            const image = Math.floor(window / operands.area);
            const bits = walked.outputBits(image, group * groupFilters + f, window % operands.area);
            sram.ofmapWrite += bits;
            sram.ofmapRead += bits;
          }
      }
    }
  }
  return { sramBits: { ...sram, sumRead: 0, sumWrite: 0 }, hopBits, macsByBits };
}
