/** The loops over tiles within a group tile; `windows` are those over batch, rows and columns together. */
export const loopNames = ['windows', 'filters', 'channels'] as const;
export type Loop = (typeof loopNames)[number];

/** Outermost first. */
export type LoopOrder = readonly [Loop, Loop, Loop];

/** All orders, as ties between mappings prefer them. */
export const loopOrders: readonly LoopOrder[] = [
  ['windows', 'filters', 'channels'],
  ['windows', 'channels', 'filters'],
  ['filters', 'windows', 'channels'],
  ['filters', 'channels', 'windows'],
  ['channels', 'windows', 'filters'],
  ['channels', 'filters', 'windows'],
];

/** How much of each dimension is on chip together; filters and channels are counted within one group. */
export interface TileSizes {
  readonly batch: number;
  readonly rows: number;
  readonly cols: number;
  readonly groups: number;
  readonly filters: number;
  readonly channels: number;
}

/** What a mapping search decides, and a user can pin (docs/memory-model.md). */
export interface MappingChoice {
  readonly order: LoopOrder;
  readonly tiles: TileSizes;
}
