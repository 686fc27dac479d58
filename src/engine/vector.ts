import { elements, type VectorLayer } from '../network/layer.js';
import type { Accelerator } from '../machine/accelerator.js';
import type { Channel } from '../machine/dram/bandwidth.js';
import { noCounts, type LayerCounts } from './counts.js';
import { timelineCycles, type Tile } from './timeline.js';

/**
 * Elements that the vector unit works on for one image: every input under a pooling window, one pair per output of an
 * addition or multiplication, one per output that a concatenation or resize moves.
 */
export function vectorElements(layer: VectorLayer): number {
  const outputs = elements(layer.output);
  switch (layer.kind) {
    case 'pool':
      return layer.kernel === undefined ? elements(layer.inputs[0]!) : outputs * layer.kernel[0] * layer.kernel[1];
    case 'add':
    case 'multiply':
      return outputs * (layer.inputs.length - 1);
    case 'concat':
    case 'resize':
      return outputs;
  }
}

/** Cuts `total` into `parts` integers that differ by at most one and sum to it. */
function share(total: number, part: number, parts: number): number {
  return Math.floor((total * (part + 1)) / parts) - Math.floor((total * part) / parts);
}

/**
 * A layer on the vector unit: `array.cols` lanes, one element per lane and cycle. Its tensors stream through the ifmap
 * and ofmap buffers in equal chunks that fit their halves. `outputBits` are the stored bits of all outputs of the batch.
 */
export function countVectorLayer(
  layer: VectorLayer,
  accelerator: Accelerator,
  channel: Channel,
  batch: number,
  inputBitsPerElement: number,
  outputBits: number,
): LayerCounts {
  const counts = noCounts();
  const { array, buffers } = accelerator;
  const inputBits = layer.inputs.reduce((bits, shape) => bits + elements(shape), 0) * batch * inputBitsPerElement;
  const work = vectorElements(layer) * batch;
  const cycles = Math.ceil(work / array.cols);
  const chunks = Math.max(
    1,
    Math.ceil((2 * inputBits) / buffers.ifmap.capacity),
    Math.ceil((2 * outputBits) / buffers.ofmap.capacity),
  );
  const tiles = Array.from({ length: chunks }, (_, i): Tile => {
    return {
      inputBits: share(inputBits, i, chunks),
      weightBits: 0,
      compute: share(cycles, i, chunks),
      storeBits: share(outputBits, i, chunks),
    };
  });
  for (const tile of tiles) {
    counts.dramBits.ifmap += channel.moved(tile.inputBits);
    counts.dramBits.ofmap += channel.moved(tile.storeBits);
  }
  const total = timelineCycles(tiles, channel);
  counts.cycles.compute = cycles;
  counts.cycles.memory = total - cycles;
  counts.boundCycles = cycles;
  counts.peCycles.edge = array.rows * array.cols * cycles;
  counts.peCycles.memory = array.rows * array.cols * (total - cycles);
  counts.sramBits.ifmapWrite = inputBits;
  const operands = layer.kind === 'add' || layer.kind === 'multiply' ? 2 : 1;
  counts.sramBits.ifmapRead = work * operands * inputBitsPerElement;
  counts.sramBits.ofmapWrite = outputBits;
  counts.sramBits.ofmapRead = outputBits;
  counts.operations.vector = work;
  return counts;
}
