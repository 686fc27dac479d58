import type { Transfer } from '../machine/dram/dram.js';
import { noCounts, type LayerCounts } from './counts.js';
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
  const steps = walkTiles(mapping);
  const tiles: CountedTile[] = [];
  let group = 0;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (step.group !== group) {
      memory.forget();
      onArray.forget();
      group = step.group;
    }
    const { loads, filled } = memory.load(step);
    const { store, drained, outputs } = memory.store(step);
    tiles.push({ step, work: onArray.tile(i, step, outputs), loads, store, filled, drained });
  }
  memory.whole();
  const { arrayTotal, offset } = onArray.whole();

  let starved = 0;
  const onTimeline: Tile[] = [];
  for (let i = 0; i < tiles.length; i++) {
    const { work, loads, store, drained, step } = tiles[i]!;
    const cycles = work.timing.cycles + (i === 0 ? offset : 0);
    const compute = Math.max(cycles, bufferCycles(mapped, tiles, i));
    starved += compute - cycles;
    const { lastOfSums } = step;
    const copied = lastOfSums && step.lastChannels && mapped.outputKept;
    onTimeline.push({
      loads,
      compute,
      lastOfSums,
      store,
      copyCycles: copied ? copyCycles(accelerator.buffers, drained) : 0,
    });
  }
  const timeline = runTimeline(onTimeline, clock, memory.prologue, observer);
  counts.cycles.memory = timeline.cycles - arrayTotal;
  counts.memoryStalls = { sram: starved, dram: counts.cycles.memory - starved };
  counts.peCycles.memory = array.rows * array.cols * counts.cycles.memory;
  counts.dramActivity = timeline.dram;
  return counts;
}

const nothingFilled = { ifmap: 0, weight: 0, ofmap: 0 };

/** Cycles that the ports of the busiest buffer need for a tile. */
function bufferCycles(
  { accelerator: { buffers }, outputKept }: MappedLayer,
  tiles: readonly CountedTile[],
  i: number,
): number {
  const { work } = tiles[i]!;
  const next = tiles[i + 1]?.filled ?? nothingFilled;
  const before = tiles[i - 1];
  const drains = before?.drained ?? 0;
  const copied = outputKept && before?.step.lastChannels === true ? drains : 0;
  const { ifmap, weight, ofmap } = buffers;
  return Math.max(
    portCycles(ifmap, { arrayReads: work.ifmapReads, arrayWrites: 0, fills: next.ifmap + copied, drains: 0 }),
    portCycles(weight, { arrayReads: work.weightReads, arrayWrites: 0, fills: next.weight, drains: 0 }),
    portCycles(ofmap, { arrayReads: work.sumReads, arrayWrites: work.writes, fills: next.ofmap, drains }),
  );
}
