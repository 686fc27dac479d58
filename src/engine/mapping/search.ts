import type { Objective } from '../../machine/accelerator.js';
import { fitting, unfitting, type Fit } from '../../core/unfit.js';
import { boundOf, fewestPasses, leastOfAll, leastOfFilters, type Least } from './bounds.js';
import { inputDemand, valueBits, weightDemand } from './capacity.js';
import { loopOrders } from './choice.js';
import {
  channelCut,
  filterCut,
  groupCut,
  windowCut,
  type ChannelCut,
  type FilterCut,
  type GroupCut,
  type LayerCut,
  type WindowCut,
} from './cuts.js';
import { arrayCyclesOf, type ArrayCycles } from './cycles.js';
import { remembered } from './memo.js';
import { CutFigures, figureOf, isBetter, rankingOf, walksFor, type Candidate, type Walk } from './ranking.js';
import type { FoundMapping, MappingRequest } from './request.js';
import { mappingShape, type MappingShape } from './shape.js';
import { MAX_TILES, shortageOf, tooManyPixels, tooManyTiles, type Shortage } from './shortage.js';
import { sizeSpace, type SizeSpace } from './sizes.js';
import { lineBurstsOf, loopCounts, maskBursts, passesOf, sumBursts, weightBursts, type Passes } from './traffic.js';

/** How filters and channels of some groups are cut, and what of it does not depend on windows. */
interface OperandCuts {
  readonly groups: GroupCut;
  readonly filters: readonly FilterCut[];
  readonly channels: readonly ChannelCut[];
  /** Bursts of the weights of channels × filters; Infinity where a tile of them does not fit. */
  readonly weights: Float64Array;
  /** For each of `channels`, the least of them. */
  readonly leastWeights: Float64Array;
}

function operandCuts(shape: MappingShape, space: SizeSpace, groupSize: number): OperandCuts {
  const groups = groupCut(shape, groupSize);
  // Several groups together only where each is whole.
  const sizes = (all: readonly number[]): readonly number[] => (groupSize > 1 ? all.slice(0, 1) : all);
  const filters = sizes(space.filters).map((size) => filterCut(shape, groups, size));
  const channels = sizes(space.channels).map((size) => channelCut(shape, groups, size));
  const weights = new Float64Array(channels.length * filters.length);
  channels.forEach((channel, c) => {
    filters.forEach((filter, f) => {
      const tile = { groups: groupSize, filters: filter.size, channels: channel.size };
      const fits = weightDemand(shape, tile) <= shape.halves.weight;
      weights[c * filters.length + f] = fits ? weightBursts(shape, groups, filter, channel) : Infinity;
    });
  });
  const leastWeights = Float64Array.from(channels, (_, c) => {
    return Math.min(...weights.subarray(c * filters.length, (c + 1) * filters.length));
  });
  return { groups, filters, channels, weights, leastWeights };
}

/**
 * Tries everything that fits. What is left out without a look is what cannot win: in no order does a mapping move less than
 * all its operands once, and bits bound the objective (see {@link boundOf}). Equal bounds stay, since ties are decided by more
 * than the objective.
 */
class Search {
  best: Candidate | undefined;
  /** Fewest tiles of a mapping that fits the buffers. */
  fewestTiles = Infinity;
  readonly #ranking: readonly Objective[];
  readonly #objective: Objective;
  readonly #arrayCycles: ArrayCycles;
  readonly #burst: number;
  readonly #fewestPasses: Passes;
  /** All unfinished sums once to DRAM and back, not rounded to bursts. */
  readonly #sumBursts: number;
  readonly #bound: (dramBits: number, least: Least) => number;
  readonly #leastOfAll: Least;
  /** Of what is looked at. */
  #leastOf: Least;
  /** Of the best so far. */
  #least = Infinity;

  constructor(
    readonly shape: MappingShape,
    readonly space: SizeSpace,
  ) {
    this.#objective = shape.request.objective;
    this.#ranking = rankingOf(this.#objective);
    this.#arrayCycles = arrayCyclesOf(shape);
    this.#bound = boundOf(shape);
    this.#leastOfAll = leastOfAll(shape, space);
    this.#leastOf = this.#leastOfAll;
    this.#burst = shape.channel.burstBits;
    this.#fewestPasses = fewestPasses(shape);
    const { whole, geometry, sumBits } = shape;
    const outputs = whole.batch * geometry.windowsPerImage * whole.groups * whole.filters;
    this.#sumBursts = (2 * outputs * sumBits) / this.#burst;
  }

  run(): void {
    const { shape, space } = this;
    for (const groupSize of space.groups) {
      const operands = operandCuts(shape, space, groupSize);
      for (const colSize of space.cols) this.#columns(operands, colSize);
    }
  }

  #columns(operands: OperandCuts, colSize: number): void {
    const { shape, space } = this;
    const { request, whole } = shape;
    const cols = shape.cols(colSize);
    const inputLines = operands.channels.map(({ moved }) =>
      request.inputKept ? 0 : lineBurstsOf(shape, moved, cols, 'inputs'),
    );
    const outputs = operands.filters.map(({ moved }) =>
      request.outputKept ? 0 : whole.batch * whole.rows * lineBurstsOf(shape, moved, cols, 'outputs'),
    );
    const leastOutputs = Math.min(...outputs);
    for (const rowSize of space.rows) {
      const rows = shape.rows(rowSize);
      const lines = whole.batch * rows.inputs;
      for (const images of space.batch) {
        let windows: WindowCut | undefined;
        for (const [c, channels] of operands.channels.entries()) {
          const inputs = lines * inputLines[c]!;
          const least = (inputs + operands.leastWeights[c]! + leastOutputs) * this.#burst;
          if (this.#bound(least, this.#leastOfAll) > this.#least) continue;
          const groupSize = operands.groups.size;
          const demand = inputDemand(shape, images, rows, cols, groupSize, groupSize * channels.size);
          if (demand > shape.halves.ifmap) continue;
          windows ??= windowCut(shape, images, rows, cols);
          if (this.#objective !== 'dram') {
            const uncut = { windows, groups: operands.groups, filters: operands.filters[0]!, channels };
            this.#leastOf = leastOfFilters(shape, this.#arrayCycles, uncut, this.#leastOfAll);
            if (this.#bound(least, this.#leastOf) > this.#least) continue;
          }
          this.#filters(operands, windows, c, inputs, outputs);
        }
      }
    }
  }

  #filters(operands: OperandCuts, windows: WindowCut, c: number, inputs: number, allOutputs: readonly number[]): void {
    const { shape } = this;
    const channels = operands.channels[c]!;
    const { groups } = operands;
    const most = shape.halves.ofmap / (groups.size * windows.windows * valueBits(shape, channels.size));
    const tilesEach = groups.tiles * windows.tiles * channels.tiles;
    const first = c * operands.filters.length;
    for (let f = 0; f < operands.filters.length; f++) {
      const filters = operands.filters[f]!;
      const weights = operands.weights[first + f]!;
      if (weights === Infinity || filters.size > most) continue;
      const tiles = tilesEach * filters.tiles;
      if (tiles < this.fewestTiles) this.fewestTiles = tiles;
      if (tiles > MAX_TILES) continue;
      this.#orders({ windows, groups, filters, channels }, tiles, inputs, weights, allOutputs[f]!);
    }
  }

  /** Tries the orders of tiles of some sizes; `inputs`, `weights` and `outputs` are the bursts of all of them once. */
  #orders(cut: LayerCut, tiles: number, inputs: number, weights: number, outputs: number): void {
    const { shape } = this;
    const { windows, groups, filters, channels } = cut;
    const unfinished = (channels.tiles - 1) * this.#sumBursts;
    const walks = walksFor(windows.tiles, filters.tiles, channels.tiles);
    const atLeast = (walk: Walk): number =>
      inputs * (walk.inputsAgain ? filters.tiles : 1) +
      weights * (walk.weightsAgain ? windows.tiles : 1) +
      (walk.sumsAgain ? unfinished : 0) +
      outputs;
    let fewest = Infinity;
    for (const walk of walks) fewest = Math.min(fewest, atLeast(walk));
    if (this.#bound(fewest * this.#burst, this.#leastOf) > this.#least) return;
    let figures: CutFigures | undefined;
    let mask: number | undefined;
    let sums: number | undefined;
    for (const walk of walks) {
      const least = atLeast(walk) * this.#burst;
      if (this.#bound(least, this.#leastOf) > this.#least) continue;
      figures ??= new CutFigures(shape, cut, tiles, this.#arrayCycles);
      if (figures.least(least, this.#fewestPasses) > this.#least) continue;
      const passes = passesOf(shape, loopOrders[walk.order]!, loopCounts(cut), groups.tiles);
      let bursts = inputs * passes.inputs + weights * passes.weights + outputs;
      if (passes.mask > 0) bursts += (mask ??= maskBursts(shape, windows, channels.moved)) * passes.mask;
      if (passes.sums > 0) bursts += (sums ??= sumBursts(shape, windows, filters)) * passes.sums * 2;
      const dramBits = bursts * this.#burst;
      if (this.#bound(dramBits, this.#leastOf) > this.#least) continue;
      this.#offer({ figures, order: walk.order, dramBits, passes });
    }
  }

  #offer(candidate: Candidate): void {
    if (this.best !== undefined && !isBetter(candidate, this.best, this.#ranking)) return;
    this.best = candidate;
    this.#least = figureOf(this.#objective, candidate);
  }
}

function search(request: MappingRequest): FoundMapping | Shortage {
  const pixels = tooManyPixels(request);
  if (pixels !== undefined) return pixels;
  const shape = mappingShape(request);
  const space = sizeSpace(shape);
  const found = new Search(shape, space);
  found.run();
  const { best, fewestTiles } = found;
  if (best !== undefined) {
    const choice = { order: loopOrders[best.order]!, tiles: best.figures.sizes };
    return { choice, dramBits: best.dramBits };
  }
  return fewestTiles < Infinity ? tooManyTiles(fewestTiles) : shortageOf(shape, space);
}

/**
 * The best mapping of a layer by the request's objective among all that docs/memory-model.md names, or which buffer is too
 * small. Remembered per accelerator.
 */
export function searchMapping(request: MappingRequest): Fit<FoundMapping> {
  const found = remembered(request, search);
  if ('choice' in found) return fitting(found);
  return unfitting({ ...found, reason: `layer ${request.layer.name}: ${found.reason}` });
}
