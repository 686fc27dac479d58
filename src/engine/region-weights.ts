import type { LevelTable } from './levels.js';

/** Where weights along one axis of a grid change, and by how much they fall: Σ weight · count = Σ fall · counts before. */
interface Falls {
  readonly at: Int32Array;
  readonly by: Float64Array;
}

/** How often each region of a grid counts: the product of a weight of its row and one of its column. */
export interface RegionWeights {
  readonly regionHeight: number;
  readonly regionWidth: number;
  readonly rows: Falls;
  readonly cols: Falls;
  /** Of all pixels. */
  readonly total: number;
}

/** The falls of pixels' weights that are summed region by region. */
function fallsOf(pixels: ArrayLike<number>, size: number): Falls {
  const weights = new Float64Array(Math.ceil(pixels.length / size));
  for (let i = 0; i < pixels.length; i++) weights[Math.floor(i / size)]! += pixels[i]!;
  const at: number[] = [];
  const by: number[] = [];
  weights.forEach((weight, g) => {
    const fall = weight - (weights[g + 1] ?? 0);
    if (fall === 0) return;
    at.push(g + 1);
    by.push(fall);
  });
  return { at: Int32Array.from(at), by: Float64Array.from(by) };
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/** Weights of all pixel rows and columns of an image. */
export interface PixelWeights {
  readonly rows: Uint8Array | Int32Array;
  readonly cols: Uint8Array | Int32Array;
}

/** Finds the weights of regions of a size in `known`, or makes them from those of pixels and keeps them. */
export function weightsFor(
  known: RegionWeights[],
  { regionHeight, regionWidth }: { readonly regionHeight: number; readonly regionWidth: number },
  pixelWeights: () => PixelWeights,
): RegionWeights {
  for (const own of known) if (own.regionHeight === regionHeight && own.regionWidth === regionWidth) return own;
  const { rows, cols } = pixelWeights();
  const weights = {
    regionHeight,
    regionWidth,
    rows: fallsOf(rows, regionHeight),
    cols: fallsOf(cols, regionWidth),
    total: sumOf(rows) * sumOf(cols),
  };
  known.push(weights);
  return weights;
}

/** Weighted count of a level; 0 of one that nobody has. */
export function weightedCount(table: LevelTable, level: number, { rows, cols }: RegionWeights): number {
  if (level >= table.levels) return 0;
  const { gridHeight, gridWidth, sums } = table;
  const line = gridWidth + 1;
  const first = level * (gridHeight + 1) * line;
  let total = 0;
  for (let r = 0; r < rows.at.length; r++) {
    const at = first + rows.at[r]! * line;
    let sum = 0;
    for (let c = 0; c < cols.at.length; c++) sum += sums[at + cols.at[c]!]! * cols.by[c]!;
    total += rows.by[r]! * sum;
  }
  return total;
}
