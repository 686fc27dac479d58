import { ceilDiv } from '../../core/numbers.js';
import { lineBursts, type AxisCut } from './axis-cut.js';
import type { Loop, LoopOrder, MappingChoice } from './choice.js';
import { layerCut, type ChannelCut, type FilterCut, type GroupCut, type LayerCut, type WindowCut } from './cuts.js';
import type { Piece } from './pieces.js';
import type { MappingRequest } from './request.js';
import { mappingShape, type MappingShape } from './shape.js';

/** DRAM bits by operand, whole bursts. */
export interface Traffic {
  readonly ifmap: number;
  readonly weight: number;
  readonly ofmap: number;
  readonly maskRead: number;
  readonly sumRead: number;
  readonly sumWrite: number;
}

/** How many tiles every loop has. */
export type LoopCounts = Readonly<Record<Loop, number>>;

/**
 * How often something is moved that does not depend on `loop`: once more for each of its tiles, unless nothing changes
 * inside that loop, so that the tile after has what the tile before had.
 */
export function passesOver(loop: Loop, order: LoopOrder, counts: LoopCounts): number {
  let inside = 1;
  for (let i = 2; order[i] !== loop; i--) inside *= counts[order[i]!];
  return inside > 1 ? counts[loop] : 1;
}

/** How often the walk comes to all window tiles, one after another. */
function windowPasses(order: LoopOrder, counts: LoopCounts, groupTiles: number): number {
  if (counts.windows === 1) return 1;
  let outside = groupTiles;
  for (let i = 0; order[i] !== 'windows'; i++) outside *= counts[order[i]!];
  return outside;
}

/** How often an order moves each operand as a whole. */
export interface Passes {
  readonly inputs: number;
  readonly mask: number;
  readonly weights: number;
  /** Times that sums leave unfinished, and come back. */
  readonly sums: number;
}

export function passesOf(shape: MappingShape, order: LoopOrder, counts: LoopCounts, groupTiles: number): Passes {
  const inputs = passesOver('filters', order, counts);
  return {
    inputs,
    mask: shape.maskBits === 0 ? 0 : shape.maskPerChannel ? inputs : windowPasses(order, counts, groupTiles),
    weights: passesOver('windows', order, counts),
    sums: passesOver('channels', order, counts) - 1,
  };
}

export function loopCounts({ windows, filters, channels }: LayerCut): LoopCounts {
  return { windows: windows.tiles, filters: filters.tiles, channels: channels.tiles };
}

/** Bursts of one line of every plane of all tiles side by side, of all groups. */
export function lineBurstsOf(
  shape: MappingShape,
  moved: readonly Piece[],
  cols: AxisCut,
  of: 'inputs' | 'outputs',
): number {
  const [ranges, depths] =
    of === 'inputs' ? [cols.inputRanges, shape.inputDepths] : [cols.outputRanges, shape.outputDepths];
  let bursts = 0;
  for (const { size, count } of moved) bursts += count * lineBursts(ranges, size, depths, shape.channel.burstBits);
  return bursts;
}

/** Bursts of the weights of all tiles. */
export function weightBursts(shape: MappingShape, groups: GroupCut, filters: FilterCut, channels: ChannelCut): number {
  const bits = shape.geometry.taps * shape.widest.weightBits;
  let bursts = 0;
  for (const group of groups.pieces)
    for (const filter of filters.pieces)
      for (const channel of channels.pieces) {
        const tile = ceilDiv(group.size * filter.size * channel.size * bits, shape.channel.burstBits);
        bursts += group.count * filter.count * channel.count * tile;
      }
  return bursts;
}

/** Bursts of the masks of all window tiles, for each of `moved` channels where they differ from channel to channel. */
export function maskBursts(shape: MappingShape, windows: WindowCut, moved: readonly Piece[]): number {
  const { maskBits, maskPerChannel, channel } = shape;
  if (maskBits === 0) return 0;
  let bursts = 0;
  for (const { size: channels, count: times } of maskPerChannel ? moved : [{ size: 1, count: 1 }])
    for (const { size, count } of windows.pixels)
      bursts += times * count * ceilDiv(size * channels * maskBits, channel.burstBits);
  return bursts;
}

/** Bursts of all sums. Groups of whole filters and channels never have waiting ones. */
export function sumBursts(shape: MappingShape, windows: WindowCut, filters: FilterCut): number {
  let bursts = 0;
  for (const window of windows.pieces)
    for (const filter of filters.moved) {
      const tile = ceilDiv(window.size * filter.size * shape.sumBits, shape.channel.burstBits);
      bursts += window.count * filter.count * tile;
    }
  return bursts;
}

/** Closed form of what the walk of a mapping moves, by operand; the prologue is not in it. */
export function cutTraffic(shape: MappingShape, cut: LayerCut, order: LoopOrder): Traffic {
  const { windows, groups, filters, channels } = cut;
  const { request, whole, channel } = shape;
  const passes = passesOf(shape, order, loopCounts(cut), groups.tiles);
  const lines = whole.batch * windows.rows.inputs;
  const inputs = request.inputKept ? 0 : lines * lineBurstsOf(shape, channels.moved, windows.cols, 'inputs');
  const outputLines = whole.batch * whole.rows;
  const outputs = request.outputKept ? 0 : outputLines * lineBurstsOf(shape, filters.moved, windows.cols, 'outputs');
  const sums = passes.sums === 0 ? 0 : passes.sums * sumBursts(shape, windows, filters);
  const bits = (bursts: number): number => bursts * channel.burstBits;
  return {
    ifmap: bits(inputs * passes.inputs),
    weight: bits(weightBursts(shape, groups, filters, channels) * passes.weights),
    ofmap: bits(outputs),
    maskRead: bits(maskBursts(shape, windows, channels.moved) * passes.mask),
    sumRead: bits(sums),
    sumWrite: bits(sums),
  };
}

/**
 * DRAM bits of a mapping, all elements at their widest and a mask entry for every pixel, or element: what the tiles
 * of docs/memory-model.md move, without the prologue.
 */
export function mappingTraffic(request: MappingRequest, { order, tiles }: MappingChoice): Traffic {
  const shape = mappingShape(request);
  return cutTraffic(shape, layerCut(shape, tiles), order);
}

export function totalTraffic({ ifmap, weight, ofmap, maskRead, sumRead, sumWrite }: Traffic): number {
  return ifmap + weight + ofmap + maskRead + sumRead + sumWrite;
}
