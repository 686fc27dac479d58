import type { WindowOrder } from './order.js';
import { raster } from './raster.js';
import { sorted } from './sorted.js';

export const windowOrders: Readonly<Record<string, WindowOrder>> = { raster, sorted };
