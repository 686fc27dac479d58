import { ceilDiv } from '../core/numbers.js';
import type { Transfer } from '../machine/dram/dram.js';
import { elements } from '../network/layer.js';
import { sharesLevels } from './array.js';
import type { LayerCounts } from './counts.js';
import type { MappedLayer } from './layer.js';
import type { TileStep } from './layer-walk.js';
import type { LevelField } from './levels.js';
import { touchedRows, touchedRuns, type Range, type WindowTile } from './mapping/tiling.js';
import { maskEntryBits, regionsUnder, tileRegions, type ReaderMasks } from './masks.js';
import { TensorLines, type Rectangle } from './storage/lines.js';
import { Runs } from './storage/place.js';
import { elementBits, inputWidths, type ElementBits } from './storage/stored.js';
import type { Tile } from './timeline.js';

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
  /** What its outputs' writer must know of their readers. */
  readonly readerMasks: ReaderMasks;
  /** The levels are found in the input itself, while it is read. */
  readonly foundAtRunTime?: boolean;
}

/** Bits that loads bring into the buffers. */
export interface Filled {
  readonly ifmap: number;
  readonly weight: number;
  readonly ofmap: number;
}

const everything = (): void => undefined;

/** A layer's traffic between DRAM and buffers, tile by tile (docs/memory-model.md, Traffic). */
export class LayerMemory {
  readonly prologue: Transfer[] = [];
  readonly #inputs: TensorLines;
  readonly #outputs: TensorLines;
  readonly #sharedMask: boolean;
  readonly #addressed: boolean;
  readonly #burstBits: number;
  /** Of the outputs that have left. */
  #outputBits = 0;

  constructor(
    readonly mapped: MappedLayer,
    readonly batch: LayerBatch,
    readonly counts: LayerCounts,
  ) {
    const { layer, accelerator, mapping, levels, dram, places, outputWidths } = mapped;
    const { burstBits } = dram;
    const dense: ElementBits = { uniform: true, bits: mapping.widest.activationBits };
    const planes = batch.fields !== undefined && accelerator.storage === 'planes';
    const stored = planes
      ? batch.fields.map((field) => elementBits(field, levels))
      : Array.from({ length: mapping.batch }, () => dense);
    const widths = inputWidths(levels, planes ? 'planes' : 'dense');
    this.#inputs = new TensorLines(stored, widths, layer.input, burstBits, places?.input);
    this.#outputs = new TensorLines(batch.output, outputWidths, layer.output, burstBits, places?.output);
    this.#sharedMask = sharesLevels(batch.fields);
    this.#addressed = dram.addressed;
    this.#burstBits = burstBits;
    this.#begin();
  }

  /** Forgets what belongs to groups that have passed. */
  forget(): void {
    this.#inputs.forget();
    this.#outputs.forget();
  }

  /** Loads what a tile needs and is not on chip. */
  load(step: TileStep): { readonly loads: Tile['loads']; readonly filled: Filled } {
    const { mapped, batch, counts } = this;
    const { mapping, inputKept } = mapped;
    const { sramBits, dramBits } = counts;
    const windows = mapping.tiling.windows[step.window]!;
    const filled = { ifmap: 0, weight: 0, ofmap: 0 };
    const loads: { -readonly [K in keyof Tile['loads']]: Tile['loads'][K] } = {};
    if (step.newInputs && !inputKept) {
      const runs = new Runs(this.#addressed);
      const bits = this.#inputs.move(rectangle(windows), this.#inputChannels(step), runs, this.#planeLoss);
      loads.inputs = transfer(runs, false);
      dramBits.ifmap += runs.bursts * this.#burstBits;
      sramBits.ifmapWrite += bits;
      filled.ifmap += bits;
    }
    const hasMask = batch.fields !== undefined && maskEntryBits(mapped.levels) > 0;
    if (hasMask && (this.#sharedMask ? step.newWindows : step.newInputs)) {
      const channels = this.#inputChannels(step);
      const bits = tileRegions(windows, batch.fields, channels.to - channels.from) * maskEntryBits(mapped.levels);
      loads.mask = this.#packed(bits, false, 'mask', this.#maskAddress(step));
      dramBits.maskRead += loads.mask.bursts * this.#burstBits;
      sramBits.maskWrite += bits;
      filled.ifmap += bits;
    }
    if (step.newWeights) {
      const bits = this.#weightBits(step);
      loads.weights = this.#packed(bits, false, 'weight', this.#weightAddress(step));
      dramBits.weight += loads.weights.bursts * this.#burstBits;
      sramBits.weightWrite += bits;
      filled.weight += bits;
    }
    if (step.newSums && !step.firstChannels) {
      const bits = this.#sumBits(step);
      loads.sums = this.#packed(bits, false, 'partialSum', this.#sumAddress(step));
      dramBits.sumRead += loads.sums.bursts * this.#burstBits;
      sramBits.sumWrite += bits;
      filled.ofmap += bits;
    }
    return { loads, filled };
  }

  /** Takes away what leaves the ofmap buffer after a tile; `outputs` are the bits of those that are done. */
  store(step: TileStep): { readonly store?: Transfer; readonly drained: number; readonly outputs: number } {
    if (!step.lastOfSums) return { drained: 0, outputs: 0 };
    const { mapped, counts } = this;
    const { sramBits, dramBits } = counts;
    if (!step.lastChannels) {
      const bits = this.#sumBits(step);
      const store = this.#packed(bits, true, 'partialSum', this.#sumAddress(step));
      dramBits.sumWrite += store.bursts * this.#burstBits;
      sramBits.sumRead += bits;
      return { store, drained: bits, outputs: 0 };
    }
    const stays = mapped.outputKept && !mapped.outputStored;
    const runs = new Runs(this.#addressed);
    const meter = stays ? everything : this.#planeLoss;
    const bits = this.#outputs.move(this.#outputRectangle(step), this.#outputChannels(step), runs, meter);
    this.#outputBits += bits;
    sramBits.ofmapWrite += bits;
    sramBits.ofmapRead += bits;
    if (mapped.outputKept) sramBits.ifmapWrite += bits;
    if (stays) {
      counts.keptBits.write += bits;
      return { drained: bits, outputs: bits };
    }
    dramBits.ofmap += runs.bursts * this.#burstBits;
    return { store: transfer(runs, true), drained: bits, outputs: bits };
  }

  /** What the whole layer must move at least, and what it spares; after its last tile. */
  whole(): void {
    const { mapped, batch, counts } = this;
    const { layer, mapping, levels } = mapped;
    const rows = touchedRows(mapping.geometry, { from: 0, to: layer.output.height });
    const images = { from: 0, to: mapping.batch };
    const all = { from: 0, to: layer.input.channels };
    let inputs = 0;
    for (const run of touchedRuns(mapping.geometry))
      inputs += this.#inputs.move({ images, rows, cols: run }, all, new Runs(false), everything);
    if (mapped.inputKept) counts.keptBits.read += inputs;
    const columns = [...new Set(mapping.geometry.inputCol)];
    const masks = (batch.fields ?? []).reduce(
      (regions, field) => regions + regionsUnder(field.map, rows, columns, layer.input.channels),
      0,
    );
    const weights = layer.filters * mapping.geometry.windowSize * mapping.widest.weightBits;
    const finding = batch.maskWriteBits + batch.silhouetteReadBits + batch.readerMasks.mapBits;
    counts.compulsoryBits += inputs + this.#outputBits + weights + masks * maskEntryBits(levels) + finding;
    counts.operations.requantize += mapping.batch * elements(layer.output);
    counts.sramBits.maskWrite += batch.readerMasks.mapBits;
    counts.sramBits.maskRead += batch.readerMasks.lookUpBits;
  }

  /** What moves before everything else. */
  #begin(): void {
    const { batch, counts, mapped } = this;
    const { dramBits, sramBits } = counts;
    const { places } = mapped;
    const add = (bits: number, write: boolean, address = 0): number => {
      if (bits === 0) return 0;
      const moved = this.#packed(bits, write, 'mask', address);
      this.prologue.push(moved);
      return moved.bursts * this.#burstBits;
    };
    dramBits.maskWrite += add(batch.maskWriteBits, true, places?.masks);
    dramBits.maskRead += add(batch.silhouetteReadBits, false, places?.silhouette);
    dramBits.maskRead += add(batch.readerMasks.mapBits, false, places?.readerMasks);
    if (!this.#readsAhead()) return;
    const runs = new Runs(this.#addressed);
    const { height, width, channels } = mapped.layer.input;
    const rows = Array.from({ length: height }, (_, y) => y);
    const whole = { images: { from: 0, to: mapped.mapping.batch }, rows, cols: { from: 0, to: width } };
    const bits = this.#inputs.move(whole, { from: 0, to: channels }, runs, this.#planeLoss);
    this.prologue.push(transfer(runs, false));
    dramBits.ifmap += runs.bursts * this.#burstBits;
    sramBits.ifmapWrite += bits;
    sramBits.ifmapRead += bits;
  }

  /**
   * An order by levels that are found in the input needs all of it before the layer starts: what does not stay on chip
   * comes twice.
   */
  #readsAhead(): boolean {
    const { accelerator, mapping, inputKept } = this.mapped;
    const { groups, windows, channels } = mapping.tiling;
    const onChip = inputKept || groups.length * windows.length * channels.length === 1;
    return accelerator.array.order.gathers && this.batch.foundAtRunTime === true && !onChip;
  }

  readonly #planeLoss = (width: number, bits: number, bursts: number): void => {
    this.#lose(`bits${String(width)}`, bursts * this.#burstBits - bits);
  };

  #lose(what: string, bits: number): void {
    const { packingBits } = this.counts;
    packingBits[what] = (packingBits[what] ?? 0) + bits;
  }

  /** One run of whole bursts. */
  #packed(bits: number, write: boolean, what: string, address: number): Transfer {
    const runs = new Runs(this.#addressed);
    runs.add(address, ceilDiv(bits, this.#burstBits));
    this.#lose(what, runs.bursts * this.#burstBits - bits);
    return transfer(runs, write);
  }

  /** Of the layer's input. Where groups are together, so are all their channels. */
  #inputChannels({ group, channel }: TileStep): Range {
    const { tiling, geometry } = this.mapped.mapping;
    const groups = tiling.groups[group]!;
    const channels = tiling.channels[channel]!;
    const last = (groups.to - 1) * geometry.channels;
    return { from: groups.from * geometry.channels + channels.from, to: last + channels.to };
  }

  #outputChannels({ group, filter }: TileStep): Range {
    const { layer, mapping } = this.mapped;
    const groups = mapping.tiling.groups[group]!;
    const filters = mapping.tiling.filters[filter]!;
    const each = layer.filters / layer.groups;
    return { from: groups.from * each + filters.from, to: (groups.to - 1) * each + filters.to };
  }

  #outputRectangle({ window }: TileStep): Rectangle {
    const { images, rows, cols } = this.mapped.mapping.tiling.windows[window]!;
    return { images, rows: Array.from({ length: rows.to - rows.from }, (_, i) => rows.from + i), cols };
  }

  #groupsOf({ group }: TileStep): number {
    const { from, to } = this.mapped.mapping.tiling.groups[group]!;
    return to - from;
  }

  #weightBits(step: TileStep): number {
    const { tiling, geometry, widest } = this.mapped.mapping;
    const filters = tiling.filters[step.filter]!;
    const { grid } = tiling.channels[step.channel]!;
    return this.#groupsOf(step) * (filters.to - filters.from) * grid.channels * geometry.taps * widest.weightBits;
  }

  #sumBits(step: TileStep): number {
    const { tiling, sumBits } = this.mapped.mapping;
    const filters = tiling.filters[step.filter]!;
    return this.#groupsOf(step) * tiling.windows[step.window]!.windows * (filters.to - filters.from) * sumBits;
  }

  // Tiles of one kind lie one after another in ascending order, each in as much room as the first, which is the largest.

  #weightAddress({ group, filter, channel }: TileStep): number {
    const { tiling } = this.mapped.mapping;
    const first = { group: 0, filter: 0, channel: 0 } as TileStep;
    const room = ceilDiv(this.#weightBits(first), this.#burstBits);
    const place = (group * tiling.filters.length + filter) * tiling.channels.length + channel;
    return (this.mapped.places?.weights ?? 0) + place * room;
  }

  #sumAddress({ group, window, filter }: TileStep): number {
    const { tiling } = this.mapped.mapping;
    const first = { group: 0, window: 0, filter: 0 } as TileStep;
    const room = ceilDiv(this.#sumBits(first), this.#burstBits);
    const place = (group * tiling.windows.length + window) * tiling.filters.length + filter;
    return (this.mapped.places?.sums ?? 0) + place * room;
  }

  /** Where the first entry of a tile's mask would stand if every pixel, or element, had one. */
  #maskAddress(step: TileStep): number {
    const { mapping, layer, levels, places } = this.mapped;
    if (places === undefined) return 0;
    const { images, inputRows, inputCols } = mapping.tiling.windows[step.window]!;
    const { height, width, channels } = layer.input;
    const plane = this.#sharedMask ? images.from : images.from * channels + this.#inputChannels(step).from;
    const entry = (plane * height + inputRows[0]!) * width + inputCols.from;
    return places.masks + Math.floor((entry * maskEntryBits(levels)) / this.#burstBits);
  }
}

function transfer({ runs, bursts }: Runs, write: boolean): Transfer {
  return { write, bursts, runs };
}

function rectangle({ images, inputRows, inputCols }: WindowTile): Rectangle {
  return { images, rows: inputRows, cols: inputCols };
}
