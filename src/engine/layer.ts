import { bitsFor, sum } from '../core/numbers.js';
import { precisionName, type Precision } from '../core/precision.js';
import { fitting, type Fit } from '../core/unfit.js';
import type { ArrayLayer } from '../network/layer.js';
import type { Accelerator, ArrayConfig } from '../machine/accelerator.js';
import { channelOf, type Channel } from '../machine/dram/bandwidth.js';
import type { PacketLaw } from '../machine/units/unit.js';
import { arrayTimer, type TimedLayer } from './array.js';
import { noCounts, type LayerCounts } from './counts.js';
import type { LevelField } from './levels.js';
import { dataflowEngines } from './dataflows/registry.js';
import type { TileTiming } from './dataflows/tile-timing.js';
import { mapLayer, type Mapping, type WindowTile } from './mapping.js';
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
export interface MappedLayer extends TimedLayer {
  readonly layer: ArrayLayer;
  readonly channel: Channel;
  readonly levels: readonly Precision[];
}

/** Puts a layer on a machine: what its levels cost and the mapping, or why it does not fit. */
export function placeLayer(
  layer: ArrayLayer,
  accelerator: Accelerator,
  levels: readonly Precision[],
  batch: number,
  first = false,
): Fit<MappedLayer> {
  const laws: PacketLaw[] = [];
  for (const precision of levels) {
    const law = accelerator.array.unit.law(precision);
    if (!law.fits) return law;
    laws.push(law.value);
  }
  const mapping = mapLayer(layer, accelerator, levels, batch);
  if (!mapping.fits) return mapping;
  const channel = channelOf(accelerator.dram, accelerator.technology.clock);
  return fitting({ layer, accelerator, channel, mapping: mapping.value, levels, laws, first });
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
  /** The levels are found in the input itself, while it is read. */
  readonly foundAtRunTime?: boolean;
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

/** MACs, operand reads and register hops of one group of the batch, whose PEs were busy for `busy` cycles. */
function countOperands(
  counts: LayerCounts,
  mapped: MappedLayer,
  batch: LayerBatch,
  inputs: readonly ElementBits[],
  group: number,
  busy: number,
): void {
  const { layer, accelerator, mapping, levels } = mapped;
  const { array, storage, buffers } = accelerator;
  const { geometry, widest } = mapping;
  const filters = layer.filters / layer.groups;
  const moves = dataflowEngines[array.dataflow.name].moves({ array, mapping, filters });
  const passes = moves.ifmapPasses;
  const pairs = new Float64Array(levels.length);
  if (batch.fields === undefined) pairs[0] = geometry.windowsPerImage * mapping.batch * geometry.windowSize;
  const storedBits = (precision: Precision): number =>
    storage === 'dense' ? widest.activationBits : precision.activationBits;
  batch.fields?.forEach((field, image) => {
    const firstChannel = group * geometry.channels;
    const own = pairsByLevel(geometry, mapping.tapsPerPixel, field, firstChannel, levels.length);
    own.forEach((count, level) => (pairs[level]! += count));
    const planes = field.channels === 1 ? 1 : geometry.channels;
    const entries = geometry.windowsPerImage * geometry.taps * planes;
    counts.sramBits.maskRead += entries * maskEntryBits(levels) * passes;
    if (!array.order.gathers) return;
    const packed = sum(own.map((count, level) => count * storedBits(levels[level]!)));
    const gathered = gatheredBits(geometry, mapping.tapsPerPixel, inputs[image]!, firstChannel, buffers.ifmap.width);
    counts.sramBits.gatherRead += (gathered - packed) * passes;
  });
  levels.forEach((precision, level) => {
    const count = pairs[level]!;
    if (count === 0) return;
    const name = precisionName(precision);
    counts.macsByBits[name] = (counts.macsByBits[name] ?? 0) + count * filters;
    counts.sramBits.ifmapRead += count * storedBits(precision) * passes;
    if (moves.activationsHop) counts.hopBits += count * filters * precision.activationBits;
    if (moves.weightsHop) counts.hopBits += count * filters * widest.weightBits;
  });
  counts.hopBits += moves.sumHops(busy) * mapping.sumBits;
  counts.hopBits += moves.preloadedWeights * widest.weightBits + moves.preloadedActivations * widest.activationBits;
  counts.sramBits.weightRead += moves.weightReads * widest.weightBits;
  counts.sramBits.sumWrite += moves.waitingSums * mapping.sumBits;
  counts.sramBits.sumRead += moves.waitingSums * mapping.sumBits;
  if (batch.fields !== undefined && array.order.gathers)
    for (const tile of mapping.windowTiles) {
      const bits = (tile.to - tile.from) * bitsFor(tile.to - tile.from);
      counts.sramBits.indexWrite += bits;
      counts.sramBits.indexRead += bits * moves.orderPasses;
    }
}

/**
 * Bits of the whole input that are read once more, ahead of the layer: an order by levels that are found in the input
 * needs all of them, and what does not fit on chip as one tile has to come twice.
 */
function bufferedBits(mapped: MappedLayer, batch: LayerBatch, inputs: readonly ElementBits[]): number {
  const { layer, accelerator, mapping } = mapped;
  const onChip = mapping.windowTiles.length === 1 && layer.groups === 1;
  if (!accelerator.array.order.gathers || batch.foundAtRunTime !== true || onChip) return 0;
  const area = layer.input.height * layer.input.width;
  return sum(inputs.map((bits) => bitsBetween(bitSums(bits, area, 0, layer.input.channels), 0, area)));
}

/** Counts one layer of one batch: array timing per tile, traffic per tile, and the timeline that joins them. */
export function countArrayLayer(mapped: MappedLayer, batch: LayerBatch): LayerCounts {
  const { layer, accelerator, channel, mapping, levels } = mapped;
  const { array } = accelerator;
  const { geometry, windowTiles, filterTiles } = mapping;
  const counts = noCounts();
  const tiles: Tile[] = [];
  const sharedLevels = batch.fields === undefined || batch.fields.every((field) => field.channels === 1);
  const inputs = storedInputs(mapped, batch.fields);
  let timings: TileTiming[] = [];
  let loadedWeights = '';
  let loadedMask = '';
  let arrayTotal = 0;

  for (let group = 0; group < layer.groups; group++) {
    if (group === 0 || !sharedLevels) {
      const time = arrayTimer(mapped, batch.fields, group);
      timings = windowTiles.flatMap((windows) => filterTiles.map((filters) => time(windows, filters)));
    }
    const traffic = groupTraffic(mapped, inputs, batch.output, group);
    countOperands(counts, mapped, batch, inputs, group, sum(timings.map((timing) => timing.busy)));
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
          weights === loadedWeights ? 0 : (filters.to - filters.from) * geometry.windowSize * mapping.widest.weightBits;
        loadedWeights = weights;
        const storeBits = outputTileBits(mapping, windows, traffic.outputSums[f]!);
        const own = timings[w * filterTiles.length + f]!;
        const timing = tiles.length === 0 ? withOffset(own, array) : own;
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
  const buffered = bufferedBits(mapped, batch, inputs);
  counts.dramBits.ifmap += channel.moved(buffered);
  counts.sramBits.ifmapWrite += buffered;
  counts.sramBits.ifmapRead += buffered;
  const prologue =
    channel.moved(batch.maskWriteBits) + channel.moved(batch.silhouetteReadBits) + channel.moved(buffered);
  counts.cycles.memory = timelineCycles(tiles, channel, prologue) - arrayTotal;
  counts.peCycles.memory = array.rows * array.cols * counts.cycles.memory;
  return counts;
}

/** A layer's first tile with the machine's `layerOffset`, as far as its first fold has a fill to take it from. */
function withOffset(timing: TileTiming, { rows, cols, layerOffset }: ArrayConfig): TileTiming {
  const offset = Math.max(layerOffset, -timing.firstFill);
  return {
    ...timing,
    cycles: timing.cycles + offset,
    fill: timing.fill + offset,
    fillDrain: timing.fillDrain + offset * timing.firstUsed,
    edge: timing.edge + offset * (rows * cols - timing.firstUsed),
    boundCycles: timing.boundCycles + offset,
  };
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
