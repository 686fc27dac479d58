import { ceilDiv } from '../core/numbers.js';
import type { Shape } from '../network/layer.js';
import type { RegionMap } from './trace.js';

/** Whether a map's channels and grid belong to an input of this shape. */
export function fitsShape(map: Omit<RegionMap, 'levels'>, input: Shape): boolean {
  return (
    (map.channels === 1 || map.channels === input.channels) &&
    map.gridHeight === ceilDiv(input.height, map.regionHeight) &&
    map.gridWidth === ceilDiv(input.width, map.regionWidth)
  );
}
