import { objectives, type Objective } from '../../machine/accelerator.js';
import { loopOrders, type Loop, type TileSizes } from './choice.js';
import type { LayerCut } from './cuts.js';
import { firstLoadBits, rankedCycles, type ArrayCycles } from './cycles.js';
import { bufferTraffic, rankedEnergy } from './energy.js';
import type { MappingShape } from './shape.js';
import { passesOver, type LoopCounts, type Passes } from './traffic.js';

/** What tiles of some sizes cost in whatever order: worked out when first asked for. */
export class CutFigures {
  #array: number | undefined;
  #first: number | undefined;

  constructor(
    readonly shape: MappingShape,
    readonly cut: LayerCut,
    readonly tiles: number,
    readonly arrayCycles: ArrayCycles,
  ) {}

  /** The objective `cycles`. */
  cycles(dramBits: number): number {
    this.#array ??= this.arrayCycles(this.cut);
    this.#first ??= firstLoadBits(this.shape, this.cut);
    return rankedCycles(this.shape, this.#array, dramBits, this.#first);
  }

  /** The objective `energy`. */
  energy(dramBits: number, passes: Passes): number {
    return rankedEnergy(this.shape, bufferTraffic(this.shape, this.cut, passes), dramBits, this.cycles(dramBits));
  }

  /** No more than the request's objective in any order that moves at least so many bits. */
  least(dramBits: number, fewest: Passes): number {
    const { objective } = this.shape.request;
    if (objective === 'dram') return dramBits;
    this.#array ??= this.arrayCycles(this.cut);
    const cycles = rankedCycles(this.shape, this.#array, dramBits, 0);
    if (objective === 'cycles') return cycles;
    return rankedEnergy(this.shape, bufferTraffic(this.shape, this.cut, fewest), dramBits, cycles);
  }

  get sizes(): TileSizes {
    const { windows, groups, filters, channels } = this.cut;
    return {
      batch: windows.images,
      rows: windows.rows.size,
      cols: windows.cols.size,
      groups: groups.size,
      filters: filters.size,
      channels: channels.size,
    };
  }
}

/** A mapping among others. */
export interface Candidate {
  readonly figures: CutFigures;
  /** Which of {@link loopOrders}. */
  readonly order: number;
  readonly dramBits: number;
  readonly passes: Passes;
}

export function figureOf(name: Objective, { figures, dramBits, passes }: Candidate): number {
  if (name === 'dram') return dramBits;
  return name === 'cycles' ? figures.cycles(dramBits) : figures.energy(dramBits, passes);
}

/** The objective, then the others as they are listed. */
export function rankingOf(objective: Objective): readonly Objective[] {
  return [objective, ...objectives.filter((name) => name !== objective)];
}

const sizeNames = ['batch', 'rows', 'cols', 'groups', 'filters', 'channels'] as const;

/** Whether `a` comes before `b`: never neither, for two different mappings. */
export function isBetter(a: Candidate, b: Candidate, ranking: readonly Objective[]): boolean {
  for (const name of ranking) {
    const difference = figureOf(name, a) - figureOf(name, b);
    if (difference !== 0) return difference < 0;
  }
  if (a.figures.tiles !== b.figures.tiles) return a.figures.tiles < b.figures.tiles;
  const [own, other] = [a.figures.sizes, b.figures.sizes];
  for (const name of sizeNames) if (own[name] !== other[name]) return own[name] > other[name];
  return a.order < b.order;
}

/** An order of loops some of which have several tiles: what it moves again for each tile of the loop that does not concern it. */
export interface Walk {
  /** Which of {@link loopOrders}. */
  readonly order: number;
  readonly inputsAgain: boolean;
  readonly weightsAgain: boolean;
  readonly sumsAgain: boolean;
}

/** Walks that differ: where a loop has one tile its place does not matter, and the first of all orders that walk alike stands for them. */
function distinctWalks(counts: LoopCounts): Walk[] {
  const seen = new Set<string>();
  return loopOrders.flatMap((order, i) => {
    const walk = order.filter((loop) => counts[loop] > 1).join();
    if (seen.has(walk)) return [];
    seen.add(walk);
    const again = (loop: Loop): boolean => passesOver(loop, order, counts) > 1;
    return [{ order: i, inputsAgain: again('filters'), weightsAgain: again('windows'), sumsAgain: again('channels') }];
  });
}

/** By which loops have several tiles: windows 1, filters 2, channels 4. */
const walks: readonly (readonly Walk[])[] = Array.from({ length: 8 }, (_, several) => {
  const tiles = (bit: number): number => ((several & bit) === 0 ? 1 : 2);
  return distinctWalks({ windows: tiles(1), filters: tiles(2), channels: tiles(4) });
});

/** The walks worth trying for so many tiles. */
export function walksFor(windows: number, filters: number, channels: number): readonly Walk[] {
  return walks[(windows > 1 ? 1 : 0) + (filters > 1 ? 2 : 0) + (channels > 1 ? 4 : 0)]!;
}
