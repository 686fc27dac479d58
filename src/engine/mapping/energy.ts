import { bitsFor } from '../../core/numbers.js';
import type { LayerCut } from './cuts.js';
import { countOf } from './pieces.js';
import type { MappingShape } from './shape.js';
import type { Passes } from './traffic.js';

/** Bits read from and written to each buffer. */
export interface BufferTraffic {
  readonly ifmapRead: number;
  readonly ifmapWrite: number;
  readonly weightRead: number;
  readonly weightWrite: number;
  readonly ofmapRead: number;
  readonly ofmapWrite: number;
}

/**
 * What a mapping moves between buffers, DRAM and array, all elements at their widest: the operand moves of every tile
 * (`dataflows/operands.ts`) summed in closed form, fills, sums that wait, outputs. Words that a gathering order reads in
 * part are not in it.
 */
export function bufferTraffic(shape: MappingShape, cut: LayerCut, passes: Passes): BufferTraffic {
  const { request, whole, geometry, widest, sumBits, outputBits, maskBits, maskPerChannel, indexed } = shape;
  const { dataflow } = request.accelerator.array;
  const { windows, filters, channels } = cut;
  const { groups, batch } = whole;
  const totalWindows = batch * geometry.windowsPerImage;
  const outputs = totalWindows * groups * whole.filters;
  const inputPixels = batch * windows.rows.inputs * windows.cols.inputs;
  const filterFolds = countOf(filters.folds);

  const pixelReads = totalWindows * geometry.taps * filterFolds * groups;
  const maskReads = maskBits * (maskPerChannel ? whole.channels : channels.tiles);
  let index = 0;
  if (indexed) for (const { size, count } of windows.pieces) index += count * size * bitsFor(size);
  const streams = dataflow.sums === 'pass' && dataflow.windows === 'time';
  const indexReads = groups * index * filterFolds * (streams ? channels.packetFolds : channels.tiles);

  const weights = groups * whole.filters * whole.channels * geometry.taps * widest.weightBits;
  const weightReads =
    dataflow.windows !== 'time'
      ? countOf(windows.folds)
      : // Nothing keeps a weight where sums are reduced at once.
        dataflow.sums === 'reduce'
        ? totalWindows
        : windows.tiles;

  const betweenFolds = dataflow.sums === 'pass' ? channels.packetFolds - channels.tiles : 0;
  const sums = outputs * sumBits * (betweenFolds + (channels.tiles - 1) + passes.sums);
  const stored = outputs * outputBits;

  const masks = inputPixels * maskBits * passes.mask * (maskPerChannel ? groups * whole.channels : 1);
  const inputs = request.inputKept ? 0 : inputPixels * groups * whole.channels * widest.activationBits * passes.inputs;
  return {
    ifmapRead: pixelReads * (whole.channels * widest.activationBits + maskReads) + indexReads,
    ifmapWrite: inputs + masks + groups * channels.tiles * index * passes.inputs + (request.outputKept ? stored : 0),
    weightRead: weights * weightReads,
    weightWrite: weights * passes.weights,
    ofmapRead: sums + stored,
    ofmapWrite: sums + stored,
  };
}

/** What the objective `energy` compares, in pJ: DRAM, buffers, and leakage over `cycles`. */
export function rankedEnergy(
  { request: { prices } }: MappingShape,
  buffers: BufferTraffic,
  dramBits: number,
  cycles: number,
): number {
  const { read, write } = prices;
  return (
    dramBits * prices.dramPerBit +
    buffers.ifmapRead * read.ifmap +
    buffers.ifmapWrite * write.ifmap +
    buffers.weightRead * read.weight +
    buffers.weightWrite * write.weight +
    buffers.ofmapRead * read.ofmap +
    buffers.ofmapWrite * write.ofmap +
    cycles * prices.perCycle
  );
}
