import type { ArrayConfig } from '../machine/accelerator.js';
import type { Transfer } from '../machine/dram/dram.js';
import { noCounts, type LayerCounts } from './counts.js';
import type { TileTiming } from './dataflows/tile-timing.js';
import type { MappedLayer } from './layer.js';
import { LayerArray, type TileWork } from './layer-array.js';
import { LayerMemory, type LayerBatch } from './layer-memory.js';
import { walkTiles, type TileStep } from './layer-walk.js';
import { copyCycles, portCycles } from './ports.js';
import { DramClock, runTimeline, type Tile, type TimelineObserver } from './timeline.js';

/** What a tile moves on chip and over the channel, before anybody waits. */
interface CountedTile {
  readonly step: TileStep;
  readonly work: TileWork;
  readonly timing: TileTiming;
  readonly loads: Tile['loads'];
  readonly store: Transfer | undefined;
  /** Bits that the loads bring into each buffer, and the store takes. */
  readonly filled: { readonly ifmap: number; readonly weight: number; readonly ofmap: number };
  readonly drained: number;
}

/** Counts one layer of one batch: array timing per tile, traffic per tile, and the timeline that joins them. The DRAM goes on where `clock` stands. */
export function countArrayLayer(
  mapped: MappedLayer,
  batch: LayerBatch,
  clock = new DramClock(mapped.dram),
  observer?: TimelineObserver,
): LayerCounts {
  const { accelerator, mapping } = mapped;
  const { array } = accelerator;
  const counts = noCounts();
  const memory = new LayerMemory(mapped, batch, counts);
  const onArray = new LayerArray(mapped, batch, counts);
  const tiles: CountedTile[] = [];
  let arrayTotal = 0;
  let group = 0;
  for (const step of walkTiles(mapping)) {
    if (step.group !== group) {
      memory.forget();
      onArray.forget();
      group = step.group;
    }
    const { loads, filled } = memory.load(step);
    const { store, drained, outputs } = memory.store(step);
    const work = onArray.tile(step, outputs);
    const timing = tiles.length === 0 ? withOffset(work.timing, array) : work.timing;
    arrayTotal += timing.cycles;
    addTiming(counts, timing);
    tiles.push({ step, work, timing, loads, store, filled, drained });
  }
  memory.whole();

  let starved = 0;
  const onTimeline = tiles.map((tile, i): Tile => {
    const compute = Math.max(tile.timing.cycles, ...bufferCycles(mapped, tiles, i));
    starved += compute - tile.timing.cycles;
    const { lastOfSums, lastChannels } = tile.step;
    return {
      loads: tile.loads,
      compute,
      lastOfSums,
      ...(tile.store !== undefined && { store: tile.store }),
      copyCycles:
        lastOfSums && lastChannels && mapped.outputKept ? copyCycles(mapped.accelerator.buffers, tile.drained) : 0,
    };
  });
  const timeline = runTimeline(onTimeline, clock, memory.prologue, observer);
  counts.cycles.memory = timeline.cycles - arrayTotal;
  counts.memoryStalls = { sram: starved, dram: counts.cycles.memory - starved };
  counts.peCycles.memory = array.rows * array.cols * counts.cycles.memory;
  counts.dramActivity = timeline.dram;
  return counts;
}

/** Cycles that each buffer's ports need for a tile. */
function bufferCycles(
  { accelerator: { buffers }, outputKept }: MappedLayer,
  tiles: readonly CountedTile[],
  i: number,
): number[] {
  const { work } = tiles[i]!;
  const next = tiles[i + 1]?.filled ?? { ifmap: 0, weight: 0, ofmap: 0 };
  const before = tiles[i - 1];
  const drains = before?.drained ?? 0;
  const copied = outputKept && before?.step.lastChannels === true ? drains : 0;
  return [
    portCycles(buffers.ifmap, { arrayReads: work.ifmapReads, arrayWrites: 0, fills: next.ifmap + copied, drains: 0 }),
    portCycles(buffers.weight, { arrayReads: work.weightReads, arrayWrites: 0, fills: next.weight, drains: 0 }),
    portCycles(buffers.ofmap, { arrayReads: work.sumReads, arrayWrites: work.writes, fills: next.ofmap, drains }),
  ];
}

/** A layer's first tile with the machine's `layerOffset`, as far as its first fold has a fill to take it from. */
function withOffset(timing: TileTiming, { rows, cols, layerOffset }: ArrayConfig): TileTiming {
  const offset = Math.max(layerOffset, -timing.firstFill);
  return {
    ...timing,
    cycles: timing.cycles + offset,
    fill: timing.fill + offset,
    fillDrain: timing.fillDrain + offset * timing.firstUsed,
    edge: timing.edge + offset * (rows * cols - timing.firstUsed),
    boundCycles: timing.boundCycles + offset,
  };
}

function addTiming(counts: LayerCounts, timing: TileTiming): void {
  const { cycles, peCycles } = counts;
  cycles.fill += timing.fill;
  cycles.compute += timing.compute;
  cycles.sync += timing.sync;
  cycles.drain += timing.drain;
  peCycles.busy += timing.busy;
  peCycles.syncOperand += timing.syncOperand;
  peCycles.syncRoom += timing.syncRoom;
  peCycles.fillDrain += timing.fillDrain;
  peCycles.edge += timing.edge;
  counts.boundCycles += timing.boundCycles;
}
