import { ceilDiv } from '../../core/numbers.js';
import type { MappingShape } from './shape.js';
import { sideOf } from './tiling.js';

/** ⌈count / n⌉ · unit for n = 1, 2, …, at most `total`: descending, each once. */
function shares(total: number, unit: number): number[] {
  const count = ceilDiv(total, unit);
  const sizes: number[] = [];
  for (let n = 1; n <= count;) {
    const share = ceilDiv(count, n);
    sizes.push(Math.min(total, share * unit));
    if (share === 1) break;
    // The next smaller share.
    n = ceilDiv(count, share - 1);
  }
  return sizes;
}

/** The tile sizes that a search tries, by dimension, each descending (docs/memory-model.md). */
export interface SizeSpace {
  readonly batch: readonly number[];
  readonly rows: readonly number[];
  readonly cols: readonly number[];
  readonly groups: readonly number[];
  readonly filters: readonly number[];
  readonly channels: readonly number[];
}

export function sizeSpace({ request, whole }: MappingShape): SizeSpace {
  const { array } = request.accelerator;
  const sides = shares(whole.filters, sideOf(array.dataflow.filters, array));
  return {
    batch: shares(whole.batch, 1),
    rows: shares(whole.rows, 1),
    cols: shares(whole.cols, 1),
    groups: shares(whole.groups, 1),
    filters: [...new Set([...shares(whole.filters, 1), ...sides])].sort((a, b) => b - a),
    channels: shares(whole.channels, array.unit.lanes),
  };
}
