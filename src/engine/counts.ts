import { noActivity, type DramActivity } from '../machine/dram/dram.js';

/** Cycles of one layer; the parts sum to the total. */
export interface CycleCounts {
  compute: number;
  sync: number;
  memory: number;
  fill: number;
  drain: number;
}

/** PE-cycles of one layer: each PE is in exactly one state in each cycle, so they sum to rows · cols · cycles. */
export interface PeCycleCounts {
  busy: number;
  syncOperand: number;
  syncRoom: number;
  fillDrain: number;
  edge: number;
  memory: number;
}

/** Whose fault memory stalls are: the channel's, or that of buffer ports too narrow to feed the array. They sum to `cycles.memory`. */
export interface StallCounts {
  dram: number;
  sram: number;
}

/** DRAM bits by operand, whole bursts; `mask` reads and writes apart because both are costs of finding regions. */
export interface DramCounts {
  ifmap: number;
  weight: number;
  ofmap: number;
  /** Partial sums that find no room on chip. */
  sumRead: number;
  sumWrite: number;
  maskRead: number;
  maskWrite: number;
}

/** Bits that tensors which stay on chip spare the channel: inputs that are not loaded, outputs that are not stored. */
export interface KeptCounts {
  read: number;
  write: number;
}

/** On-chip bits read from and written to each buffer. */
export interface SramCounts {
  ifmapRead: number;
  ifmapWrite: number;
  weightRead: number;
  weightWrite: number;
  ofmapRead: number;
  ofmapWrite: number;
  /** Partial sums that wait in the ofmap buffer between folds. */
  sumRead: number;
  sumWrite: number;
  /** Mask bits, kept in the ifmap buffer: one entry per (window, tap) of a pass, per channel where masks are. */
  maskRead: number;
  maskWrite: number;
  /** Index bits of a sorted window order, kept in the ifmap buffer. */
  indexRead: number;
  indexWrite: number;
  /** Bits that gathered reads fetch beyond their operands, since each (window, tap) starts a new word. */
  gatherRead: number;
}

/** Operations outside the array. */
export interface OperationCounts {
  /** Elements through the vector unit: pooling, residual adds, concatenations. */
  vector: number;
  /** Additions of a mask predictor's mean filter. */
  predictorAdds: number;
  /** Comparisons against a threshold. */
  predictorCompares: number;
  /** Pixels written when a silhouette is resized and cut into levels. */
  resizePixels: number;
  /** Outputs cut to the bits that they are stored at. */
  requantize: number;
}

/** What one layer costs in integers, for one batch. Nothing here knows a price. */
export interface LayerCounts {
  /** MACs by `8x4`: activation × weight bits. */
  macsByBits: Record<string, number>;
  cycles: CycleCounts;
  peCycles: PeCycleCounts;
  /** Same machine, mapping and order, but decoupled and with unlimited memory. */
  boundCycles: number;
  memoryStalls: StallCounts;
  dramBits: DramCounts;
  /** Bits that every mapping must move: each operand once, as if nothing were kept, without rounding to bursts. */
  compulsoryBits: number;
  /** What bursts hold beyond the bits that were wanted: by the width that a plane completes (`bits4`), `weight`, `mask`, `partialSum`. */
  packingBits: Record<string, number>;
  keptBits: KeptCounts;
  /** Commands and clock cycles of a DRAM that has any. */
  dramActivity: DramActivity;
  sramBits: SramCounts;
  /** Operand bits that PEs take from their input registers or FIFOs. */
  hopBits: number;
  operations: OperationCounts;
}

export function noCounts(): LayerCounts {
  return {
    macsByBits: {},
    cycles: { compute: 0, sync: 0, memory: 0, fill: 0, drain: 0 },
    peCycles: { busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0, edge: 0, memory: 0 },
    boundCycles: 0,
    memoryStalls: { dram: 0, sram: 0 },
    dramBits: { ifmap: 0, weight: 0, ofmap: 0, sumRead: 0, sumWrite: 0, maskRead: 0, maskWrite: 0 },
    compulsoryBits: 0,
    packingBits: {},
    keptBits: { read: 0, write: 0 },
    dramActivity: noActivity(),
    sramBits: {
      ifmapRead: 0,
      ifmapWrite: 0,
      weightRead: 0,
      weightWrite: 0,
      ofmapRead: 0,
      ofmapWrite: 0,
      sumRead: 0,
      sumWrite: 0,
      maskRead: 0,
      maskWrite: 0,
      indexRead: 0,
      indexWrite: 0,
      gatherRead: 0,
    },
    hopBits: 0,
    operations: { vector: 0, predictorAdds: 0, predictorCompares: 0, resizePixels: 0, requantize: 0 },
  };
}

function addRecord(total: Record<string, number>, part: Readonly<Record<string, number>>): void {
  for (const key in part) total[key] = (total[key] ?? 0) + part[key]!;
}

/** Adds `part` to `total`, in place. Field by field, since every layer of every image comes through here. */
export function addCounts(total: LayerCounts, part: LayerCounts): void {
  addRecord(total.macsByBits, part.macsByBits);
  addRecord(total.packingBits, part.packingBits);
  addCycles(total.cycles, part.cycles);
  addPeCycles(total.peCycles, part.peCycles);
  total.boundCycles += part.boundCycles;
  total.memoryStalls.dram += part.memoryStalls.dram;
  total.memoryStalls.sram += part.memoryStalls.sram;
  addDram(total.dramBits, part.dramBits);
  total.compulsoryBits += part.compulsoryBits;
  total.keptBits.read += part.keptBits.read;
  total.keptBits.write += part.keptBits.write;
  addActivity(total.dramActivity, part.dramActivity);
  addSram(total.sramBits, part.sramBits);
  total.hopBits += part.hopBits;
  addOperations(total.operations, part.operations);
}

function addCycles(total: CycleCounts, part: CycleCounts): void {
  total.compute += part.compute;
  total.sync += part.sync;
  total.memory += part.memory;
  total.fill += part.fill;
  total.drain += part.drain;
}

function addPeCycles(total: PeCycleCounts, part: PeCycleCounts): void {
  total.busy += part.busy;
  total.syncOperand += part.syncOperand;
  total.syncRoom += part.syncRoom;
  total.fillDrain += part.fillDrain;
  total.edge += part.edge;
  total.memory += part.memory;
}

function addDram(total: DramCounts, part: DramCounts): void {
  total.ifmap += part.ifmap;
  total.weight += part.weight;
  total.ofmap += part.ofmap;
  total.sumRead += part.sumRead;
  total.sumWrite += part.sumWrite;
  total.maskRead += part.maskRead;
  total.maskWrite += part.maskWrite;
}

function addActivity(total: DramActivity, part: DramActivity): void {
  total.activate += part.activate;
  total.precharge += part.precharge;
  total.read += part.read;
  total.write += part.write;
  total.refresh += part.refresh;
  total.activeCycles += part.activeCycles;
  total.prechargedCycles += part.prechargedCycles;
}

function addSram(total: SramCounts, part: SramCounts): void {
  total.ifmapRead += part.ifmapRead;
  total.ifmapWrite += part.ifmapWrite;
  total.weightRead += part.weightRead;
  total.weightWrite += part.weightWrite;
  total.ofmapRead += part.ofmapRead;
  total.ofmapWrite += part.ofmapWrite;
  total.sumRead += part.sumRead;
  total.sumWrite += part.sumWrite;
  total.maskRead += part.maskRead;
  total.maskWrite += part.maskWrite;
  total.indexRead += part.indexRead;
  total.indexWrite += part.indexWrite;
  total.gatherRead += part.gatherRead;
}

function addOperations(total: OperationCounts, part: OperationCounts): void {
  total.vector += part.vector;
  total.predictorAdds += part.predictorAdds;
  total.predictorCompares += part.predictorCompares;
  total.resizePixels += part.resizePixels;
  total.requantize += part.requantize;
}

/** Fill + compute + sync + drain + memory. */
export function totalCycles(cycles: CycleCounts): number {
  return cycles.compute + cycles.sync + cycles.memory + cycles.fill + cycles.drain;
}

export function totalDramBits(bits: DramCounts): number {
  return bits.ifmap + bits.weight + bits.ofmap + bits.sumRead + bits.sumWrite + bits.maskRead + bits.maskWrite;
}
