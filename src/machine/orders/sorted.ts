import type { WindowOrder } from './order.js';

/**
 * Windows of the same precision profile share a fold: by total service, then by profile lexicographically, then by
 * raster index. Sorting reaches as far as the tile whose inputs are on chip.
 */
export const sorted: WindowOrder = {
  name: 'sorted',
  meaning: 'windows alike share a fold: needs the masks before the layer starts, index bits and gather reads',
  gathers: true,
  sideBySide: false,
  arrange({ windows, profiles }) {
    const { totalService, compareProfiles } = profiles();
    const totals = Float64Array.from({ length: windows.length }, (_, i) => totalService(i));
    const order = Uint32Array.from({ length: windows.length }, (_, i) => i);
    return order.sort((i, j) => totals[i]! - totals[j]! || compareProfiles(i, j) || i - j);
  },
};
