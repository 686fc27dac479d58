import { bitsFor, sum } from '../core/numbers.js';
import { precisionName, type Precision } from '../core/precision.js';
import { fitting, type Fit } from '../core/unfit.js';
import type { ArrayLayer } from '../network/layer.js';
import type { Accelerator } from '../machine/accelerator.js';
import { channelOf, type Channel } from '../machine/dram/bandwidth.js';
import { FoldTimer, overFilters, timeWindowTile, type BatchLevels, type TileTiming } from './array.js';
import { noCounts, type LayerCounts } from './counts.js';
import type { LevelField } from './levels.js';
import { mapLayer, type FilterTile, type Mapping, type WindowTile } from './mapping.js';
import { timelineCycles, type Tile } from './timeline.js';
import {
  bitSums,
  bitsBetween,
  elementBits,
  maskEntryBits,
  gatheredBits,
  pairsByLevel,
  spanBits,
  spanRegions,
  type BitSums,
  type ElementBits,
} from './traffic.js';

/** A layer on its machine: everything that all images share. */
export interface MappedLayer {
  readonly layer: ArrayLayer;
  readonly accelerator: Accelerator;
  readonly channel: Channel;
  readonly mapping: Mapping;
  readonly levels: readonly Precision[];
  /** Service time of each level. */
  readonly services: Int32Array;
}

/** Puts a layer on a machine: service times of its levels and the mapping, or why it does not fit. */
export function placeLayer(
  layer: ArrayLayer,
  accelerator: Accelerator,
  levels: readonly Precision[],
  batch: number,
): Fit<MappedLayer> {
  const services = new Int32Array(levels.length);
  for (const [level, precision] of levels.entries()) {
    const service = accelerator.array.unit.service(precision);
    if (!service.fits) return service;
    services[level] = service.value;
  }
  const mapping = mapLayer(layer, accelerator, levels, batch);
  if (!mapping.fits) return mapping;
  const channel = channelOf(accelerator.dram, accelerator.technology.clock);
  return fitting({ layer, accelerator, channel, mapping: mapping.value, levels, services });
}

/** What a batch brings to a layer: `fields` is undefined where the whole layer runs at level 0. */
export interface LayerBatch {
  /** One per image of the batch. */
  readonly fields: readonly LevelField[] | undefined;
  /** Stored bits of each image's output. */
  readonly output: readonly ElementBits[];
  /** Mask bits written for this layer's input before it starts. */
  readonly maskWriteBits: number;
  /** Silhouette bits read to make that mask. */
  readonly silhouetteReadBits: number;
}

/** One group's share of the inputs: how bits are found for spans of pixels. */
interface GroupTraffic {
  readonly inputSums: readonly BitSums[];
  /** Per filter tile, per image. */
  readonly outputSums: readonly (readonly BitSums[])[];
}

/** What each image's input is stored at: by level in `planes`, at the widest bits in `dense`. */
function storedInputs({ accelerator, mapping, levels }: MappedLayer, fields: LayerBatch['fields']): ElementBits[] {
  const dense: ElementBits = { uniform: true, bits: mapping.widest.activationBits };
  if (fields === undefined || accelerator.storage === 'dense')
    return Array.from({ length: mapping.batch }, () => dense);
  return fields.map((field) => elementBits(field, levels));
}

function groupTraffic(
  { layer, mapping }: MappedLayer,
  inputs: readonly ElementBits[],
  outputs: readonly ElementBits[],
  group: number,
): GroupTraffic {
  const { channels } = mapping.geometry;
  const inputArea = layer.input.height * layer.input.width;
  const outputArea = layer.output.height * layer.output.width;
  const first = group * channels;
  const firstFilter = (group * layer.filters) / layer.groups;
  return {
    inputSums: inputs.map((bits) => bitSums(bits, inputArea, first, first + channels)),
    outputSums: mapping.filterTiles.map((tile) =>
      outputs.map((bits) => bitSums(bits, outputArea, firstFilter + tile.from, firstFilter + tile.to)),
    ),
  };
}

function outputTileBits(mapping: Mapping, windows: WindowTile, sums: readonly BitSums[]): number {
  const { windowsPerImage } = mapping.geometry;
  let bits = 0;
  for (const { image } of windows.spans) {
    const from = Math.max(0, windows.from - image * windowsPerImage);
    const to = Math.min(windowsPerImage, windows.to - image * windowsPerImage);
    bits += bitsBetween(sums[image]!, from, to);
  }
  return bits;
}

/** MACs, operand reads and register hops of one group of the batch. */
function countOperands(
  counts: LayerCounts,
  mapped: MappedLayer,
  batch: LayerBatch,
  inputs: readonly ElementBits[],
  group: number,
): void {
  const { layer, accelerator, mapping, levels } = mapped;
  const { geometry, filterTiles, windowTiles } = mapping;
  const filters = layer.filters / layer.groups;
  const passes = sum(filterTiles.map((tile) => tile.foldWidths.length));
  const wordBits = accelerator.buffers.ifmap.width;
  const pairs = new Float64Array(levels.length);
  if (batch.fields === undefined) pairs[0] = geometry.windowsPerImage * mapping.batch * geometry.steps;
  const { widest } = mapping;
  const storedBits = (precision: Precision): number =>
    accelerator.storage === 'dense' ? widest.activationBits : precision.activationBits;
  batch.fields?.forEach((field, image) => {
    const firstChannel = group * geometry.channels;
    const own = pairsByLevel(geometry, mapping.tapsPerPixel, field, firstChannel, levels.length);
    own.forEach((count, level) => (pairs[level]! += count));
    const planes = field.channels === 1 ? 1 : geometry.channels;
    const entries = geometry.windowsPerImage * geometry.taps * planes;
    counts.sramBits.maskRead += entries * maskEntryBits(levels) * passes;
    if (!accelerator.array.order.gathers) return;
    const packed = sum(own.map((count, level) => count * storedBits(levels[level]!)));
    const gathered = gatheredBits(geometry, mapping.tapsPerPixel, inputs[image]!, firstChannel, wordBits);
    counts.sramBits.gatherRead += (gathered - packed) * passes;
  });
  levels.forEach((precision, level) => {
    const count = pairs[level]!;
    if (count === 0) return;
    const name = precisionName(precision);
    counts.macsByBits[name] = (counts.macsByBits[name] ?? 0) + count * filters;
    counts.sramBits.ifmapRead += count * storedBits(precision) * passes;
    counts.hopBits += count * filters * (precision.activationBits + widest.weightBits);
  });
  const windowFolds = sum(windowTiles.map((tile) => Math.ceil((tile.to - tile.from) / accelerator.array.rows)));
  counts.sramBits.weightRead += geometry.steps * filters * widest.weightBits * windowFolds;
  if (batch.fields !== undefined && accelerator.array.order.gathers)
    for (const tile of windowTiles) {
      const bits = (tile.to - tile.from) * bitsFor(tile.to - tile.from);
      counts.sramBits.indexWrite += bits;
      counts.sramBits.indexRead += bits * passes;
    }
}

/** Levels of one group, and whether the groups differ. */
function groupLevels({ services, mapping }: MappedLayer, fields: LayerBatch['fields'], group: number): BatchLevels {
  if (fields === undefined) return { uniform: true, service: services[0]! };
  return { uniform: false, fields, services, firstChannel: group * mapping.geometry.channels };
}

function foldWidths(tiles: readonly FilterTile[]): number[] {
  return [...new Set(tiles.flatMap((tile) => tile.foldWidths))];
}

/** Counts one layer of one batch: array timing per tile, traffic per tile, and the timeline that joins them. */
export function countArrayLayer(mapped: MappedLayer, batch: LayerBatch): LayerCounts {
  const { layer, accelerator, channel, mapping, levels } = mapped;
  const { array } = accelerator;
  const { geometry, windowTiles, filterTiles } = mapping;
  const counts = noCounts();
  const tiles: Tile[] = [];
  const timer = new FoldTimer(array, geometry, foldWidths(filterTiles));
  const sharedLevels = batch.fields === undefined || batch.fields.every((field) => field.channels === 1);
  const inputs = storedInputs(mapped, batch.fields);
  let timings: Map<number, TileTiming>[] = [];
  let loadedWeights = '';
  let loadedMask = '';
  let arrayTotal = 0;

  for (let group = 0; group < layer.groups; group++) {
    if (group === 0 || !sharedLevels)
      timings = windowTiles.map((tile) => timeWindowTile(timer, groupLevels(mapped, batch.fields, group), tile));
    const traffic = groupTraffic(mapped, inputs, batch.output, group);
    countOperands(counts, mapped, batch, inputs, group);
    windowTiles.forEach((windows, w) => {
      const ifmapBits = spanBits(windows.spans, geometry.inputWidth, traffic.inputSums);
      const mask = `${String(w)}/${sharedLevels ? '' : String(group)}`;
      const maskBits =
        batch.fields === undefined || mask === loadedMask
          ? 0
          : spanRegions(windows.spans, batch.fields, geometry.channels) * maskEntryBits(levels);
      loadedMask = mask;
      counts.dramBits.ifmap += channel.moved(ifmapBits);
      counts.dramBits.maskRead += channel.moved(maskBits);
      counts.sramBits.ifmapWrite += ifmapBits;
      counts.sramBits.maskWrite += maskBits;
      filterTiles.forEach((filters, f) => {
        const weights = `${String(group)}/${String(f)}`;
        const weightBits =
          weights === loadedWeights ? 0 : (filters.to - filters.from) * geometry.steps * mapping.widest.weightBits;
        loadedWeights = weights;
        const storeBits = outputTileBits(mapping, windows, traffic.outputSums[f]!);
        const timing = overFilters(timings[w]!, filters.foldWidths);
        arrayTotal += timing.cycles;
        counts.dramBits.weight += channel.moved(weightBits);
        counts.dramBits.ofmap += channel.moved(storeBits);
        counts.sramBits.weightWrite += weightBits;
        counts.sramBits.ofmapWrite += storeBits;
        counts.sramBits.ofmapRead += storeBits;
        addTiming(counts, timing);
        const inputBits = f === 0 ? channel.moved(ifmapBits) + channel.moved(maskBits) : 0;
        tiles.push({ inputBits, weightBits, compute: timing.cycles, storeBits });
      });
    });
  }
  counts.dramBits.maskWrite += channel.moved(batch.maskWriteBits);
  counts.dramBits.maskRead += channel.moved(batch.silhouetteReadBits);
  const prologue = channel.moved(batch.maskWriteBits) + channel.moved(batch.silhouetteReadBits);
  counts.cycles.memory = timelineCycles(tiles, channel, prologue) - arrayTotal;
  counts.peCycles.memory = array.rows * array.cols * counts.cycles.memory;
  return counts;
}

function addTiming(counts: LayerCounts, timing: TileTiming): void {
  const { cycles, peCycles } = counts;
  cycles.fill += timing.fill;
  cycles.compute += timing.compute;
  cycles.sync += timing.sync;
  cycles.drain += timing.drain;
  peCycles.busy += timing.busy;
  peCycles.syncOperand += timing.syncOperand;
  peCycles.syncRoom += timing.syncRoom;
  peCycles.fillDrain += timing.fillDrain;
  peCycles.edge += timing.edge;
  counts.boundCycles += timing.boundCycles;
}
