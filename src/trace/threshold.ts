import { ceilDiv } from '../core/numbers.js';
import type { Shape } from '../network/layer.js';
import type { MaskArray, RegionMap, RegionSize, RegionSums } from './trace.js';

/**
 * When a region is sensitive: its mean reaches `mean`, on the scale of its 8-bit magnitudes (Table III of Song et al., ISCA 2020), or
 * `gate` times the largest mean among the regions of the layer in that image (as in an author's code). A region of zeros never is.
 */
export type Threshold = { readonly mean: number } | { readonly gate: number };

/** Whether regions of this size are whole multiples of those that were summed, so that their sums are sums of sums. */
export function isMultiple(region: RegionSize, summed: RegionSize): boolean {
  return region.rows % summed.rows === 0 && region.cols % summed.cols === 0;
}

/** The grid of regions of another size over the same input; see {@link isMultiple}. */
export function regridded(array: MaskArray, region: RegionSize): MaskArray {
  return {
    ...array,
    region,
    gridHeight: ceilDiv(array.gridHeight, region.rows / array.region.rows),
    gridWidth: ceilDiv(array.gridWidth, region.cols / array.region.cols),
  };
}

function coarser(map: RegionSums, region: RegionSize): RegionSums {
  const [down, right] = [region.rows / map.regionHeight, region.cols / map.regionWidth];
  if (down === 1 && right === 1) return map;
  const gridHeight = ceilDiv(map.gridHeight, down);
  const gridWidth = ceilDiv(map.gridWidth, right);
  const sums = new Uint32Array(map.channels * gridHeight * gridWidth);
  for (let row = 0, from = 0; row < map.channels * map.gridHeight; row++) {
    const channel = Math.floor(row / map.gridHeight);
    const to = (channel * gridHeight + Math.floor((row % map.gridHeight) / down)) * gridWidth;
    for (let x = 0; x < map.gridWidth; x++, from++) sums[to + Math.floor(x / right)]! += map.sums[from]!;
  }
  return { ...map, gridHeight, gridWidth, regionHeight: region.rows, regionWidth: region.cols, sums };
}

/**
 * Masks of regions of `region` from sums over regions of which it is a multiple: 1 = sensitive. Means are doubles, sum ÷ pixels that the
 * region has within the input.
 */
export function cutSums(
  sums: RegionSums,
  region: RegionSize,
  { height, width }: Pick<Shape, 'height' | 'width'>,
  threshold: Threshold,
): RegionMap {
  const { sums: own, ...shape } = coarser(sums, region);
  const { gridHeight, gridWidth } = shape;
  const means = new Float64Array(own.length);
  let largest = 0;
  for (let cell = 0; cell < own.length; cell++) {
    const y = (Math.floor(cell / gridWidth) % gridHeight) * region.rows;
    const x = (cell % gridWidth) * region.cols;
    means[cell] = own[cell]! / (Math.min(region.rows, height - y) * Math.min(region.cols, width - x));
    if (means[cell]! > largest) largest = means[cell]!;
  }
  const least = 'mean' in threshold ? threshold.mean : threshold.gate * largest;
  const levels = new Uint8Array(means.length);
  for (let cell = 0; cell < levels.length; cell++) {
    if (means[cell]! > 0 && means[cell]! >= least) levels[cell] = 1;
  }
  return { ...shape, levels };
}
