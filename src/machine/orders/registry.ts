import type { WindowOrder } from './order.js';
import { raster } from './raster.js';
import { sorted } from './sorted.js';
import { tiled } from './tiled.js';

export const windowOrders: Readonly<Record<string, WindowOrder>> = { raster, sorted, tiled };
