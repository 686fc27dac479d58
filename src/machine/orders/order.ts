/** What an order may look at: one entry per window of a tile, in raster order. */
export interface WindowProfiles {
  readonly count: number;
  /** Sum of the services of window i over its packets. */
  readonly totalService: (i: number) => number;
  /** Compares the level sequences of two windows, in step order, lexicographically. */
  readonly compareProfiles: (i: number, j: number) => number;
}

/** The order in which the windows of an on-chip tile take the rows of the array. */
export interface WindowOrder {
  readonly name: string;
  /** Needs every level of the layer before it starts, index bits, and gather reads. */
  readonly gathers: boolean;
  /** The raster index of the window at each position; undefined where that is the position itself. */
  arrange(profiles: () => WindowProfiles): Uint32Array | undefined;
}
