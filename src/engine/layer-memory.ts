import type { Transfer } from '../machine/dram/dram.js';
import { elements } from '../network/layer.js';
import { sharesLevels } from './array.js';
import type { LayerCounts } from './counts.js';
import {
  fixedMoves,
  packedMove,
  type FixedMoves,
  type PackedMove,
  type TileLoad,
  type WeightMove,
} from './fixed-moves.js';
import type { MappedLayer } from './layer.js';
import type { TileStep } from './layer-walk.js';
import type { LevelField } from './levels.js';
import { maskEntries, maskEntryBits, regionsUnder, type ReaderMasks } from './masks.js';
import { packed, Packing } from './packing.js';
import { weightsFor } from './region-weights.js';
import { TensorLines } from './storage/lines.js';
import { Runs } from './storage/place.js';
import { elementBits, weightedBits, type ElementBits } from './storage/stored.js';
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

const nothing: TileLoad = { loads: {}, filled: { ifmap: 0, weight: 0, ofmap: 0 } };

/** A layer's traffic between DRAM and buffers, tile by tile (docs/memory-model.md, Traffic). */
export class LayerMemory {
  readonly prologue: Transfer[] = [];
  readonly #fixed: FixedMoves;
  readonly #inputs: TensorLines;
  readonly #outputs: TensorLines;
  readonly #sharedMask: boolean;
  /** Bits of a mask entry, 0 where there is no mask. */
  readonly #entryBits: number;
  readonly #addressed: boolean;
  readonly #burstBits: number;
  readonly #packing = new Packing();
  /** Of the outputs that have left. */
  #outputBits = 0;

  constructor(
    readonly mapped: MappedLayer,
    readonly batch: LayerBatch,
    readonly counts: LayerCounts,
  ) {
    const { accelerator, mapping, levels, dram, places } = mapped;
    const { burstBits } = dram;
    const fixed = fixedMoves(mapped);
    const dense: ElementBits = { uniform: true, bits: mapping.widest.activationBits };
    const planes = batch.fields !== undefined && accelerator.storage === 'planes';
    const stored = planes
      ? batch.fields.map((field) => elementBits(field, levels))
      : Array.from({ length: mapping.batch }, () => dense);
    const inputPlanes = planes ? fixed.inputPlanes : fixed.denseInputPlanes;
    this.#fixed = fixed;
    this.#inputs = new TensorLines(stored, inputPlanes, burstBits, places?.input);
    this.#outputs = new TensorLines(batch.output, fixed.outputPlanes, burstBits, places?.output);
    this.#sharedMask = sharesLevels(batch.fields);
    this.#entryBits = batch.fields === undefined ? 0 : maskEntryBits(levels);
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
  load(step: TileStep): TileLoad {
    const inputs = step.newInputs && !this.mapped.inputKept;
    const mask = this.#entryBits > 0 && (this.#sharedMask ? step.newWindows : step.newInputs);
    const sums = step.newSums && !step.firstChannels;
    if (!inputs && !mask && !sums) return step.newWeights ? this.#loadWeights(step).load : nothing;
    const { dramBits, sramBits } = this.counts;
    const loads: { -readonly [K in keyof Tile['loads']]: Tile['loads'][K] } = {};
    const filled = { ifmap: 0, weight: 0, ofmap: 0 };
    if (inputs) {
      const runs = new Runs(this.#addressed);
      const channels = this.#fixed.inputChannels(step);
      const bits = this.#inputs.move(this.#fixed.inputs[step.window]!, channels, runs, this.#losePlane);
      loads.inputs = transfer(runs, false);
      dramBits.ifmap += runs.bursts * this.#burstBits;
      sramBits.ifmapWrite += bits;
      filled.ifmap += bits;
    }
    if (mask) {
      const move = this.#mask(step);
      loads.mask = this.#packed(move, packed.mask);
      dramBits.maskRead += move.transfer.bursts * this.#burstBits;
      sramBits.maskWrite += move.bits;
      filled.ifmap += move.bits;
    }
    if (step.newWeights) {
      const { transfer, bits } = this.#loadWeights(step);
      loads.weights = transfer;
      filled.weight += bits;
    }
    if (sums) {
      const move = this.#fixed.sums(step, false);
      loads.sums = this.#packed(move, packed.partialSum);
      dramBits.sumRead += move.transfer.bursts * this.#burstBits;
      sramBits.sumWrite += move.bits;
      filled.ofmap += move.bits;
    }
    return { loads, filled };
  }

  #loadWeights(step: TileStep): WeightMove {
    const move = this.#fixed.weights(step);
    this.#packing.lose(packed.weight, move.lost);
    this.counts.dramBits.weight += move.transfer.bursts * this.#burstBits;
    this.counts.sramBits.weightWrite += move.bits;
    return move;
  }

  /** Takes away what leaves the ofmap buffer after a tile; `outputs` are the bits of those that are done. */
  store(step: TileStep): { readonly store?: Transfer; readonly drained: number; readonly outputs: number } {
    if (!step.lastOfSums) return { drained: 0, outputs: 0 };
    const { mapped, counts } = this;
    const { sramBits, dramBits } = counts;
    if (!step.lastChannels) {
      const move = this.#fixed.sums(step, true);
      const store = this.#packed(move, packed.partialSum);
      dramBits.sumWrite += store.bursts * this.#burstBits;
      sramBits.sumRead += move.bits;
      return { store, drained: move.bits, outputs: 0 };
    }
    const rectangle = this.#fixed.outputs[step.window]!;
    const channels = this.#fixed.outputChannels(step);
    if (mapped.outputKept && !mapped.outputStored) {
      const bits = this.#outputs.bits(rectangle, channels);
      counts.keptBits.write += bits;
      this.#drain(bits);
      return { drained: bits, outputs: bits };
    }
    const runs = new Runs(this.#addressed);
    const bits = this.#outputs.move(rectangle, channels, runs, this.#losePlane);
    dramBits.ofmap += runs.bursts * this.#burstBits;
    this.#drain(bits);
    return { store: transfer(runs, true), drained: bits, outputs: bits };
  }

  /** Outputs that pass the ofmap buffer. */
  #drain(bits: number): void {
    const { sramBits } = this.counts;
    this.#outputBits += bits;
    sramBits.ofmapWrite += bits;
    sramBits.ofmapRead += bits;
    if (this.mapped.outputKept) sramBits.ifmapWrite += bits;
  }

  /** What the whole layer must move at least, and what it spares; after its last tile. */
  whole(): void {
    const { mapped, batch, counts } = this;
    const { layer, mapping } = mapped;
    const { touched, weightBits } = this.#fixed;
    const inputs = this.#touchedBits();
    if (mapped.inputKept) counts.keptBits.read += inputs;
    let regions = 0;
    for (const { map } of batch.fields ?? []) regions += regionsUnder(map, touched, layer.input.channels);
    const finding = batch.maskWriteBits + batch.silhouetteReadBits + batch.readerMasks.mapBits;
    counts.compulsoryBits += inputs + this.#outputBits + weightBits + regions * this.#entryBits + finding;
    counts.operations.requantize += mapping.batch * elements(layer.output);
    counts.sramBits.maskWrite += batch.readerMasks.mapBits;
    counts.sramBits.maskRead += batch.readerMasks.lookUpBits;
    this.#packing.addTo(counts.packingBits);
  }

  /** Bits of the inputs that any window stands on. */
  #touchedBits(): number {
    const { touched, allChannels } = this.#fixed;
    let bits = 0;
    for (const stored of this.#inputs.stored)
      bits += stored.uniform
        ? touched.pixels * allChannels.to * stored.bits
        : weightedBits(
            stored,
            allChannels,
            weightsFor(touched.weights, stored.field.map, () => touched),
          );
    return bits;
  }

  /** What moves before everything else. */
  #begin(): void {
    const { batch, counts, mapped } = this;
    const { dramBits, sramBits } = counts;
    const { places } = mapped;
    const add = (bits: number, write: boolean, address = 0): number => {
      if (bits === 0) return 0;
      const moved = this.#packed(packedMove(mapped, bits, write, address), packed.mask);
      this.prologue.push(moved);
      return moved.bursts * this.#burstBits;
    };
    dramBits.maskWrite += add(batch.maskWriteBits, true, places?.masks);
    dramBits.maskRead += add(batch.silhouetteReadBits, false, places?.silhouette);
    dramBits.maskRead += add(batch.readerMasks.mapBits, false, places?.readerMasks);
    if (!this.#readsAhead()) return;
    const runs = new Runs(this.#addressed);
    const { wholeInput, allChannels } = this.#fixed;
    const bits = this.#inputs.move(wholeInput, allChannels, runs, this.#losePlane);
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

  readonly #losePlane = (width: number, bits: number, bursts: number): void => {
    this.#packing.losePlane(width, bursts * this.#burstBits - bits);
  };

  /** A move whose loss is counted. */
  #packed({ transfer, lost }: PackedMove, what: number): Transfer {
    this.#packing.lose(what, lost);
    return transfer;
  }

  #mask(step: TileStep): PackedMove {
    const { from, to } = this.#fixed.inputChannels(step);
    const { images, rowRuns, colRuns } = this.#fixed.inputs[step.window]!;
    const entries = maskEntries(this.batch.fields!, images, { rowRuns: rowRuns.runs, colRuns }, to - from);
    return packedMove(this.mapped, entries * this.#entryBits, false, this.#maskAddress(step));
  }

  /** Where the first entry of a tile's mask would stand if every pixel, or element, had one. */
  #maskAddress(step: TileStep): number {
    const { layer, places } = this.mapped;
    if (places === undefined) return 0;
    const { images, rows, cols } = this.#fixed.inputs[step.window]!;
    const { height, width, channels } = layer.input;
    const plane = this.#sharedMask ? images.from : images.from * channels + this.#fixed.inputChannels(step).from;
    const entry = (plane * height + rows[0]!) * width + cols.from;
    return places.masks + Math.floor((entry * this.#entryBits) / this.#burstBits);
  }
}

function transfer({ runs, bursts }: Runs, write: boolean): Transfer {
  return { write, bursts, runs };
}
