import type { DramCounts } from '../../src/engine/counts.js';
import type { Mapping } from '../../src/engine/mapping.js';
import type { Precision } from '../../src/core/precision.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import type { RegionMap } from '../../src/trace/trace.js';

/** A layer of a batch as memory sees it. */
export interface WalkedLayer {
  readonly layer: ArrayLayer;
  readonly levels: readonly Precision[];
  /** One per image. */
  readonly maps: readonly RegionMap[];
  readonly storage: 'planes' | 'dense';
  /** Bits that an output element of a batch is stored at. */
  readonly outputBits: (image: number, filter: number, pixel: number) => number;
  readonly burstBits: number;
}

/** First and last column that each output row touches, by output row and input row. */
type Hull = Map<string, { y: number; low: number; high: number }>;

function touch(hull: Hull, outputRow: number, y: number, x: number): void {
  const key = `${String(outputRow)}/${String(y)}`;
  const known = hull.get(key);
  hull.set(key, { y, low: Math.min(known?.low ?? x, x), high: Math.max(known?.high ?? x, x) });
}

const clampTo = (size: number, at: number): number => (at < 0 ? 0 : at >= size ? size - 1 : at);

/** Visits the input pixel under every tap of a window. */
function visitTaps(layer: ArrayLayer, window: number, visit: (y: number, x: number) => void): void {
  const oy = Math.floor(window / layer.output.width);
  const ox = window % layer.output.width;
  for (let r = 0; r < layer.kernel[0]; r++)
    for (let s = 0; s < layer.kernel[1]; s++)
      visit(
        clampTo(layer.input.height, oy * layer.stride[0] + r * layer.dilation[0] - layer.padding[0]),
        clampTo(layer.input.width, ox * layer.stride[1] + s * layer.dilation[1] - layer.padding[1]),
      );
}

function storedBits({ levels, maps, storage }: WalkedLayer, image: number, c: number, y: number, x: number): number {
  const map = maps[image]!;
  const plane = map.channels === 1 ? 0 : c;
  const row = plane * map.gridHeight + Math.floor(y / map.regionHeight);
  const level = map.levels[row * map.gridWidth + Math.floor(x / map.regionWidth)]!;
  return storage === 'planes'
    ? levels[level]!.activationBits
    : Math.max(...levels.map(({ activationBits }) => activationBits));
}

function* range(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield i;
}

/** Bits of one mask entry: as many as it takes to tell the levels apart. */
function entryBits(levels: number): number {
  let bits = 0;
  while (2 ** bits < levels) bits++;
  return bits;
}

/** Input bits and mask bits of a tile: each output row reads whole ranges, and nothing is read twice. */
function inputsOf(walked: WalkedLayer, windows: Iterable<number>, channels: readonly number[]) {
  const { layer, maps, levels } = walked;
  const area = layer.output.height * layer.output.width;
  const ranges = maps.map((): Hull => new Map());
  for (const window of windows)
    visitTaps(layer, window % area, (y, x) => {
      touch(ranges[Math.floor(window / area)]!, Math.floor((window % area) / layer.output.width), y, x);
    });
  let inputBits = 0;
  let maskBits = 0;
  maps.forEach((map, image) => {
    const seen = new Set<string>();
    const regions = new Set<string>();
    for (const { y, low, high } of ranges[image]!.values())
      for (const x of range(low, high + 1)) {
        const pixel = `${String(y)}/${String(x)}`;
        if (seen.has(pixel)) continue;
        seen.add(pixel);
        regions.add(`${String(Math.floor(y / map.regionHeight))}/${String(Math.floor(x / map.regionWidth))}`);
        for (const c of channels) inputBits += storedBits(walked, image, c, y, x);
      }
    maskBits += regions.size * (map.channels === 1 ? 1 : channels.length) * entryBits(levels.length);
  });
  return { inputBits, maskBits };
}

/** DRAM bits of a layer, found by walking its tiles, windows and taps: groups, then windows, then filters. */
export function walkTraffic(walked: WalkedLayer, mapping: Mapping): Omit<DramCounts, 'maskWrite'> {
  const { layer, levels, maps, burstBits } = walked;
  const area = layer.output.height * layer.output.width;
  const groupChannels = layer.input.channels / layer.groups;
  const groupFilters = layer.filters / layer.groups;
  const kernelBits =
    layer.kernel[0] * layer.kernel[1] * groupChannels * Math.max(...levels.map(({ weightBits }) => weightBits));
  const bursts = (bits: number): number => Math.ceil(bits / burstBits) * burstBits;
  const total = { ifmap: 0, weight: 0, ofmap: 0, maskRead: 0 };
  // The mask serves all groups where it serves all channels.
  const isShared = maps.every((map) => map.channels === 1);
  let onChip = { weights: '', mask: '' };
  for (const group of range(0, layer.groups))
    for (const windows of mapping.windowTiles) {
      const channels = [...range(group * groupChannels, (group + 1) * groupChannels)];
      const { inputBits, maskBits } = inputsOf(walked, range(windows.from, windows.to), channels);
      const mask = `${String(windows.from)} of ${isShared ? 'all' : String(group)}`;
      total.ifmap += bursts(inputBits);
      if (mask !== onChip.mask) total.maskRead += bursts(maskBits);
      onChip = { ...onChip, mask };
      for (const filters of mapping.filterTiles) {
        const weights = `${String(filters.from)} of ${String(group)}`;
        if (weights !== onChip.weights) total.weight += bursts((filters.to - filters.from) * kernelBits);
        onChip = { ...onChip, weights };
        let outputs = 0;
        for (const window of range(windows.from, windows.to))
          for (const f of range(filters.from, filters.to))
            outputs += walked.outputBits(Math.floor(window / area), group * groupFilters + f, window % area);
        total.ofmap += bursts(outputs);
      }
    }
  return total;
}

/** What no mapping can do without: every touched pixel, every weight and every output, once. */
export function compulsoryBits(walked: WalkedLayer): { ifmap: number; weight: number; ofmap: number } {
  const { layer, levels, maps } = walked;
  const area = layer.output.height * layer.output.width;
  const touched = new Set<number>();
  for (const window of range(0, area)) visitTaps(layer, window, (y, x) => void touched.add(y * layer.input.width + x));
  let ifmap = 0;
  let ofmap = 0;
  maps.forEach((_, image) => {
    for (const pixel of touched)
      for (const c of range(0, layer.input.channels))
        ifmap += storedBits(walked, image, c, Math.floor(pixel / layer.input.width), pixel % layer.input.width);
    for (const f of range(0, layer.filters)) for (const p of range(0, area)) ofmap += walked.outputBits(image, f, p);
  });
  const weights = layer.filters * layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
  return { ifmap, ofmap, weight: weights * Math.max(...levels.map(({ weightBits }) => weightBits)) };
}
