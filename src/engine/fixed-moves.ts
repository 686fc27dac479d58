import { ceilDiv } from '../core/numbers.js';
import { rangesOf } from '../core/range.js';
import type { Transfer } from '../machine/dram/dram.js';
import type { MappedLayer } from './layer.js';
import type { TileStep } from './layer-walk.js';
import { touchedRows, touchedRuns, type Range } from './mapping/tiling.js';
import type { RegionWeights } from './region-weights.js';
import { rectangle, type Rectangle } from './storage/lines.js';
import { planeWidths, type PlaneWidths } from './storage/planes.js';
import { Runs } from './storage/place.js';
import { inputWidths } from './storage/stored.js';
import type { Tile } from './timeline.js';

/** One transfer of so many wanted bits, and what its bursts hold beyond them. */
export interface PackedMove {
  readonly bits: number;
  readonly transfer: Transfer;
  readonly lost: number;
}

/** One run of whole bursts. */
export function packedMove(
  { dram: { addressed, burstBits } }: MappedLayer,
  bits: number,
  write: boolean,
  address: number,
): PackedMove {
  const runs = new Runs(addressed);
  runs.add(address, ceilDiv(bits, burstBits));
  return { bits, transfer: { write, bursts: runs.bursts, runs: runs.runs }, lost: runs.bursts * burstBits - bits };
}

/** A load of weights alone: most tiles need nothing else. */
export interface WeightMove extends PackedMove {
  readonly load: TileLoad;
}

/** Bits that loads bring into the buffers. */
export interface Filled {
  readonly ifmap: number;
  readonly weight: number;
  readonly ofmap: number;
}

/** What a tile loads, and the bits that it brings. */
export interface TileLoad {
  readonly loads: Tile['loads'];
  readonly filled: Filled;
}

/** The input pixels that any window stands on. */
export interface TouchedPixels {
  readonly pixels: number;
  readonly rowRuns: readonly Range[];
  readonly colRuns: readonly Range[];
  /** 1 of each touched pixel row and column, 0 of others. */
  readonly rows: Uint8Array;
  readonly cols: Uint8Array;
  /** By region size, as far as somebody asked. */
  readonly weights: RegionWeights[];
}

/** What a layer's tiles move that no image changes: rectangles, channels, weights and sums. */
export class FixedMoves {
  /** Of the inputs and outputs of each window tile. */
  readonly inputs: readonly Rectangle[];
  readonly outputs: readonly Rectangle[];
  readonly wholeInput: Rectangle;
  readonly touched: TouchedPixels;
  readonly inputPlanes: PlaneWidths;
  readonly denseInputPlanes: PlaneWidths;
  readonly outputPlanes: PlaneWidths;
  readonly allChannels: Range;
  /** All weights of the layer. */
  readonly weightBits: number;
  readonly #inputChannels: readonly Range[];
  readonly #outputChannels: readonly Range[];
  readonly #weights: WeightMove[] = [];
  readonly #loadedSums: PackedMove[] = [];
  readonly #storedSums: PackedMove[] = [];

  constructor(readonly mapped: MappedLayer) {
    const { layer, mapping, levels, outputWidths } = mapped;
    const { tiling, geometry, widest } = mapping;
    this.inputs = tiling.windows.map(({ images, inputRows, inputCols }) => rectangle(images, inputRows, inputCols));
    this.outputs = tiling.windows.map(({ images, rows, cols }) => rectangle(images, numbers(rows), cols));
    const { height, width, channels } = layer.input;
    const batch = { from: 0, to: mapping.batch };
    this.wholeInput = rectangle(batch, numbers({ from: 0, to: height }), { from: 0, to: width });
    this.touched = touchedPixels(mapped);
    this.inputPlanes = planeWidths(inputWidths(levels, 'planes'));
    this.denseInputPlanes = planeWidths(inputWidths(levels, 'dense'));
    this.outputPlanes = planeWidths(outputWidths);
    this.allChannels = { from: 0, to: channels };
    this.weightBits = layer.filters * geometry.windowSize * widest.weightBits;
    this.#inputChannels = tiling.groups.flatMap((groups) =>
      tiling.channels.map((own) => inEveryGroup(groups, geometry.channels, own)),
    );
    this.#outputChannels = tiling.groups.flatMap((groups) =>
      tiling.filters.map((own) => inEveryGroup(groups, layer.filters / layer.groups, own)),
    );
  }

  /** Of the layer's input. Where groups are together, so are all their channels. */
  inputChannels({ group, channel }: TileStep): Range {
    return this.#inputChannels[group * this.mapped.mapping.tiling.channels.length + channel]!;
  }

  outputChannels({ group, filter }: TileStep): Range {
    return this.#outputChannels[group * this.mapped.mapping.tiling.filters.length + filter]!;
  }

  // Tiles of one kind lie one after another in ascending order, each in as much room as the first, which is the largest.

  weights({ group, filter, channel }: TileStep): WeightMove {
    const { tiling } = this.mapped.mapping;
    const place = (group * tiling.filters.length + filter) * tiling.channels.length + channel;
    return (this.#weights[place] ??= this.#weightMove(this.#weightBits(group, filter, channel), place));
  }

  #weightMove(bits: number, place: number): WeightMove {
    const { places, dram } = this.mapped;
    const room = ceilDiv(this.#weightBits(0, 0, 0), dram.burstBits);
    const { transfer, lost } = packedMove(this.mapped, bits, false, (places?.weights ?? 0) + place * room);
    const load = { loads: { weights: transfer }, filled: { ifmap: 0, weight: bits, ofmap: 0 } };
    return { bits, transfer, lost, load };
  }

  /** Sums that come back, or leave, to be continued. */
  sums({ group, window, filter }: TileStep, write: boolean): PackedMove {
    const { mapped } = this;
    const { tiling } = mapped.mapping;
    const place = (group * tiling.windows.length + window) * tiling.filters.length + filter;
    const known = write ? this.#storedSums : this.#loadedSums;
    return (known[place] ??= packedMove(
      mapped,
      this.#sumBits(group, window, filter),
      write,
      (mapped.places?.sums ?? 0) + place * ceilDiv(this.#sumBits(0, 0, 0), mapped.dram.burstBits),
    ));
  }

  #weightBits(group: number, filter: number, channel: number): number {
    const { tiling, geometry, widest } = this.mapped.mapping;
    const { grid } = tiling.channels[channel]!;
    return (
      sizeOf(tiling.groups[group]!) *
      sizeOf(tiling.filters[filter]!) *
      grid.channels *
      geometry.taps *
      widest.weightBits
    );
  }

  #sumBits(group: number, window: number, filter: number): number {
    const { tiling, sumBits } = this.mapped.mapping;
    const { windows } = tiling.windows[window]!;
    return sizeOf(tiling.groups[group]!) * windows * sizeOf(tiling.filters[filter]!) * sumBits;
  }
}

function sizeOf({ from, to }: Range): number {
  return to - from;
}

function numbers({ from, to }: Range): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** From the first of some numbers in the first group to the last in the last one, where each group has `each`. */
function inEveryGroup(groups: Range, each: number, own: Range): Range {
  return { from: groups.from * each + own.from, to: (groups.to - 1) * each + own.to };
}

function touchedPixels({ layer, mapping: { geometry } }: MappedLayer): TouchedPixels {
  const touched = touchedRows(geometry, { from: 0, to: layer.output.height });
  const colRuns = touchedRuns(geometry);
  const rows = new Uint8Array(layer.input.height);
  const cols = new Uint8Array(layer.input.width);
  for (const y of touched) rows[y] = 1;
  for (const { from, to } of colRuns) cols.fill(1, from, to);
  const width = colRuns.reduce((sum, run) => sum + sizeOf(run), 0);
  return { pixels: touched.length * width, rowRuns: rangesOf(touched), colRuns, rows, cols, weights: [] };
}

const known = new WeakMap<MappedLayer, FixedMoves>();

/** The fixed moves of a layer, made once for all images. */
export function fixedMoves(mapped: MappedLayer): FixedMoves {
  let moves = known.get(mapped);
  if (moves === undefined) known.set(mapped, (moves = new FixedMoves(mapped)));
  return moves;
}
