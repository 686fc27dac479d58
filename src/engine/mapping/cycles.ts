import { ceilDiv } from '../../core/numbers.js';
import { lineBursts } from './axis-cut.js';
import type { TileSizes } from './choice.js';
import type { PacketGrid } from '../packets.js';
import { layerCut, type FilterCut, type LayerCut, type WindowCut } from './cuts.js';
import { foldPaces, slowestLaw, type FoldPaces } from './fold-pace.js';
import { countOf, piecesOf, type Piece } from './pieces.js';
import type { MappingRequest } from './request.js';
import { mappingShape, type MappingShape } from './shape.js';

/** Array cycles of a layer that is cut somehow, all operands at the slowest level. */
export type ArrayCycles = (cut: LayerCut) => number;

/**
 * Sums over all folds of a dataflow in which every packet takes equally long. After the first step of such a fold everything
 * repeats, `service` cycles later: the equations of machine-model.md hold with start(step) = start(0) + step · service in every
 * discipline. A fold thus takes what one of one step takes and `service` for every further one.
 */
class FoldSums {
  readonly #array;
  readonly #paces: FoldPaces;

  constructor(shape: MappingShape) {
    const { laws, accelerator } = shape.request;
    this.#array = accelerator.array;
    const members = Math.min(this.#array.unit.lanes, shape.whole.channels);
    this.#paces = foldPaces(this.#array, shape.geometry, slowestLaw(laws, members));
  }

  /** Rows and columns that a fold with work for so many occupies. */
  #rows(used: number): number {
    return this.#array.edge === 'full' ? this.#array.rows : used;
  }

  #cols(used: number): number {
    return this.#array.edge === 'full' ? this.#array.cols : used;
  }

  /** Cycles of a fold around those that the discipline counts. */
  #around(rows: number): number {
    const { dataflow, foldOverhead, drain } = this.#array;
    const preload = dataflow.sums === 'pass' ? rows : 0;
    return foldOverhead + preload + (drain === 'serial' ? rows : 0);
  }

  /** Σ over folds of what they take beyond their steps' services. */
  #fills(rowFolds: readonly Piece[], colFolds: readonly Piece[], service: number): number {
    const { rows, cols, edge } = this.#array;
    const firstStep = this.#paces.firstStep(service);
    if (edge === 'full')
      return countOf(rowFolds) * countOf(colFolds) * (firstStep(rows, cols) + this.#around(rows) - service);
    let total = 0;
    for (const row of rowFolds)
      for (const col of colFolds)
        total += row.count * col.count * (firstStep(row.size, col.size) + this.#around(row.size) - service);
    return total;
  }

  /** Barrier folds of one group's channel tiles, of which `which` are of one size. */
  barrier({ windows, filters, channels }: LayerCut, which: number): number {
    const { size, count } = channels.pieces[which]!;
    const { service, packets, source } = this.#paces.channels(size);
    if (service === undefined) return count * this.#uneven(windows, filters, source.grid);
    const { dataflow } = this.#array;
    const stay = dataflow.sums === 'stay';
    const rowFolds = stay ? windows.folds : channels.folds[which]!;
    const colFolds = dataflow.windows === 'cols' ? windows.folds : filters.folds;
    const fills = this.#fills(rowFolds, colFolds, service);
    const folds = countOf(rowFolds) * countOf(colFolds);
    if (stay) return count * (fills + folds * service * packets);
    let [tiles, steps] = [0, 0];
    for (const piece of dataflow.windows === 'time' ? windows.pieces : filters.pieces) {
      tiles += piece.count;
      steps += piece.size * piece.count;
    }
    return tiles * fills + folds * service * steps;
  }

  /** The folds of one channel tile whose last block takes another time than the others. */
  #uneven(windows: WindowCut, filters: FilterCut, { channels, packets }: PacketGrid): number {
    const { dataflow, rows: side } = this.#array;
    const one = (rows: number, cols: number, steps: number, firstPacket: number): number =>
      this.#paces.uneven(channels, { rows, cols, steps, firstPacket }) + this.#around(this.#rows(rows));
    let total = 0;
    if (dataflow.sums === 'stay') {
      for (const row of windows.folds)
        for (const col of filters.folds) total += row.count * col.count * one(row.size, col.size, packets, 0);
      return total;
    }
    const streamed = dataflow.windows === 'time' ? windows.pieces : filters.pieces;
    const abreast = dataflow.windows === 'time' ? filters.folds : windows.folds;
    for (let from = 0; from < packets; from += side)
      for (const item of streamed)
        for (const col of abreast)
          total += item.count * col.count * one(Math.min(side, packets - from), col.size, item.size, from);
    return total;
  }

  /**
   * Pipelined folds of one group. Steps run on at one pace, so that a fold ends as late as if it were alone plus the
   * steps before it; the last of the folds of each extent decide. Exact where all folds occupy as many rows and columns, or where
   * operands wait for their neighbours; an estimate where nobody waits and clipped folds skip a PE, or where the last block takes
   * another time.
   */
  pipelined({ windows, filters, channels: { pieces } }: LayerCut, which: number): number {
    const channels = pieces[which]!;
    const { rows: side, cols: width } = this.#array;
    const pace = this.#paces.channels(channels.size);
    const fold = (rows: number, cols: number): number => {
      const { service, packets } = pace;
      if (service === undefined)
        return this.#paces.uneven(channels.size, { rows, cols, steps: packets, firstPacket: 0 });
      return this.#paces.firstStep(service)(this.#rows(rows), this.#cols(cols)) + (packets - 1) * service;
    };
    let total = 0;
    for (const window of windows.pieces)
      for (const filter of filters.pieces) {
        const across = ceilDiv(filter.size, width);
        let end = 0;
        for (const row of lastFolds(window.size, side))
          for (const col of lastFolds(filter.size, width)) {
            const before = row.index * across + col.index;
            end = Math.max(end, fold(row.size, col.size) + before * pace.windowCycles);
          }
        total += window.count * filter.count * end;
      }
    return channels.count * total;
  }
}

/** The last whole fold along a side, and what remains. */
function lastFolds(items: number, side: number): { size: number; index: number }[] {
  let index = -1;
  return piecesOf(items, Math.min(items, side)).map(({ size, count }) => {
    index += count;
    return { size, index };
  });
}

/** A reduce array: items follow each other, and skew comes once per fold where operands are pumped. */
function reduceCycles(shape: MappingShape): ArrayCycles {
  const { laws, accelerator, first } = shape.request;
  const { array } = accelerator;
  const { taps, windowsPerImage } = shape.geometry;
  const together = array.im2col === 'first' && first ? taps : 1;
  const items = shape.whole.batch * windowsPerImage * (taps / together);
  const law = slowestLaw(laws, shape.whole.channels * together);
  return ({ windows, filters, channels }) => {
    let total = 0;
    for (const channel of channels.pieces) {
      const { units, cycles } = law.work(channel.size * together);
      const rows = array.edge === 'full' ? array.rows : Math.min(array.rows, units);
      const each = ceilDiv(units, array.rows) * cycles;
      for (const { size, count } of filters.folds) {
        const cols = array.edge === 'full' ? array.cols : size;
        const skew = array.discipline.feed === 'pumped' ? rows + cols - 2 : 0;
        total += channel.count * count * (items * each + windows.tiles * (skew + array.foldOverhead));
      }
    }
    return shape.whole.groups * total;
  };
}

/**
 * Array cycles without `layerOffset`, which is the same for all mappings. Exact for folds with barriers; for pipelined ones
 * see `FoldSums.pipelined`.
 */
export function arrayCyclesOf(shape: MappingShape): ArrayCycles {
  const { array } = shape.request.accelerator;
  if (array.dataflow.sums === 'reduce') return reduceCycles(shape);
  const sums = new FoldSums(shape);
  const pipelined = array.folds === 'pipelined';
  return (cut) => {
    let total = 0;
    for (let i = 0; i < cut.channels.pieces.length; i++)
      total += pipelined ? sums.pipelined(cut, i) : sums.barrier(cut, i);
    return shape.whole.groups * total;
  };
}

/** Array cycles of tiles of these sizes, all operands at the slowest level (see {@link arrayCyclesOf}). */
export function mappingCycles(request: MappingRequest, tiles: TileSizes): number {
  const shape = mappingShape(request);
  return arrayCyclesOf(shape)(layerCut(shape, tiles));
}

/** DRAM bits that must be there before the first tile can begin. */
export function firstLoadBits(shape: MappingShape, { windows, groups, filters, channels }: LayerCut): number {
  const { request, channel, inputDepths, maskBits, maskPerChannel, geometry, widest } = shape;
  const { images, rows, cols } = windows;
  const moved = groups.size * channels.size;
  const lines = images * rows.first.inputs;
  const inputs = request.inputKept
    ? 0
    : lines * lineBursts([cols.inputRanges[0]!], moved, inputDepths, channel.burstBits);
  const mask = lines * cols.first.inputs * maskBits * (maskPerChannel ? moved : 1);
  const weights = moved * filters.size * geometry.taps * widest.weightBits;
  return (inputs + ceilDiv(mask, channel.burstBits) + ceilDiv(weights, channel.burstBits)) * channel.burstBits;
}

/**
 * What the objective `cycles` compares: the slower of array and channel, and the first load, which nothing hides. A figure to
 * rank mappings by; the timeline decides how long a layer really takes.
 */
export function rankedCycles(shape: MappingShape, array: number, dramBits: number, firstLoad: number): number {
  const { channel } = shape;
  return Math.max(array, channel.cycles(dramBits)) + channel.cycles(firstLoad) + channel.latencyCycles;
}
