import type { WindowOrder } from './order.js';

/** Output pixels row by row, images one after another. */
export const raster: WindowOrder = {
  name: 'raster',
  meaning: 'row by row',
  gathers: false,
  sideBySide: false,
  arrange: () => undefined,
};
