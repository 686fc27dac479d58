import { ceilDiv } from '../../../src/core/numbers.js';
import { totalCycles, totalDramBits } from '../../../src/engine/counts.js';
import type { LayerCounts } from '../../../src/index.js';
import {
  channelsPerCycle,
  columns,
  dramBitsPerCycle,
  outputBits,
  tileCounts,
  type Figures,
  type FoundTile,
  type PaperLayer,
  type RuledColumn,
} from './rule.js';
import { charged } from './ours.js';

/** How often the sums of a layer move by their rule, and what of it our engine counts. */
export interface SumMoves {
  /** Outputs, those of partial tiles that are charged as whole ones among them. */
  readonly outputs: number;
  /** The same with filters rounded up to whole columns: what they move. */
  readonly paddedOutputs: number;
  /** Times that each output goes to DRAM, and comes from it. */
  readonly spills: number;
  /** Tiles that the channels are cut into, in our run. */
  readonly channelTiles: number;
  /** Bits of our waiting sum: as many as it needs. */
  readonly sumBits: number;
  /** Bits of our stored output. Where theirs moves once, it is twice 32: there and back. */
  readonly storedBits: number;
}

export function sumMoves(layer: PaperLayer, figures: Figures, { tile, held }: FoundTile): SumMoves {
  const own = charged(layer, tile).layer;
  const pixels = own.batch * own.size * own.size;
  const sets = tileCounts(layer, tile).filters * ceilDiv(tile.filters, columns);
  const paddedOutputs = pixels * sets * columns;
  const spills = figures.dram_wr_bits / (paddedOutputs * outputBits);
  return {
    outputs: pixels * own.filters,
    paddedOutputs,
    spills,
    channelTiles: tileCounts(layer, held).channels,
    sumBits: own.activationBits + own.weightBits + Math.ceil(Math.log2(own.kernel ** 2 * own.channels)),
    storedBits: spills > 1 ? outputBits : 2 * outputBits,
  };
}

/** Our figures by the names of their columns, from a run with outputs of {@link SumMoves.storedBits}. */
export function ourFigures(counts: LayerCounts, { spills }: Pick<SumMoves, 'spills'>): Figures {
  const { cycles, sramBits, dramBits } = counts;
  const read = spills > 1 ? 0 : dramBits.ofmap / 2;
  return {
    cycles_total: totalCycles(cycles),
    cycles_compute: totalCycles(cycles) - cycles.memory,
    cycles_stall: cycles.memory,
    wbuf_rd_bits: sramBits.weightRead,
    wbuf_wr_bits: sramBits.weightWrite,
    ibuf_rd_bits: sramBits.ifmapRead,
    ibuf_wr_bits: sramBits.ifmapWrite,
    obuf_rd_bits: sramBits.ofmapRead + sramBits.sumRead,
    obuf_wr_bits: sramBits.ofmapWrite + sramBits.sumWrite,
    dram_rd_bits: dramBits.ifmap + dramBits.weight + dramBits.sumRead + read,
    dram_wr_bits: totalDramBits(dramBits) - dramBits.ifmap - dramBits.weight - dramBits.sumRead - read,
  };
}

/** Our figures of a run as a user would make it: outputs are written as they are, and nothing is read back but sums. */
export function rawFigures(counts: LayerCounts): Figures {
  return ourFigures(counts, { spills: Infinity });
}

/** Their figures with their quirks taken off, one column after the other (each is said in {@link columnClaims}). */
export function undone(layer: PaperLayer, figures: Figures, found: FoundTile): Figures {
  const { tile } = found;
  const moves = sumMoves(layer, figures, found);
  const { outputs, spills, channelTiles, sumBits, storedBits } = moves;
  const own = charged(layer, tile).layer;

  const packets = layer.kernel ** 2 * tile.channels;
  const perCycle = channelsPerCycle(layer);
  const weightWrite = (figures.wbuf_wr_bits / (ceilDiv(packets, perCycle) * perCycle)) * packets;
  const inputRead = (figures.ibuf_rd_bits / own.filters) * (moves.paddedOutputs / (outputs / own.filters) / columns);
  const output = outputs * (storedBits + (channelTiles - 1 + (spills - 1)) * sumBits);
  const spilled = outputs * (spills - 1) * sumBits;
  const dramRead = weightWrite + figures.ibuf_wr_bits + spilled + outputs * (spills > 1 ? 0 : outputBits);
  const dramWrite = spilled + outputs * outputBits;

  const removed = figures.dram_rd_bits + figures.dram_wr_bits - dramRead - dramWrite;
  const padding = found.outputsAtEdges ? 2 * outputBits * spills * (moves.paddedOutputs - outputs) : 0;
  const hidden = figures.cycles_stall - found.edgeCycles - Math.round((removed - padding) / dramBitsPerCycle);
  const stall = found.edgeCycles - Math.round(padding / dramBitsPerCycle) + Math.max(0, hidden);
  return {
    cycles_total: figures.cycles_compute + stall,
    cycles_compute: figures.cycles_compute,
    cycles_stall: stall,
    wbuf_rd_bits: figures.wbuf_rd_bits,
    wbuf_wr_bits: weightWrite,
    ibuf_rd_bits: inputRead,
    ibuf_wr_bits: figures.ibuf_wr_bits,
    obuf_rd_bits: output,
    obuf_wr_bits: output,
    dram_rd_bits: dramRead,
    dram_wr_bits: dramWrite,
  };
}

/** What separates a column of theirs from ours, and how far apart they may be once it is undone. */
export interface ColumnClaim {
  readonly column: RuledColumn;
  /** Largest difference in proportion to theirs; 0: the same integer. */
  readonly tolerance: number;
  readonly quirk: string;
}

const sums =
  'an output is 32 bit wide, is rounded up to 32 filters, and comes from the other side before its first sum as often as it leaves; how often is taken from theirs, what moves each time is ours: a sum of the bits that it needs, which comes back only to be added to, and an output of twice 32 bit (32 where theirs leaves more than once)';

/** Every column that follows from tiles and order. */
export const columnClaims: readonly ColumnClaim[] = [
  {
    column: 'cycles_compute',
    tolerance: 0,
    quirk: 'a last tile that is not full is charged as a full one, so that the layer is run in full tiles',
  },
  {
    column: 'cycles_total',
    tolerance: 0.09,
    quirk:
      'channel and array overlap as if each ran at its own pace over the whole layer; on a timeline a tile waits for its own loads, within 4 % where a layer has all its channels in a tile, and more where they are cut, so that sums move in some passes and not in others',
  },
  {
    column: 'cycles_stall',
    tolerance: 0.08,
    quirk:
      'as the total; only rows whose stalls are at least 5 % of their cycles and whose sums leave once: elsewhere a stall is little else than the first loads and the last store, and the total holds it',
  },
  { column: 'wbuf_rd_bits', tolerance: 0, quirk: 'full tiles, as for compute cycles' },
  {
    column: 'wbuf_wr_bits',
    tolerance: 0,
    quirk: 'the channels of all taps together are rounded up to what the rows take in a cycle',
  },
  {
    column: 'ibuf_rd_bits',
    tolerance: 0,
    quirk: 'every column reads its own inputs; here one read serves all columns of a fold',
  },
  {
    column: 'ibuf_wr_bits',
    tolerance: 0,
    quirk:
      'the windows of a first layer are unrolled in DRAM, so that it is run as the product of matrices that it then is',
  },
  { column: 'obuf_rd_bits', tolerance: 0, quirk: sums },
  { column: 'obuf_wr_bits', tolerance: 0, quirk: 'as obuf_rd_bits' },
  { column: 'dram_rd_bits', tolerance: 0, quirk: 'those of wbuf_wr_bits and obuf_rd_bits' },
  { column: 'dram_wr_bits', tolerance: 0, quirk: 'those of obuf_rd_bits' },
];
