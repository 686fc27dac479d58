import { bitsFor, ceilDiv } from '../../core/numbers.js';
import type { BufferName } from '../../machine/accelerator.js';
import type { Shape } from '../../network/layer.js';
import type { AxisCut } from './axis-cut.js';
import type { TileSizes } from './choice.js';
import type { MappingRequest } from './request.js';
import { depthsOf } from '../storage/stored.js';
import { mappingShape, type MappingShape } from './shape.js';

export { halves, sumBitsOf, widestOf } from './shape.js';

/** Bits that a line of so many elements takes in a buffer: every plane takes whole words. */
function lineBits(elements: number, depths: readonly number[], wordBits: number): number {
  let words = 0;
  for (const depth of depths) words += ceilDiv(elements * depth, wordBits);
  return words * wordBits;
}

/**
 * What the inputs of a tile, its mask and its index take. `channels` are those of all its groups. Rows and columns at the
 * edge have fewer inputs than others, so that the tile with most of them need not be the one with most windows.
 */
export function inputDemand(
  shape: MappingShape,
  images: number,
  rows: AxisCut,
  cols: AxisCut,
  groups: number,
  channels: number,
): number {
  const { inputDepths, maskBits, maskPerChannel, indexed, request } = shape;
  const word: number = request.accelerator.buffers.ifmap.width;
  const entry = maskBits * (maskPerChannel ? channels : 1);
  let most = 0;
  for (const row of rows.largest)
    for (const col of cols.largest) {
      const lines = images * row.inputs;
      const inputs = request.inputKept ? 0 : lineBits(col.inputs * channels, inputDepths, word);
      const windows = images * row.outputs * col.outputs;
      const index = indexed ? groups * windows * bitsFor(windows) : 0;
      most = Math.max(most, lines * (inputs + col.inputs * entry) + index);
    }
  return most;
}

/** What the weights of a tile take; filters and channels are those of one group. */
export function weightDemand({ geometry, widest }: MappingShape, { groups, filters, channels }: OperandSizes): number {
  return groups * filters * geometry.taps * channels * widest.weightBits;
}

type OperandSizes = Pick<TileSizes, 'groups' | 'filters' | 'channels'>;

/** Bits that one output takes while it is on chip: those of a sum where it waits for other channels, or other packets. */
export function valueBits({ request, geometry, whole, sumBits, outputBits }: MappingShape, channels: number): number {
  const { array } = request.accelerator;
  const packets = geometry.taps * ceilDiv(channels, array.unit.lanes);
  const waits = channels < whole.channels || (array.dataflow.sums === 'pass' && packets > array.rows);
  return waits ? sumBits : outputBits;
}

/** What half of each buffer must hold for tiles of these sizes, in bits (docs/memory-model.md). */
export function tileDemand(request: MappingRequest, tiles: TileSizes): Record<BufferName, number> {
  const shape = mappingShape(request);
  const { batch, rows, cols, groups, filters, channels } = tiles;
  return {
    ifmap: inputDemand(shape, batch, shape.rows(rows), shape.cols(cols), groups, groups * channels),
    weight: weightDemand(shape, tiles),
    ofmap: batch * rows * cols * groups * filters * valueBits(shape, channels),
  };
}

/** Bits of the ifmap buffer that a kept tensor takes: its lines at the widest bits, whole words, all images. */
export function keptBits(shape: Shape, widths: readonly number[], wordBits: number, batch: number): number {
  return batch * shape.height * lineBits(shape.width * shape.channels, depthsOf(widths), wordBits);
}
