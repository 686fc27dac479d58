import { touchedLines } from './memory-walk/lines.js';
import { bitsToTell, countTogether, range } from './memory-walk/ranges.js';
import { acrossGroups, stepsOf, type TileRanges, type TileStep } from './memory-walk/tiles.js';
import { walks } from './operand-walk/dataflows.js';
import { Meter, type WalkedCounts } from './operand-walk/meter.js';
import { Operands, type WalkedOperands } from './operand-walk/walked.js';

export type { WalkedCounts } from './operand-walk/meter.js';
export type { WalkedOperands } from './operand-walk/walked.js';

/** A layer on its way through buffers and array. */
class Walk {
  readonly operands: Operands;
  readonly meter: Meter;

  constructor(readonly walked: WalkedOperands) {
    this.operands = new Operands(walked);
    this.meter = new Meter(walked, this.operands);
  }

  private channelsOf({ groups, channels }: TileRanges): number[] {
    return acrossGroups(groups, channels, this.operands.groupChannels);
  }

  /** The tile's windows as numbers of the batch. */
  private windowsOf({ images, rows, cols }: TileRanges): number[] {
    const { height, width } = this.walked.layer.output;
    const windows: number[] = [];
    for (const image of range(images.from, images.to))
      for (const row of range(rows.from, rows.to))
        for (const col of range(cols.from, cols.to)) windows.push((image * height + row) * width + col);
    return windows;
  }

  /** The tile's inputs and mask are filled into the ifmap buffer, and the order of its windows is. */
  loadInputs(tile: TileStep): void {
    const { operands, meter, walked } = this;
    const { sramBits } = meter;
    const channels = this.channelsOf(tile);
    const entries = new Set<string>();
    for (const image of range(tile.images.from, tile.images.to))
      for (const { y, first, last } of touchedLines(walked.layer, tile.rows, tile.cols))
        for (const x of range(first, last + 1))
          for (const channel of channels) {
            if (tile.newInputs && !walked.inputKept)
              sramBits.ifmapWrite += operands.storedBits({ image, channel, y, x });
            const map = walked.maps?.[image];
            if (map === undefined) continue;
            const plane = map.channels === 1 ? 'all' : channel;
            entries.add([image, plane, Math.floor(y / map.regionHeight), Math.floor(x / map.regionWidth)].join('/'));
          }
    if (tile.newMask) sramBits.maskWrite += entries.size * bitsToTell(operands.levels.length);
    if (!tile.newInputs) return;
    for (let group = tile.groups.from; group < tile.groups.to; group++)
      sramBits.indexWrite += meter.indexBits(this.windowsOf(tile).length);
  }

  loadWeights({ groups, filters, channels }: TileRanges): void {
    const weights = countTogether([groups, filters, channels, { from: 0, to: this.operands.taps }]);
    this.meter.sramBits.weightWrite += weights * this.operands.widestWeight;
  }

  /** Each group of the tile has the array for itself. */
  compute(tile: TileRanges): void {
    const { walked, operands, meter } = this;
    const { groupChannels } = operands;
    for (const group of range(tile.groups.from, tile.groups.to)) {
      const channels = {
        from: group * groupChannels + tile.channels.from,
        to: group * groupChannels + tile.channels.to,
      };
      const windows = this.windowsOf(tile);
      walks[walked.dataflow]({ walked, operands, meter, channels, windows, filters: tile.filters });
    }
  }

  /** Sums wait for the tile that brings their next channels, in the ofmap buffer or in DRAM. */
  passSums(tile: TileStep): void {
    const { sramBits } = this.meter;
    const { images, rows, cols, groups, filters } = tile;
    const sums = countTogether([images, rows, cols, groups, filters]);
    for (let sum = 0; sum < sums; sum++) {
      this.meter.wait(tile.isFirstOfChannels, tile.isLastOfChannels);
      if (tile.sumsReturn) sramBits.sumWrite += this.operands.sumBits;
      if (tile.leaves === 'sums') sramBits.sumRead += this.operands.sumBits;
    }
  }

  leave(tile: TileRanges): void {
    const { walked, operands, meter } = this;
    for (const window of this.windowsOf(tile))
      for (const filter of acrossGroups(tile.groups, tile.filters, walked.layer.filters / walked.layer.groups)) {
        const bits = walked.outputBits(Math.floor(window / operands.area), filter, window % operands.area);
        meter.requantize++;
        meter.sramBits.ofmapWrite += bits;
        meter.sramBits.ofmapRead += bits;
        if (walked.outputKept) meter.sramBits.ifmapWrite += bits;
      }
  }

  /** The maps of readers come on chip once, and tell the width of every output. */
  lookUpReaders(): void {
    const { readerMasks, readerLevels, layer } = this.walked;
    const { sramBits } = this.meter;
    const entryBits = bitsToTell(readerLevels);
    for (const map of readerMasks.flat()) {
      map.levels.forEach(() => {
        sramBits.maskWrite += entryBits;
      });
      for (let filter = 0; filter < layer.filters; filter++)
        for (let pixel = 0; pixel < this.operands.area; pixel++)
          if (filter === 0 || map.channels > 1) sramBits.maskRead += entryBits;
    }
  }
}

/**
 * On-chip bits, hops and MACs of a layer, found by walking tiles, groups, folds, windows, packets, channels and filters
 * one by one.
 */
export function walkOperands(walked: WalkedOperands): WalkedCounts {
  const walk = new Walk(walked);
  for (const tile of stepsOf(walked.layer, walked.batch, walked.choice, walk.meter.isShared)) {
    walk.loadInputs(tile);
    if (tile.newWeights) walk.loadWeights(tile);
    walk.compute(tile);
    walk.passSums(tile);
    if (tile.leaves === 'outputs') walk.leave(tile);
  }
  walk.lookUpReaders();
  return walk.meter.counts();
}
