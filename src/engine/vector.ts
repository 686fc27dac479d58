import { ceilDiv } from '../core/numbers.js';
import type { Accelerator } from '../machine/accelerator.js';
import type { DramModel, Transfer } from '../machine/dram/dram.js';
import { elements, type VectorLayer } from '../network/layer.js';
import { noCounts, type LayerCounts } from './counts.js';
import type { ReaderMasks } from './masks.js';
import { copyCycles, portCycles } from './ports.js';
import { Runs } from './storage/place.js';
import { DramClock, runTimeline, type Tile, type TimelineObserver } from './timeline.js';

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

/** A vector layer on its machine: everything that all images share. */
export interface PlacedVector {
  readonly layer: VectorLayer;
  readonly accelerator: Accelerator;
  readonly dram: DramModel;
  readonly batch: number;
  /** Bits that each input element is read at. */
  readonly inputBits: number;
  /** Which inputs are on chip already. */
  readonly inputsKept: readonly boolean[];
  readonly outputKept: boolean;
  readonly outputStored: boolean;
  /** Bits of the ifmap buffer that kept tensors take. */
  readonly reservedBits: number;
  /** First bursts of the inputs, of the output, and of its readers' masks. */
  readonly places?: { readonly inputs: readonly number[]; readonly output: number; readonly readerMasks: number };
}

interface Share {
  readonly before: number;
  readonly size: number;
}

/** Part `part` of `parts` integers that differ by at most one and sum to `total`, and what is before it. */
function share(total: number, part: number, parts: number): Share {
  const before = Math.floor((total * part) / parts);
  return { before, size: Math.floor((total * (part + 1)) / parts) - before };
}

/** Chunks in which the tensors of a vector layer pass the halves of its buffers. */
function chunksOf({ accelerator: { buffers }, reservedBits }: PlacedVector, loaded: number, outputs: number): number {
  const half = Math.floor((buffers.ifmap.capacity - reservedBits) / 2);
  return Math.max(1, ceilDiv(loaded, half), ceilDiv(outputs, Math.floor(buffers.ofmap.capacity / 2)));
}

/** Counts a layer on the vector unit, `array.cols` lanes with one element per cycle; `outputBits` are those of the batch as they are stored. */
export function countVectorLayer(
  placed: PlacedVector,
  outputBits: number,
  masks: ReaderMasks,
  clock = new DramClock(placed.dram),
  observer?: TimelineObserver,
): LayerCounts {
  const counts = noCounts();
  const { layer, accelerator, dram, batch, inputBits, inputsKept, outputKept, outputStored, places } = placed;
  const { array, buffers } = accelerator;
  const { burstBits } = dram;
  const { dramBits, sramBits } = counts;
  const tensors = layer.inputs.map((shape) => elements(shape) * batch * inputBits);
  const loaded = tensors.filter((_, i) => !inputsKept[i]).reduce((a, b) => a + b, 0);
  const allInputs = tensors.reduce((a, b) => a + b, 0);
  const work = vectorElements(layer) * batch;
  const cycles = ceilDiv(work, array.cols);
  const operands = layer.kind === 'add' || layer.kind === 'multiply' ? 2 : 1;
  const reads = work * operands * inputBits;
  const chunks = chunksOf(placed, loaded, outputBits);
  const stores = !outputKept || outputStored;

  const packed = (what: string, runs: Runs, base: number, { before, size }: Share): void => {
    if (size === 0) return;
    const bursts = ceilDiv(size, burstBits);
    runs.add(base + Math.floor(before / burstBits), bursts);
    counts.packingBits[what] = (counts.packingBits[what] ?? 0) + bursts * burstBits - size;
  };
  const prologue: Transfer[] = [];
  if (masks.mapBits > 0) {
    const runs = new Runs(dram.addressed);
    packed('mask', runs, places?.readerMasks ?? 0, { before: 0, size: masks.mapBits });
    prologue.push({ write: false, bursts: runs.bursts, runs: runs.runs });
    dramBits.maskRead += runs.bursts * burstBits;
    sramBits.maskWrite += masks.mapBits;
    sramBits.maskRead += masks.lookUpBits;
  }
  let starved = 0;
  const tiles = Array.from({ length: chunks }, (_, i): Tile => {
    const load = new Runs(dram.addressed);
    tensors.forEach((bits, t) => {
      if (!inputsKept[t]) packed('vector', load, places?.inputs[t] ?? 0, share(bits, i, chunks));
    });
    const out = share(outputBits, i, chunks);
    const store = new Runs(dram.addressed);
    if (stores) packed('vector', store, places?.output ?? 0, out);
    dramBits.ifmap += load.bursts * burstBits;
    dramBits.ofmap += store.bursts * burstBits;
    const own = share(cycles, i, chunks).size;
    const fills = i + 1 < chunks ? share(loaded, i + 1, chunks).size : 0;
    const drains = i === 0 ? 0 : share(outputBits, i - 1, chunks).size;
    const compute = Math.max(
      own,
      portCycles(buffers.ifmap, {
        arrayReads: share(reads, i, chunks).size,
        arrayWrites: 0,
        fills: fills + (outputKept ? drains : 0),
        drains: 0,
      }),
      portCycles(buffers.ofmap, { arrayReads: 0, arrayWrites: out.size, fills: 0, drains }),
    );
    starved += compute - own;
    return {
      loads: load.bursts === 0 ? {} : { inputs: { write: false, bursts: load.bursts, runs: load.runs } },
      compute,
      lastOfSums: true,
      ...(store.bursts > 0 && { store: { write: true, bursts: store.bursts, runs: store.runs } }),
      copyCycles: outputKept ? copyCycles(buffers, out.size) : 0,
    };
  });
  const timeline = runTimeline(tiles, clock, prologue, observer);
  counts.cycles.compute = cycles;
  counts.cycles.memory = timeline.cycles - cycles;
  counts.memoryStalls = { sram: starved, dram: counts.cycles.memory - starved };
  counts.boundCycles = cycles;
  counts.peCycles.edge = array.rows * array.cols * cycles;
  counts.peCycles.memory = array.rows * array.cols * counts.cycles.memory;
  counts.dramActivity = timeline.dram;
  counts.compulsoryBits = allInputs + outputBits + masks.mapBits;
  counts.keptBits = { read: allInputs - loaded, write: stores ? 0 : outputBits };
  sramBits.ifmapWrite = loaded + (outputKept ? outputBits : 0);
  sramBits.ifmapRead = reads;
  sramBits.ofmapWrite = outputBits;
  sramBits.ofmapRead = outputBits;
  counts.operations.vector = work;
  counts.operations.requantize = elements(layer.output) * batch;
  return counts;
}

/** DRAM bits of a vector layer, as a search counts them. */
export function vectorDramBits(placed: PlacedVector, outputBits: number): number {
  const { layer, batch, inputBits, inputsKept, outputKept, outputStored } = placed;
  const loaded = layer.inputs.reduce((bits, shape, i) => bits + (inputsKept[i] ? 0 : elements(shape)), 0);
  return loaded * batch * inputBits + (!outputKept || outputStored ? outputBits : 0);
}
