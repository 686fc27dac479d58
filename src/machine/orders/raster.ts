import type { WindowOrder } from './order.js';

/** Output pixels row by row, images one after another. */
export const raster: WindowOrder = { name: 'raster', gathers: false, sideBySide: false, arrange: () => undefined };
