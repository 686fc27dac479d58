import { walks } from './operand-walk/dataflows.js';
import { Meter, type WalkedCounts } from './operand-walk/meter.js';
import { bitsToTell, Operands, range, type Range, type WalkedOperands } from './operand-walk/walked.js';

export type { WalkedOperands } from './operand-walk/walked.js';

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
    for (const tap of range(0, operands.taps)) {
      const { image, y, x } = operands.pixel(window, tap);
      ranges.touch(image, Math.floor(window / walked.layer.output.width), y, x);
    }
  let input = 0;
  const regions = new Map<string, number>();
  for (const { image, y, x } of ranges.pixels()) {
    for (const channel of range(channels.from, channels.to)) input += operands.storedBits({ image, channel, y, x });
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
 * On-chip bits, hops and MACs of a layer, found by walking groups, window tiles, filter tiles, folds, windows, packets,
 * channels and filters one by one.
 */
export function walkOperands(walked: WalkedOperands): WalkedCounts {
  const { layer } = walked;
  const operands = new Operands(walked);
  const meter = new Meter(walked, operands);
  const { sramBits } = meter;
  const { groupChannels } = operands;
  const groupFilters = layer.filters / layer.groups;
  let loaded = { weights: '', mask: '' };
  for (const group of range(0, layer.groups)) {
    const channels = { from: group * groupChannels, to: (group + 1) * groupChannels };
    for (const windows of walked.windowTiles) {
      const { input, mask } = loads(walked, operands, windows, channels);
      const maskName = `${String(windows.from)} of ${meter.isShared ? 'all' : String(group)}`;
      sramBits.ifmapWrite += input;
      if (maskName !== loaded.mask) sramBits.maskWrite += mask;
      sramBits.indexWrite += meter.indexBits(windows);
      loaded = { ...loaded, mask: maskName };
      for (const filters of walked.filterTiles) {
        const weightsName = `${String(filters.from)} of ${String(group)}`;
        if (weightsName !== loaded.weights)
          for (let f = filters.from; f < filters.to; f++)
            sramBits.weightWrite += operands.taps * groupChannels * operands.widestWeight;
        loaded = { ...loaded, weights: weightsName };
        walks[walked.dataflow]({ walked, operands, meter, channels, windows, filters });
        for (const window of range(windows.from, windows.to))
          for (const f of range(filters.from, filters.to)) {
            const image = Math.floor(window / operands.area);
            const bits = walked.outputBits(image, group * groupFilters + f, window % operands.area);
            sramBits.ofmapWrite += bits;
            sramBits.ofmapRead += bits;
          }
      }
    }
  }
  return meter.counts();
}
