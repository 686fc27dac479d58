import type { SchemeQuality } from './recorded.js';

/** One importance map: row-major [height, width], values in [0, 1]. */
export interface Silhouette {
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

/**
 * Levels of one layer's input, on a grid of regions: pixel (y, x) of channel c has the level of cell
 * (⌊y / regionHeight⌋, ⌊x / regionWidth⌋). `channels` is 1 where one map serves all channels. Regions of 1×1 are pixels.
 */
export interface RegionMap {
  readonly channels: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly regionHeight: number;
  readonly regionWidth: number;
  /** Row-major [channels, gridHeight, gridWidth]; 0 = least important. */
  readonly levels: Uint8Array;
}

/**
 * Sums of one layer's input over regions, from which masks are cut: of 8-bit magnitudes, one scale for the tensor and image, 0…255 where no
 * value is negative, else 0…127. Regions at the bottom and right edge sum the pixels that they have.
 */
export interface RegionSums extends Omit<RegionMap, 'levels'> {
  /** Row-major [channels, gridHeight, gridWidth]; at most 255 × pixels of the region. */
  readonly sums: Uint16Array | Uint32Array;
}

/** Rows × columns of one region, in pixels. */
export interface RegionSize {
  readonly rows: number;
  readonly cols: number;
}

/** `4x8` for 4 rows × 8 columns. */
export function regionSizeName(size: RegionSize): string {
  return `${String(size.rows)}x${String(size.cols)}`;
}

/** The region maps of one image at one region size, by layer name. */
export type MaskSet = ReadonlyMap<string, RegionMap>;

/** What one image of a trace holds. */
export interface ImageTrace {
  /** Position in the trace, from 0. */
  readonly index: number;
  readonly name: string;
  readonly silhouette?: Silhouette;
  /** Region maps by region size (see {@link regionSizeName}). */
  readonly masks: ReadonlyMap<string, MaskSet>;
  /** Sums by region size and layer, where they were recorded. */
  readonly sums?: ReadonlyMap<string, ReadonlyMap<string, RegionSums>>;
}

/** Shape of one stored set of region maps or sums, without its images. */
export interface MaskArray {
  readonly layer: string;
  readonly region: RegionSize;
  readonly channels: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
}

/** What a trace holds, known before any image is read. */
export interface TraceInfo {
  /** File name, for messages. */
  readonly source: string;
  readonly images: number;
  /** Height × width of the silhouettes, where there are any. */
  readonly silhouettes?: { readonly height: number; readonly width: number };
  readonly masks: readonly MaskArray[];
  /** Region sums, where any were recorded. */
  readonly sums?: readonly MaskArray[];
  /** Network that masks and sums were recorded on. */
  readonly network?: string;
  /** Made by a generator, not recorded from a model. */
  readonly synthetic: boolean;
  /** Seed of the generator, where it was made by one. */
  readonly seed?: string;
  /** Measured accuracy by scheme spec, where the recorder stated any. */
  readonly accuracy: Readonly<Record<string, number>>;
  /** Measured quality by scheme spec, where the recorder stated any. */
  readonly quality?: Readonly<Record<string, SchemeQuality>>;
}

/** A trace whose images are read one after another; each call of `images` starts anew. */
export interface Trace {
  readonly info: TraceInfo;
  /** The first `limit` images (all by default), in order, one in memory at a time. */
  images(limit?: number): AsyncIterable<ImageTrace>;
}
