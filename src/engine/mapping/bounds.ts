import { layerCut, type LayerCut } from './cuts.js';
import { rankedCycles } from './cycles.js';
import { bufferTraffic, rankedEnergy, type BufferTraffic } from './energy.js';
import type { MappingShape } from './shape.js';
import type { SizeSpace } from './sizes.js';
import type { Passes } from './traffic.js';

/** What a set of mappings spends at least, beside the bits that it moves. */
export interface Least {
  readonly array: number;
  readonly buffers: BufferTraffic;
}

/**
 * What no mapping of a set comes below that moves at least so many bits. It is the formula of the objective itself with
 * arguments that are no larger, all of which it grows with, rounding included: it never exceeds the figure.
 */
export function boundOf(shape: MappingShape): (dramBits: number, least: Least) => number {
  const { objective } = shape.request;
  if (objective === 'dram') return (dramBits) => dramBits;
  const cycles = (dramBits: number, { array }: Least): number => rankedCycles(shape, array, dramBits, 0);
  if (objective === 'cycles') return cycles;
  return (dramBits, least) => rankedEnergy(shape, least.buffers, dramBits, cycles(dramBits, least));
}

/** Everything passes once. */
export function fewestPasses({ maskBits }: MappingShape): Passes {
  return { inputs: 1, mask: maskBits > 0 ? 1 : 0, weights: 1, sums: 0 };
}

/**
 * Of all mappings. A layer in one tile has the fewest folds of windows, filters and packets; only columns that no tap touches
 * can be less where they lie between tiles, and indices are shorter in small tiles.
 */
export function leastOfAll(shape: MappingShape, space: SizeSpace): Least {
  const cut = layerCut(shape, shape.whole);
  const inputs = Math.min(...space.cols.map((size) => shape.cols(size).inputs));
  const windows = { ...cut.windows, cols: { ...cut.windows.cols, inputs } };
  const buffers = bufferTraffic({ ...shape, indexed: false }, { ...cut, windows }, fewestPasses(shape));
  return { array: 0, buffers };
}

/** Of mappings that take so many array cycles at least, and move no less between buffers than `uncut`, which moves everything once. */
export function leastWith(shape: MappingShape, array: number, uncut: LayerCut, all: Least): Least {
  if (shape.request.objective !== 'energy') return { array, buffers: all.buffers };
  return { array, buffers: bufferTraffic(shape, uncut, fewestPasses(shape)) };
}

/**
 * Whether uncut filters take the fewest array cycles of all with the same windows and channels. They do where all folds occupy the
 * whole array, since uncut filters have the fewest folds; and where every packet takes equally long: then the time of a fold grows by as
 * much with every column, in all equations of machine-model.md, and would not be negative without any, so that fewer folds with as
 * many columns in all take no longer.
 */
export function uncutIsFastest(shape: MappingShape): boolean {
  return shape.request.accelerator.array.edge === 'full' || alike(shape);
}

/**
 * Whether uncut filters and channels take the fewest array cycles of all with the same windows: where every packet takes equally long, as
 * {@link uncutIsFastest} says of columns and as holds of the rows that packets lie along; where sums stay, a fold that goes on with
 * other channels has no second fill.
 */
export function wholeIsFastest(shape: MappingShape): boolean {
  return shape.request.accelerator.array.dataflow.sums !== 'reduce' && alike(shape);
}

/** Folds have barriers, and every packet takes equally long. */
function alike(shape: MappingShape): boolean {
  const { folds, unit } = shape.request.accelerator.array;
  return folds === 'barrier' && shape.whole.channels % unit.lanes === 0;
}
