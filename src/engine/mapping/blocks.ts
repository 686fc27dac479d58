import type { AxisCut } from './axis-cut.js';
import { weightDemand } from './capacity.js';
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
import type { ArrayCycles } from './cycles.js';
import type { MappingShape } from './shape.js';
import type { SizeSpace } from './sizes.js';
import { lineBurstsOf, weightBursts } from './traffic.js';

/** How filters and channels of some groups are cut, and what of it does not depend on windows. */
export interface OperandCuts {
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

/** Columns of one size with the operands of some groups: bursts of a line, worked out when first asked for. */
export class Columns {
  readonly #inputs: Float64Array;
  readonly #outputs: Float64Array;

  constructor(
    readonly operands: OperandCuts,
    readonly cols: AxisCut,
  ) {
    this.#inputs = new Float64Array(operands.channels.length).fill(NaN);
    this.#outputs = new Float64Array(operands.filters.length).fill(NaN);
  }

  /** Bursts of an input line for one of the channel cuts. */
  inputLine(shape: MappingShape, c: number): number {
    const known = this.#inputs[c]!;
    if (!Number.isNaN(known)) return known;
    return (this.#inputs[c] = lineBurstsOf(shape, this.operands.channels[c]!.moved, this.cols, 'inputs'));
  }

  /** Bursts of an output line for one of the filter cuts. */
  outputLine(shape: MappingShape, f: number): number {
    const known = this.#outputs[f]!;
    if (!Number.isNaN(known)) return known;
    return (this.#outputs[f] = lineBurstsOf(shape, this.operands.filters[f]!.moved, this.cols, 'outputs'));
  }
}

/** All mappings with the same groups and windows: what a search looks into, or leaves out, as a whole. */
export class Block {
  readonly #cycles: Float64Array;

  constructor(
    readonly columns: Columns,
    /** These windows with whole filters and channels. */
    readonly uncut: LayerCut,
    /** Bursts of the weights of any of the mappings, at least. */
    readonly leastWeights: number,
  ) {
    this.#cycles = new Float64Array(columns.operands.channels.length).fill(NaN);
  }

  /** Array cycles with whole filters and one of the channel cuts. */
  cycles(arrayCycles: ArrayCycles, c: number): number {
    const known = this.#cycles[c]!;
    if (!Number.isNaN(known)) return known;
    return (this.#cycles[c] = arrayCycles({ ...this.uncut, channels: this.columns.operands.channels[c]! }));
  }
}

/** All blocks of a layer with weights that fit. They are the same whatever stays on chip. */
export function blocksOf(shape: MappingShape, space: SizeSpace): readonly Block[] {
  return shape.shared.once('blocks', () => {
    const blocks: Block[] = [];
    const windows: WindowCut[] = [];
    for (const groupSize of space.groups) {
      const operands = operandCuts(shape, space, groupSize);
      const leastWeights = Math.min(...operands.leastWeights);
      if (leastWeights === Infinity) continue;
      const { groups, filters, channels } = operands;
      let which = 0;
      for (const colSize of space.cols) {
        const cols = shape.cols(colSize);
        const columns = new Columns(operands, cols);
        for (const rowSize of space.rows)
          for (const images of space.batch) {
            const cut = (windows[which++] ??= windowCut(shape, images, shape.rows(rowSize), cols));
            const uncut = { windows: cut, groups, filters: filters[0]!, channels: channels[0]! };
            blocks.push(new Block(columns, uncut, leastWeights));
          }
      }
    }
    return blocks;
  });
}
