import {
  regionSizeName,
  type ImageTrace,
  type RegionMap,
  type RegionSize,
  type Silhouette,
  type Trace,
} from './trace.js';

export interface ValueStatistics {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** How many cells of region maps are at which level. */
export interface LevelStatistics {
  readonly cells: number;
  /** Cells at level 0, 1, …, up to the greatest that occurs. */
  readonly cellsByLevel: readonly number[];
  /** Fraction of cells above level 0: for DRQ, the sensitive ones. */
  readonly importantShare: number;
}

/** One set of region maps over all images read. */
export interface LayerStatistics extends LevelStatistics {
  readonly layer: string;
  readonly region: RegionSize;
  /** Maps per image; 1 where one serves all channels. */
  readonly channels: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
}

export interface ImageStatistics {
  readonly index: number;
  readonly name: string;
  readonly silhouette?: ValueStatistics;
  /** All layers together, every cell counting once, by region size (`4x8`). */
  readonly regions: Readonly<Record<string, LevelStatistics>>;
}

/** What `silhouette trace info` shows. */
export interface TraceStatistics {
  /** Images read. */
  readonly images: number;
  readonly silhouettes?: ValueStatistics;
  /** All layers and images together, by region size. */
  readonly regions: Readonly<Record<string, LevelStatistics>>;
  /** In the order of `trace.info.masks`. */
  readonly layers: readonly LayerStatistics[];
  readonly perImage: readonly ImageStatistics[];
}

/**
 * Reads the first `limit` images (all by default), one at a time, and sums them up.
 * @throws SilhouetteError from the trace, where its data are at fault
 */
export async function traceStatistics(trace: Trace, limit?: number): Promise<TraceStatistics> {
  const perImage: ImageStatistics[] = [];
  const layers = new Map<string, number[]>();
  for await (const image of trace.images(limit)) perImage.push(imageStatistics(image, layers));
  const silhouettes = perImage.flatMap(({ silhouette }) => silhouette ?? []);
  return {
    images: perImage.length,
    // Silhouettes of a trace have one size, so the mean of their means is the mean over pixels.
    ...(silhouettes.length > 0 && {
      silhouettes: {
        min: silhouettes.reduce((least, { min }) => Math.min(least, min), Infinity),
        mean: silhouettes.reduce((total, { mean }) => total + mean, 0) / silhouettes.length,
        max: silhouettes.reduce((most, { max }) => Math.max(most, max), -Infinity),
      },
    }),
    regions: regionTotals(perImage),
    layers: trace.info.masks.map((mask) => ({
      ...mask,
      ...levelStatistics(layers.get(layerKey(regionSizeName(mask.region), mask.layer)) ?? []),
    })),
    perImage,
  };
}

/** Statistics of one image; its level counts are added to `layers`. */
function imageStatistics(image: ImageTrace, layers: Map<string, number[]>): ImageStatistics {
  const regions: Record<string, LevelStatistics> = {};
  for (const [size, masks] of image.masks) {
    const all: number[] = [];
    for (const [layer, map] of masks) {
      const counts = countLevels(map);
      addCounts(all, counts);
      const key = layerKey(size, layer);
      const soFar = layers.get(key) ?? [];
      layers.set(key, soFar);
      addCounts(soFar, counts);
    }
    regions[size] = levelStatistics(all);
  }
  const { index, name, silhouette } = image;
  return { index, name, ...(silhouette && { silhouette: valueStatistics(silhouette) }), regions };
}

function layerKey(size: string, layer: string): string {
  return `${size}/${layer}`;
}

function valueStatistics({ values }: Silhouette): ValueStatistics {
  let [min, max, total] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    total += value;
  }
  return { min, mean: total / values.length, max };
}

function countLevels(map: RegionMap): number[] {
  const counts = new Array<number>(256).fill(0);
  for (const level of map.levels) counts[level]!++;
  return counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
}

function addCounts(into: number[], counts: readonly number[]): void {
  counts.forEach((count, level) => {
    into[level] = (into[level] ?? 0) + count;
  });
}

function levelStatistics(cellsByLevel: readonly number[]): LevelStatistics {
  const cells = cellsByLevel.reduce((a, b) => a + b, 0);
  const important = cells - (cellsByLevel[0] ?? 0);
  return { cells, cellsByLevel, importantShare: cells === 0 ? 0 : important / cells };
}

function regionTotals(perImage: readonly ImageStatistics[]): Record<string, LevelStatistics> {
  const totals = new Map<string, number[]>();
  for (const { regions } of perImage) {
    for (const [size, { cellsByLevel }] of Object.entries(regions)) {
      const counts = totals.get(size) ?? [];
      totals.set(size, counts);
      addCounts(counts, cellsByLevel);
    }
  }
  return Object.fromEntries([...totals].map(([size, counts]) => [size, levelStatistics(counts)]));
}
