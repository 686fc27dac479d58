import { ddr4X16 } from './ddr4-2400-x16.js';
import { ddr4X8 } from './ddr4-2400-x8.js';
import { hbm2 } from './hbm2.js';
import { lpddr4 } from './lpddr4-3200.js';
import type { DramPart } from './part.js';

/** Every part that a machine can name, by that name. */
export const dramParts: Readonly<Record<string, DramPart>> = Object.fromEntries(
  [ddr4X8, ddr4X16, lpddr4, hbm2].map((part) => [part.name, part]),
);
