import type { MappingChoice, TileSizes } from '../../../src/engine/mapping/choice.js';
import type { ArrayLayer } from '../../../src/network/layer.js';
import { folds, range, type Range } from './ranges.js';

/** What is on chip together; filters and channels are counted within each group. */
export interface TileRanges {
  readonly groups: Range;
  readonly images: Range;
  readonly rows: Range;
  readonly cols: Range;
  readonly filters: Range;
  readonly channels: Range;
}

/** A tile, and what has to happen around it when nothing is kept. */
export interface TileStep extends TileRanges {
  /** The inputs, the mask and the weights are others than those loaded last. */
  readonly newInputs: boolean;
  readonly newMask: boolean;
  readonly newWeights: boolean;
  /** Sums that an earlier tile left in DRAM come back. */
  readonly sumsReturn: boolean;
  /** What leaves the ofmap buffer behind the tile. */
  readonly leaves: 'outputs' | 'sums' | undefined;
  /** Channel tiles before and behind this one. */
  readonly isFirstOfChannels: boolean;
  readonly isLastOfChannels: boolean;
}

type Ranges = Partial<Record<keyof TileRanges, Range>>;

/** The layer as one tile. */
export function wholeLayer(layer: ArrayLayer, batch: number): TileSizes {
  return {
    batch,
    rows: layer.output.height,
    cols: layer.output.width,
    groups: layer.groups,
    filters: layer.filters / layer.groups,
    channels: layer.input.channels / layer.groups,
  };
}

/** Every tile in the order of the loops. */
export function tilesOf(layer: ArrayLayer, batch: number, { order, tiles }: MappingChoice): TileRanges[] {
  const whole = wholeLayer(layer, batch);
  const cut = (dimension: keyof TileSizes): Range[] => folds({ from: 0, to: whole[dimension] }, tiles[dimension]);
  const loops: Record<(typeof order)[number], Ranges[]> = {
    windows: cut('batch').flatMap((images) =>
      cut('rows').flatMap((rows) => cut('cols').map((cols) => ({ images, rows, cols }))),
    ),
    filters: cut('filters').map((filters) => ({ filters })),
    channels: cut('channels').map((channels) => ({ channels })),
  };
  const walked: TileRanges[] = [];
  for (const groups of cut('groups'))
    for (const outer of loops[order[0]])
      for (const middle of loops[order[1]])
        for (const inner of loops[order[2]]) walked.push({ groups, ...outer, ...middle, ...inner } as TileRanges);
  return walked;
}

/** The same name for the same ranges. */
function nameOf(tile: TileRanges, dimensions: readonly (keyof TileRanges)[]): string {
  return dimensions.map((dimension) => `${dimension} from ${String(tile[dimension].from)}`).join(', ');
}

const windows = ['images', 'rows', 'cols'] as const;

/** Every tile in the order of the loops, and what comes and leaves with it. */
export function* stepsOf(
  layer: ArrayLayer,
  batch: number,
  choice: MappingChoice,
  isMaskShared: boolean,
): Generator<TileStep> {
  const tiles = tilesOf(layer, batch, choice);
  const lastChannel = layer.input.channels / layer.groups;
  const sumsOf = (tile: TileRanges | undefined): string | undefined =>
    tile && nameOf(tile, ['groups', ...windows, 'filters']);
  let loaded = { inputs: '', mask: '', weights: '' };
  for (const i of range(0, tiles.length)) {
    const tile = tiles[i]!;
    const inputs = nameOf(tile, ['groups', ...windows, 'channels']);
    const mask = isMaskShared ? nameOf(tile, windows) : inputs;
    const weights = nameOf(tile, ['groups', 'filters', 'channels']);
    const isFirstOfChannels = tile.channels.from === 0;
    const isLastOfChannels = tile.channels.to === lastChannel;
    const sumsLeave = sumsOf(tile) !== sumsOf(tiles[i + 1]);
    yield {
      ...tile,
      newInputs: inputs !== loaded.inputs,
      newMask: mask !== loaded.mask,
      newWeights: weights !== loaded.weights,
      sumsReturn: sumsOf(tile) !== sumsOf(tiles[i - 1]) && !isFirstOfChannels,
      leaves: !sumsLeave ? undefined : isLastOfChannels ? 'outputs' : 'sums',
      isFirstOfChannels,
      isLastOfChannels,
    };
    loaded = { inputs, mask, weights };
  }
}

/** Channels of the whole layer that the tile reads, or filters that it works on, in ascending order. */
export function acrossGroups(groups: Range, within: Range, perGroup: number): number[] {
  const members: number[] = [];
  for (const group of range(groups.from, groups.to))
    for (const member of range(within.from, within.to)) members.push(group * perGroup + member);
  return members;
}
