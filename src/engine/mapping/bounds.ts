import { layerCut, type LayerCut } from './cuts.js';
import { rankedCycles, type ArrayCycles } from './cycles.js';
import { bufferTraffic, rankedEnergy, type BufferTraffic } from './energy.js';
import type { MappingShape } from './shape.js';
import type { SizeSpace } from './sizes.js';

/**
 * Bounds of an objective: what no mapping that moves at least so many bits, and takes the array at least so many cycles, comes
 * below. Every one is the formula of the objective itself with arguments that are no larger, all of which it grows
 * with, rounding included: it never exceeds the figure.
 */
export type Bound = (dramBits: number, arrayCycles: number) => number;

/**
 * What buffers move at least. A layer in one tile has the fewest folds of windows, filters and packets, and everything
 * passes once; only columns that no tap touches can be less where they lie between tiles, and indices are shorter in small tiles.
 */
function leastBufferTraffic(shape: MappingShape, space: SizeSpace): BufferTraffic {
  const cut = layerCut(shape, shape.whole);
  const inputs = Math.min(...space.cols.map((size) => shape.cols(size).inputs));
  const windows = { ...cut.windows, cols: { ...cut.windows.cols, inputs } };
  const mask = shape.maskBits > 0 ? 1 : 0;
  return bufferTraffic({ ...shape, indexed: false }, { ...cut, windows }, { inputs: 1, mask, weights: 1, sums: 0 });
}

export function boundOf(shape: MappingShape, space: SizeSpace): Bound {
  const { objective } = shape.request;
  const cycles: Bound = (dramBits, array) => rankedCycles(shape, array, dramBits, 0);
  if (objective === 'dram') return (dramBits) => dramBits;
  if (objective === 'cycles') return cycles;
  const buffers = leastBufferTraffic(shape, space);
  return (dramBits, array) => rankedEnergy(shape, buffers, dramBits, cycles(dramBits, array));
}

/**
 * Array cycles that tiles of some windows and channels take at least, however filters are cut: those of uncut ones. They have
 * the fewest folds. Where all folds occupy the whole array, or every packet takes equally long, the time of a fold grows by as much
 * with every column (in all equations of machine-model.md) and is not negative without any, so that fewer folds of as
 * many columns together take no longer.
 */
export function leastArrayCycles(shape: MappingShape, cycles: ArrayCycles, cut: LayerCut): number {
  const { edge, folds, unit } = shape.request.accelerator.array;
  const alike = folds === 'barrier' && shape.whole.channels % unit.lanes === 0;
  return edge === 'full' || alike ? cycles(cut) : 0;
}
