import type { WindowOrder } from './order.js';

/**
 * Windows of the same precision profile share a fold: by total service, then by profile lexicographically, then by
 * raster index. Sorting reaches as far as the tile whose inputs are on chip.
 */
export const sorted: WindowOrder = {
  name: 'sorted',
  gathers: true,
  sideBySide: false,
  arrange({ from, to, profiles }) {
    const { totalService, compareProfiles } = profiles();
    const totals = Float64Array.from({ length: to - from }, (_, i) => totalService(i));
    const order = Uint32Array.from({ length: to - from }, (_, i) => i);
    return order.sort((i, j) => totals[i]! - totals[j]! || compareProfiles(i, j) || i - j);
  },
};
