import { loopOrders, type MappingChoice, type TileSizes } from '../../../src/engine/mapping/choice.js';
import { mappingCycles } from '../../../src/engine/mapping/cycles.js';
import type { MappingRequest } from '../../../src/engine/mapping/request.js';
import { factsOf, walk, walkedCycles, walkedDemand } from './walk.js';

/** ⌈count / n⌉ units of a dimension for every n there is. */
function shares(total: number, unit = 1): number[] {
  const count = Math.ceil(total / unit);
  const sizes = Array.from({ length: count }, (_, n) => Math.min(total, Math.ceil(count / (n + 1)) * unit));
  return [...new Set(sizes)];
}

/** All tile sizes of the space that docs/memory-model.md names, whether they fit or not. */
export function allSizes(request: MappingRequest): TileSizes[] {
  const { layer, batch, accelerator } = request;
  const { array } = accelerator;
  const { filters, channels } = factsOf(request);
  const side = { rows: array.rows, cols: array.cols, time: 1 }[array.dataflow.filters];
  const result: TileSizes[] = [];
  for (const images of shares(batch))
    for (const rows of shares(layer.output.height))
      for (const cols of shares(layer.output.width))
        for (const groups of shares(layer.groups))
          for (const f of new Set([...shares(filters), ...shares(filters, side)]))
            for (const c of shares(channels, array.unit.lanes))
              if (groups === 1 || (f === filters && c === channels))
                result.push({ batch: images, rows, cols, groups, filters: f, channels: c });
  return result;
}

interface Judged {
  readonly choice: MappingChoice;
  readonly dramBits: number;
  /** What decides, first to last; the least of all wins. */
  readonly key: readonly number[];
}

function judge(request: MappingRequest, choice: MappingChoice, order: number, array: number): Judged {
  const { technology, dram } = request.accelerator;
  if (dram.model !== 'bandwidth') throw new RangeError('only a constant rate is judged here');
  const { prices, objective } = request;
  const { traffic, buffers, tiles, firstLoad } = walk(request, choice);
  const dramBits = Object.values(traffic).reduce((a, b) => a + b, 0);
  const rate = dram.bandwidth / technology.clock;
  const time = (bits: number): number => (rate === Infinity ? 0 : Math.ceil(bits / rate));
  const latency = Math.ceil((dram.latency / 1e9) * technology.clock);
  const cycles = Math.max(array, time(dramBits)) + time(firstLoad) + latency;
  const energy =
    dramBits * prices.dramPerBit +
    buffers.ifmapRead * prices.read.ifmap +
    buffers.weightRead * prices.read.weight +
    buffers.ofmapRead * prices.read.ofmap +
    buffers.ifmapWrite * prices.write.ifmap +
    buffers.weightWrite * prices.write.weight +
    buffers.ofmapWrite * prices.write.ofmap +
    cycles * prices.perCycle;
  const figures = {
    dram: [dramBits, cycles, energy],
    cycles: [cycles, dramBits, energy],
    energy: [energy, dramBits, cycles],
  }[objective];
  const { batch, rows, cols, groups, filters, channels } = choice.tiles;
  const larger = [batch, rows, cols, groups, filters, channels].map((size) => -size);
  return { choice, dramBits, key: [...figures, tiles, ...larger, order] };
}

function before(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, n) => value !== b[n]);
  return i >= 0 && a[i]! < b[i]!;
}

/** The best mapping by trying all of them tile by tile, or undefined where none fits. */
export function bruteForce(request: MappingRequest, sizes: readonly TileSizes[]): Judged | undefined {
  const { buffers, array } = request.accelerator;
  const half = {
    ifmap: (buffers.ifmap.capacity - request.reservedBits) / 2,
    weight: buffers.weight.capacity / 2,
    ofmap: buffers.ofmap.capacity / 2,
  };
  let best: Judged | undefined;
  for (const tiles of sizes) {
    const need = walkedDemand(request, tiles);
    if (need.ifmap > Math.max(0, half.ifmap) || need.weight > half.weight || need.ofmap > half.ofmap) continue;
    const cycles = array.folds === 'pipelined' ? mappingCycles(request, tiles) : walkedCycles(request, tiles);
    for (const [i, order] of loopOrders.entries()) {
      const judged = judge(request, { order, tiles }, i, cycles);
      if (best === undefined || before(judged.key, best.key)) best = judged;
    }
  }
  return best;
}
