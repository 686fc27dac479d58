/** The rows of a run's picture, top to bottom. A half is half of a double buffer. */
export const tracks = [
  'layers',
  'array',
  'array stalls',
  'DRAM channel',
  'ifmap half 0',
  'ifmap half 1',
  'weight half 0',
  'weight half 1',
  'ofmap half 0',
  'ofmap half 1',
] as const;
export type Track = (typeof tracks)[number];

export type SliceArguments = Readonly<Record<string, number | string>>;

/** Something that takes time, in cycles from the start of its layer. Slices of a track are apart or inside each other. */
export interface Slice {
  readonly track: Track;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly args: SliceArguments;
}

/** What one layer does. */
export interface LayerTimeline {
  readonly name: string;
  /** Cycles of the layers before it. */
  readonly offset: number;
  readonly cycles: number;
  /** An outer slice before those inside it; only the layer's own where its tiles are left out. */
  readonly slices: readonly Slice[];
}
