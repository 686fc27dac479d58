import { ceilDiv } from '../../core/numbers.js';
import { packetGrid } from '../packets.js';
import type { AxisCut } from './axis-cut.js';
import type { TileSizes } from './choice.js';
import { countOf, crossed, foldsOf, piecesOf, type Piece } from './pieces.js';
import type { MappingShape } from './shape.js';
import { sideOf } from './tiling.js';

/** The window tiles of a mapping. */
export interface WindowCut {
  readonly images: number;
  readonly rows: AxisCut;
  readonly cols: AxisCut;
  readonly tiles: number;
  /** Windows of the tiles, and the most of them. */
  readonly pieces: readonly Piece[];
  readonly windows: number;
  /** Input pixels of the tiles: images × touched rows × touched columns. */
  readonly pixels: readonly Piece[];
  /** Windows that stand side by side in the folds of all tiles; single windows where they stream through. */
  readonly folds: readonly Piece[];
}

/** The group tiles of a mapping. */
export interface GroupCut {
  readonly size: number;
  readonly tiles: number;
  readonly pieces: readonly Piece[];
}

/** The filter tiles of one group. */
export interface FilterCut {
  readonly size: number;
  readonly tiles: number;
  readonly pieces: readonly Piece[];
  /** Filters that a tile moves with all its groups, over all groups. */
  readonly moved: readonly Piece[];
  /** Filters side by side in the folds of one group's tiles; a whole tile where they stream through. */
  readonly folds: readonly Piece[];
}

/** The channel tiles of one group. */
export interface ChannelCut {
  readonly size: number;
  readonly tiles: number;
  readonly pieces: readonly Piece[];
  /** Channels that a tile moves with all its groups, over all groups. */
  readonly moved: readonly Piece[];
  /** Folds of one group's tiles where packets lie along the rows: those of each of `pieces`, and how many they are. */
  readonly folds: readonly (readonly Piece[])[];
  readonly packetFolds: number;
}

/** A layer cut into tiles, all that are alike taken together. */
export interface LayerCut {
  readonly windows: WindowCut;
  readonly groups: GroupCut;
  readonly filters: FilterCut;
  readonly channels: ChannelCut;
}

export function windowCut(shape: MappingShape, images: number, rows: AxisCut, cols: AxisCut): WindowCut {
  const { array } = shape.request.accelerator;
  const batch = piecesOf(shape.whole.batch, images);
  const outputs = (axis: AxisCut): Piece[] => piecesOf(axis.outputRanges.at(-1)!.to, axis.size);
  const inputs = (axis: AxisCut): Piece[] =>
    axis.extents.map((extent) => ({ size: extent.inputs, count: extent.count }));
  const pieces = crossed(batch, crossed(outputs(rows), outputs(cols)));
  return {
    images,
    rows,
    cols,
    tiles: ceilDiv(shape.whole.batch, images) * rows.tiles * cols.tiles,
    pieces,
    windows: images * rows.size * cols.size,
    pixels: shape.maskBits > 0 ? crossed(batch, crossed(inputs(rows), inputs(cols))) : [],
    folds: foldsOf(pieces, sideOf(array.dataflow.windows, array)),
  };
}

export function groupCut(shape: MappingShape, size: number): GroupCut {
  const { groups } = shape.whole;
  return { size, tiles: ceilDiv(groups, size), pieces: piecesOf(groups, size) };
}

export function filterCut(shape: MappingShape, groups: GroupCut, size: number): FilterCut {
  const { array } = shape.request.accelerator;
  const pieces = piecesOf(shape.whole.filters, size);
  const streams = array.dataflow.filters === 'time';
  return {
    size,
    tiles: ceilDiv(shape.whole.filters, size),
    pieces,
    moved: crossed(groups.pieces, pieces),
    folds: streams ? pieces : foldsOf(pieces, sideOf(array.dataflow.filters, array)),
  };
}

export function channelCut(shape: MappingShape, groups: GroupCut, size: number): ChannelCut {
  const { array } = shape.request.accelerator;
  const { taps } = shape.geometry;
  const pieces = piecesOf(shape.whole.channels, size);
  const folds = pieces.map((piece) => {
    const { packets } = packetGrid(array.unit.lanes, piece.size, taps);
    return foldsOf([{ size: packets, count: piece.count }], array.rows);
  });
  return {
    size,
    tiles: ceilDiv(shape.whole.channels, size),
    pieces,
    moved: crossed(groups.pieces, pieces),
    folds,
    packetFolds: folds.reduce((count, own) => count + countOf(own), 0),
  };
}

export function layerCut(shape: MappingShape, tiles: TileSizes): LayerCut {
  const groups = groupCut(shape, tiles.groups);
  return {
    windows: windowCut(shape, tiles.batch, shape.rows(tiles.rows), shape.cols(tiles.cols)),
    groups,
    filters: filterCut(shape, groups, tiles.filters),
    channels: channelCut(shape, groups, tiles.channels),
  };
}
