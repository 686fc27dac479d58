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
}

/** Shape of one stored set of region maps, without its images. */
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
  /** Network that the masks were recorded on. */
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
