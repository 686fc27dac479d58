import { sum } from '../../core/numbers.js';
import type { Objective } from '../../machine/accelerator.js';
import { fitting, unfitting, type Fit } from '../../core/unfit.js';
import { blocksOf, type Block, type Columns } from './blocks.js';
import { boundOf, fewestPasses, leastOfAll, leastWith, uncutIsFastest, wholeIsFastest, type Least } from './bounds.js';
import { inputDemand, valueBits } from './capacity.js';
import { loopOrders } from './choice.js';
import type { LayerCut, WindowCut } from './cuts.js';
import { arrayCyclesOf, type ArrayCycles } from './cycles.js';
import { remembered } from './memo.js';
import { CutFigures, figureOf, isBetter, rankingOf, walksFor, type Candidate, type Walk } from './ranking.js';
import type { FoundMapping, MappingRequest } from './request.js';
import { mappingShape, type MappingShape } from './shape.js';
import { MAX_TILES, shortageOf, tooManyPixels, tooManyTiles, type Shortage } from './shortage.js';
import { sizeSpace, type SizeSpace } from './sizes.js';
import { loopCounts, maskBursts, passesOf, sumBursts, type Passes } from './traffic.js';

/** What a walk moves of inputs, weights and unfinished sums, given the bursts of each of them once. */
function burstsOf(
  { inputsAgain, weightsAgain, sumsAgain }: Walk,
  filterTiles: number,
  windowTiles: number,
  inputs: number,
  weights: number,
  sums: number,
): number {
  return inputs * (inputsAgain ? filterTiles : 1) + weights * (weightsAgain ? windowTiles : 1) + (sumsAgain ? sums : 0);
}

/**
 * Tries everything that fits, the blocks that promise most first. What is left out without a look is what cannot win: in no order
 * does a mapping move less than all its operands once, and bits bound the objective (see {@link boundOf}). Equal bounds stay, since
 * ties are decided by more than the objective; so the mapping that is found does not depend on what is tried first.
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
  /** Bits of all outputs, not rounded to bursts. */
  readonly #outputBits: number;
  readonly #bound: (dramBits: number, least: Least) => number;
  readonly #leastOfAll: Least;
  readonly #wholeIsFastest: boolean;
  readonly #uncutIsFastest: boolean;
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
    this.#arrayCycles = shape.shared.once('array cycles', () => arrayCyclesOf(shape));
    this.#bound = boundOf(shape);
    this.#leastOfAll = leastOfAll(shape, space);
    this.#leastOf = this.#leastOfAll;
    this.#wholeIsFastest = wholeIsFastest(shape);
    this.#uncutIsFastest = uncutIsFastest(shape);
    this.#burst = shape.channel.burstBits;
    this.#fewestPasses = fewestPasses(shape);
    const { request, whole, geometry, sumBits, outputDepths } = shape;
    const outputs = whole.batch * geometry.windowsPerImage * whole.groups * whole.filters;
    this.#sumBursts = (2 * outputs * sumBits) / this.#burst;
    this.#outputBits = request.outputKept ? 0 : outputs * sum(outputDepths);
  }

  run(): void {
    const blocks = blocksOf(this.shape, this.space);
    const { whole, request, inputDepths } = this.shape;
    const pixelBits = request.inputKept ? 0 : whole.batch * whole.groups * whole.channels * sum(inputDepths);
    const bounds = new Float64Array(blocks.length);
    const leasts = blocks.map((block, i) => {
      const { rows, cols } = block.uncut.windows;
      const bits = rows.inputs * cols.inputs * pixelBits + block.leastWeights * this.#burst + this.#outputBits;
      const least = this.#leastOfBlock(block);
      bounds[i] = this.#bound(bits, least);
      return least;
    });
    const order = Uint32Array.from(blocks, (_, i) => i).sort((a, b) => bounds[a]! - bounds[b]!);
    for (const i of order) {
      if (bounds[i]! > this.#least) return;
      this.#look(blocks[i]!, leasts[i]!);
    }
  }

  #leastOfBlock(block: Block): Least {
    if (this.#objective === 'dram') return this.#leastOfAll;
    const array = this.#wholeIsFastest ? block.cycles(this.#arrayCycles, 0) : 0;
    return leastWith(this.shape, array, block.uncut, this.#leastOfAll);
  }

  #look(block: Block, leastOfBlock: Least): void {
    const { shape } = this;
    const { columns, uncut } = block;
    const { operands, cols } = columns;
    const { groups } = operands;
    const { images, rows } = uncut.windows;
    const lines = shape.request.inputKept ? 0 : shape.whole.batch * rows.inputs;
    for (let c = 0; c < operands.channels.length; c++) {
      const channels = operands.channels[c]!;
      const inputs = lines === 0 ? 0 : lines * columns.inputLine(shape, c);
      const least = (inputs + operands.leastWeights[c]!) * this.#burst + this.#outputBits;
      if (this.#bound(least, leastOfBlock) > this.#least) continue;
      const demand = inputDemand(shape, images, rows, cols, groups.size, groups.size * channels.size);
      if (demand > shape.halves.ifmap) continue;
      this.#leastOf = leastOfBlock;
      if (this.#objective !== 'dram') {
        const array = this.#uncutIsFastest ? block.cycles(this.#arrayCycles, c) : 0;
        this.#leastOf = leastWith(shape, array, { ...uncut, channels }, this.#leastOfAll);
        if (this.#bound(least, this.#leastOf) > this.#least) continue;
      }
      this.#filters(columns, uncut.windows, c, inputs);
    }
  }

  /** Tries the filter cuts that fit, whole filters first: the more tiles there are, the more passes over the same operands. */
  #filters(columns: Columns, windows: WindowCut, c: number, inputs: number): void {
    const { shape } = this;
    const { operands } = columns;
    const channels = operands.channels[c]!;
    const { groups } = operands;
    const most = shape.halves.ofmap / (groups.size * windows.windows * valueBits(shape, channels.size));
    const tilesEach = groups.tiles * windows.tiles * channels.tiles;
    const unfinished = (channels.tiles - 1) * this.#sumBursts;
    const leastWeights = operands.leastWeights[c]!;
    const outputLines = shape.request.outputKept ? 0 : shape.whole.batch * shape.whole.rows;
    const first = c * operands.filters.length;
    for (let f = 0; f < operands.filters.length; f++) {
      const filters = operands.filters[f]!;
      const weights = operands.weights[first + f]!;
      if (weights === Infinity || filters.size > most) continue;
      const tiles = tilesEach * filters.tiles;
      if (tiles < this.fewestTiles) this.fewestTiles = tiles;
      const walks = walksFor(windows.tiles, filters.tiles, channels.tiles);
      const fewest = (once: number): number => {
        let bursts = Infinity;
        for (const walk of walks)
          bursts = Math.min(bursts, burstsOf(walk, filters.tiles, windows.tiles, inputs, once, unfinished));
        return bursts * this.#burst;
      };
      if (this.#bound(fewest(leastWeights) + this.#outputBits, this.#leastOf) > this.#least) return;
      if (tiles > MAX_TILES) continue;
      const outputs = outputLines === 0 ? 0 : outputLines * columns.outputLine(shape, f);
      if (this.#bound(fewest(weights) + outputs * this.#burst, this.#leastOf) > this.#least) continue;
      this.#orders({ windows, groups, filters, channels }, tiles, walks, inputs, weights, outputs);
    }
  }

  /** Tries the orders of tiles of some sizes; `inputs`, `weights` and `outputs` are the bursts of all of them once. */
  #orders(
    cut: LayerCut,
    tiles: number,
    walks: readonly Walk[],
    inputs: number,
    weights: number,
    outputs: number,
  ): void {
    const { shape } = this;
    const { windows, groups, filters, channels } = cut;
    const unfinished = (channels.tiles - 1) * this.#sumBursts;
    let figures: CutFigures | undefined;
    let mask: number | undefined;
    let sums: number | undefined;
    for (const walk of walks) {
      const least = (burstsOf(walk, filters.tiles, windows.tiles, inputs, weights, unfinished) + outputs) * this.#burst;
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
