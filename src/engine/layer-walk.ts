import type { Loop } from './mapping/choice.js';
import type { Mapping } from './mapping/mapping.js';

/** One tile of the walk, by its place in each dimension. */
export interface TileStep {
  readonly group: number;
  readonly window: number;
  readonly filter: number;
  readonly channel: number;
  /** What differs from the tile before; all of it in the first tile. */
  readonly newInputs: boolean;
  readonly newWindows: boolean;
  readonly newWeights: boolean;
  /** These sums are met for the first time since others were: their first tile in a row, and their last. */
  readonly newSums: boolean;
  readonly lastOfSums: boolean;
  readonly firstChannels: boolean;
  readonly lastChannels: boolean;
}

const walks = new WeakMap<Pick<Mapping, 'tiling' | 'choice'>, readonly TileStep[]>();

/** The tiles of a layer in the order of its loops: groups outermost (docs/memory-model.md, Traffic). All images share them. */
export function walkTiles(mapping: Pick<Mapping, 'tiling' | 'choice'>): readonly TileStep[] {
  let steps = walks.get(mapping);
  if (steps === undefined) walks.set(mapping, (steps = walk(mapping)));
  return steps;
}

function walk({ tiling, choice }: Pick<Mapping, 'tiling' | 'choice'>): TileStep[] {
  const counts: Record<Loop, number> = {
    windows: tiling.windows.length,
    filters: tiling.filters.length,
    channels: tiling.channels.length,
  };
  const [outer, middle, inner] = choice.order;
  const at: Record<Loop, number> = { windows: 0, filters: 0, channels: 0 };
  const places: { group: number; window: number; filter: number; channel: number }[] = [];
  for (let group = 0; group < tiling.groups.length; group++)
    for (at[outer] = 0; at[outer] < counts[outer]; at[outer]++)
      for (at[middle] = 0; at[middle] < counts[middle]; at[middle]++)
        for (at[inner] = 0; at[inner] < counts[inner]; at[inner]++)
          places.push({ group, window: at.windows, filter: at.filters, channel: at.channels });
  return places.map((place, i) => {
    const { group, window, filter, channel } = place;
    const before = places[i - 1];
    const next = places[i + 1];
    const sameSums = (other: typeof before): boolean =>
      other?.group === group && other.window === window && other.filter === filter;
    // Written out, so that all steps are of one shape to the engine that runs this: they are read more than anything else.
    return {
      group,
      window,
      filter,
      channel,
      newInputs: before?.group !== group || before.window !== window || before.channel !== channel,
      newWindows: before?.window !== window,
      newWeights: before?.group !== group || before.filter !== filter || before.channel !== channel,
      newSums: !sameSums(before),
      lastOfSums: !sameSums(next),
      firstChannels: channel === 0,
      lastChannels: channel === counts.channels - 1,
    };
  });
}
