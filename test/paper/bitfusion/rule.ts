import { ceilDiv } from '../../../src/core/numbers.js';
import type { LoopOrder } from '../../../src/index.js';
import { loopOrders } from '../../../src/engine/mapping/choice.js';
import type { PeerRow } from '../../peers/table.js';

/*
 * The rule of Bit Fusion's public simulator (github.com/hsharma35/bitfusion, bitfusion/src/optimizer/optimizer.py and
 * simulator/accelerator.py), in this project's words. That it is understood is a claim that the test holds: some tiles and
 * some order give every figure of every row.
 */

/** A row of the table: one layer at one precision. */
export interface PaperLayer {
  readonly batch: number;
  readonly kernel: number;
  /** Output side. */
  readonly size: number;
  readonly stride: number;
  readonly channels: number;
  readonly filters: number;
  /** The host unrolls the windows into a matrix before the layer (im2col), which then lies in DRAM. */
  readonly unrolled: boolean;
  readonly activationBits: number;
  readonly weightBits: number;
}

/** Sides of what is on chip together; it is square, and the simulator tries powers of two. */
export interface PaperTile {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
}

/** Columns of the table that follow from tiles and order. */
export const ruledColumns = [
  'cycles_total',
  'cycles_compute',
  'cycles_stall',
  'wbuf_rd_bits',
  'wbuf_wr_bits',
  'ibuf_rd_bits',
  'ibuf_wr_bits',
  'obuf_rd_bits',
  'obuf_wr_bits',
  'dram_rd_bits',
  'dram_wr_bits',
] as const;
export type RuledColumn = (typeof ruledColumns)[number];
export type Figures = Readonly<Record<RuledColumn, number>>;

export function layerOf(row: PeerRow): PaperLayer {
  return {
    batch: row.integer('batch'),
    kernel: row.integer('K'),
    size: row.integer('O'),
    stride: row.integer('S'),
    channels: row.integer('IC'),
    filters: row.integer('OC'),
    unrolled: row.integer('im2col') === 1,
    activationBits: row.integer('act_bits'),
    weightBits: row.integer('wgt_bits'),
  };
}

const rows = 16;
export const columns = 32;
/** Outputs are 32-bit sums wherever they lie, in DRAM too. */
export const outputBits = 32;
/** What DRAM moves in a cycle. */
export const dramBitsPerCycle = 192;
/** Half of each buffer, in bits: the other half is being filled. */
const half = { weight: (64 * 8192) / 2, input: (32 * 8192) / 2, output: (16 * 8192) / 2 };

/** Channels that the 16 rows take in one cycle. */
export function channelsPerCycle({ activationBits, weightBits }: PaperLayer): number {
  const parts = (bits: number): number => Math.floor(8 / Math.max(bits, 2));
  return rows * parts(activationBits) * parts(weightBits);
}

/** Loops over tiles; images, rows and columns of the output are loops of their own. */
type TileLoop = 'images' | 'rows' | 'cols' | 'channels' | 'filters';
/** Outermost first. */
type TileOrder = readonly TileLoop[];
type Counts = Readonly<Record<TileLoop, number>>;

/** How many tiles each dimension has; a last one that is not full counts as one that is. */
export function tileCounts(layer: PaperLayer, tile: PaperTile): Counts {
  const side = ceilDiv(layer.size, tile.size);
  return {
    images: ceilDiv(layer.batch, tile.batch),
    rows: side,
    cols: side,
    channels: ceilDiv(layer.channels, tile.channels),
    filters: ceilDiv(layer.filters, tile.filters),
  };
}

/** Bits of one tile on chip. */
function tileBits(layer: PaperLayer, tile: PaperTile): Readonly<Record<keyof typeof half, number>> {
  const { kernel, stride } = layer;
  const taps = kernel * kernel;
  const perCycle = channelsPerCycle(layer);
  const side = kernel + (tile.size - 1) * stride;
  const inputs = layer.unrolled ? tile.size * tile.size * taps : side * side;
  return {
    weight: ceilDiv(taps * tile.channels, perCycle) * perCycle * tile.filters * layer.weightBits,
    input: inputs * tile.channels * tile.batch * layer.activationBits,
    output: tile.size * tile.size * ceilDiv(tile.filters, columns) * columns * tile.batch * outputBits,
  };
}

const dependsOn: Readonly<Record<keyof typeof half, readonly TileLoop[]>> = {
  weight: ['channels', 'filters'],
  input: ['images', 'rows', 'cols', 'channels'],
  output: ['images', 'rows', 'cols', 'filters'],
};

interface Moved {
  /** Bits to the buffer over the whole layer. */
  readonly bits: number;
  /** The most that is held at once. */
  readonly held: number;
}

/** From the innermost loop outwards an operand is held for as long as all tiles of it that come up fit `room` together. */
function movedBits(operand: keyof typeof half, tile: number, counts: Counts, order: TileOrder, room: number): Moved {
  let [bits, held, fits] = [tile, tile, true];
  for (const loop of [...order].reverse()) {
    if (fits && !dependsOn[operand].includes(loop)) continue;
    bits *= counts[loop];
    fits = fits && bits <= room;
    if (fits) held = bits;
  }
  return { bits, held };
}

function computeCycles(layer: PaperLayer, tile: PaperTile, counts: Counts): number {
  const taps = layer.kernel * layer.kernel;
  const perCycle = channelsPerCycle(layer);
  const steps = layer.unrolled ? ceilDiv(taps * tile.channels, perCycle) : taps * ceilDiv(tile.channels, perCycle);
  return allTiles(counts) * tile.batch * tile.size * tile.size * ceilDiv(tile.filters, columns) * steps;
}

function allTiles(counts: Counts): number {
  return Object.values(counts).reduce((a, b) => a * b, 1);
}

/** Bits of each operand to its buffer, and what of it is first. Outputs go back as often. */
function transfers(layer: PaperLayer, tile: PaperTile, order: TileOrder): Readonly<Record<keyof typeof half, Moved>> {
  const counts = tileCounts(layer, tile);
  const bits = tileBits(layer, tile);
  const moved = (operand: keyof typeof half): Moved => movedBits(operand, bits[operand], counts, order, half[operand]);
  return { weight: moved('weight'), input: moved('input'), output: moved('output') };
}

function firstLoads({ weight, input, output }: ReturnType<typeof transfers>): number {
  return weight.held + input.held + output.held;
}

function edgesOf(layer: PaperLayer, tile: PaperTile, order: TileOrder): number {
  const moved = transfers(layer, tile, order);
  return ceilDiv(firstLoads(moved), dramBitsPerCycle) + ceilDiv(moved.output.held, dramBitsPerCycle);
}

/**
 * Every figure of a layer. All transfers but the first loads and the last store overlap with the array as if both ran at their
 * own pace: cycles are the longer of the two, with those loads and that store on top.
 */
export function paperFigures(layer: PaperLayer, tile: PaperTile, order: TileOrder): Figures {
  const counts = tileCounts(layer, tile);
  const moved = transfers(layer, tile, order);
  const { weight, input, output } = moved;
  const loads = weight.bits + input.bits + output.bits;
  const compute = computeCycles(layer, tile, counts);
  const between = loads + output.bits - firstLoads(moved) - output.held;
  const stall = Math.max(0, ceilDiv(between, dramBitsPerCycle) - compute) + edgesOf(layer, tile, order);
  const macs = (layer.kernel * tile.size) ** 2 * tile.channels * tile.filters * tile.batch * allTiles(counts);
  const sums = tile.size * tile.size * tile.filters * tile.batch * allTiles(counts) * outputBits;
  return {
    cycles_total: compute + stall,
    cycles_compute: compute,
    cycles_stall: stall,
    wbuf_rd_bits: macs * layer.weightBits,
    wbuf_wr_bits: weight.bits,
    ibuf_rd_bits: macs * layer.activationBits,
    ibuf_wr_bits: input.bits,
    obuf_rd_bits: output.bits + sums,
    obuf_wr_bits: output.bits + sums,
    dram_rd_bits: loads,
    dram_wr_bits: output.bits,
  };
}

function fits(layer: PaperLayer, tile: PaperTile): boolean {
  const bits = tileBits(layer, tile);
  return bits.weight <= half.weight && bits.input <= half.input && bits.output <= half.output;
}

function powers(most: number): number[] {
  return Array.from({ length: Math.ceil(Math.log2(most)) + 1 }, (_, i) => Math.min(2 ** i, most));
}

function* tilesOf(layer: PaperLayer): Generator<PaperTile> {
  const filterSizes = layer.unrolled
    ? powers(layer.filters)
    : powers(ceilDiv(layer.filters, columns)).map((sets) => Math.min(sets * columns, layer.filters));
  for (const batch of powers(layer.batch))
    for (const size of powers(layer.size))
      for (const channels of powers(layer.channels))
        for (const filters of filterSizes) yield { batch, size, channels, filters };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

const windowLoops = ['images', 'rows', 'cols'] as const;

/** Bits over the whole layer if a buffer holds one tile at a time, the way of this project's engine. */
function bitsByTile(layer: PaperLayer, tile: PaperTile, order: LoopOrder): number {
  const counts = tileCounts(layer, tile);
  const bits = tileBits(layer, tile);
  const loops = order
    .flatMap((loop): readonly TileLoop[] => (loop === 'windows' ? windowLoops : [loop]))
    .filter((loop) => counts[loop] > 1);
  const moved = (operand: keyof typeof half): number =>
    movedBits(operand, bits[operand], counts, loops, bits[operand]).bits;
  return moved('weight') + moved('input') + 2 * moved('output');
}

/** Tiles that give all figures of a row, and how an engine that holds one tile of every operand at a time comes nearest. */
export interface FoundTile {
  /** Theirs. */
  readonly tile: PaperTile;
  /** Ours: the same, with filters or channels whole where the simulator holds an operand for longer than a tile. */
  readonly held: PaperTile;
  readonly order: LoopOrder;
  /** What such an engine moves, over what the simulator moves. */
  readonly again: number;
  /** Cycles of the first loads and the last store, which nothing hides. */
  readonly edgeCycles: number;
  /** All outputs are among those. */
  readonly outputsAtEdges: boolean;
}

/** A tile, and the same with its filters or channels whole, where that takes the same cycles. */
function heldTogether(layer: PaperLayer, tile: PaperTile, cycles: number): PaperTile[] {
  const counts = tileCounts(layer, tile);
  const whole = { channels: counts.channels * tile.channels, filters: counts.filters * tile.filters };
  const filters = { ...tile, filters: whole.filters };
  const channels = { ...tile, channels: whole.channels };
  return [tile, filters, channels, { ...tile, ...whole }].filter(
    (held) => computeCycles(layer, held, tileCounts(layer, held)) === cycles,
  );
}

/** Smaller is better: moves as many bits, fits the simulator's buffers, has fewer tiles (smaller ones where it does not fit). */
type Rank = readonly [number, number, number];

function isLess(a: Rank, b: Rank): boolean {
  const i = a.findIndex((value, j) => value !== b[j]);
  return i >= 0 && a[i]! < b[i]!;
}

/** Undefined where no tiles and order of the simulator's search give the figures. */
export function findTile(layer: PaperLayer, figures: Figures): FoundTile | undefined {
  const theirs = figures.dram_rd_bits + figures.dram_wr_bits;
  let best: { readonly found: FoundTile; readonly rank: Rank } | undefined;
  for (const tile of tilesOf(layer)) {
    const counts = tileCounts(layer, tile);
    if (!fits(layer, tile) || computeCycles(layer, tile, counts) !== figures.cycles_compute) continue;
    const loops = ([...windowLoops, 'channels', 'filters'] as const).filter((loop) => counts[loop] > 1);
    const given = permutations(loops).find((order) => {
      const own = paperFigures(layer, tile, order);
      return ruledColumns.every((column) => own[column] === figures[column]);
    });
    if (given === undefined) continue;
    const edgeCycles = edgesOf(layer, tile, given);
    const { output } = transfers(layer, tile, given);
    const outputsAtEdges = output.held === output.bits;
    for (const held of heldTogether(layer, tile, figures.cycles_compute))
      for (const order of loopOrders) {
        const again = bitsByTile(layer, held, order) / theirs;
        const tiles = allTiles(tileCounts(layer, held));
        const rank: Rank = fits(layer, held) ? [Math.abs(again - 1), 0, tiles] : [Math.abs(again - 1), 1, -tiles];
        if (best === undefined || isLess(rank, best.rank))
          best = { found: { tile, held, order, again, edgeCycles, outputsAtEdges }, rank };
      }
  }
  return best?.found;
}
