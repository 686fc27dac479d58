/** What a mask-driven order may look at: one entry per window of a tile, in raster order. */
export interface WindowProfiles {
  /** Sum of the services of window i over its packets. */
  readonly totalService: (i: number) => number;
  /** Compares the level sequences of two windows, in step order, lexicographically. */
  readonly compareProfiles: (i: number, j: number) => number;
}

/** The windows of a tile, as numbers of the batch in raster order, images one after another. */
export interface OrderedTile {
  readonly windows: Int32Array;
  readonly windowsPerImage: number;
  readonly outputWidth: number;
  /** Windows that are side by side in a fold. */
  readonly side: number;
  readonly profiles: () => WindowProfiles;
}

/** The order in which the windows of an on-chip tile take their places in the array. */
export interface WindowOrder {
  readonly name: string;
  /** In half a sentence. */
  readonly meaning: string;
  /** Needs every level of the layer before it starts, index bits, and gather reads. */
  readonly gathers: boolean;
  /** Has a meaning only where windows are side by side. */
  readonly sideBySide: boolean;
  /** The entry of `windows` that stands at each position; undefined where that is the position itself. */
  arrange(tile: OrderedTile): Uint32Array | undefined;
}
