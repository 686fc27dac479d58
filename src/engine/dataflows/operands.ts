import { sum } from '../../core/numbers.js';
import type { ArrayConfig } from '../../machine/accelerator.js';
import type { Mapping } from '../mapping.js';

/** How often one group of a layer moves its operands between the buffers and the array, and from PE to PE. */
export interface OperandMoves {
  /** Times that every (window, packet) pair is read from the ifmap buffer. */
  readonly ifmapPasses: number;
  /** Times that the order of a tile's windows is read. */
  readonly orderPasses: number;
  /** Weights read from the weight buffer. */
  readonly weightReads: number;
  /** Partial sums written to the ofmap buffer and read back. */
  readonly waitingSums: number;
  /** Whether activations, and weights, hop from PE to PE for every MAC. */
  readonly activationsHop: boolean;
  readonly weightsHop: boolean;
  /** Partial sums that a PE hands to the next; `busy`: its busy PE-cycles. */
  readonly sumHops: (busy: number) => number;
  /** Hops of operands on their way to the PE that keeps them. */
  readonly preloadedWeights: number;
  readonly preloadedActivations: number;
}

export interface MovesContext {
  readonly array: ArrayConfig;
  readonly mapping: Mapping;
  /** Of one group. */
  readonly filters: number;
}

const noHops = (): number => 0;

function filterFolds({ mapping }: MovesContext): number {
  return sum(mapping.filterTiles.map((tile) => tile.foldWidths.length));
}

/** Folds of `side` windows over all window tiles. */
function windowFolds({ mapping }: MovesContext, side: number): number {
  return sum(mapping.windowTiles.map((tile) => Math.ceil((tile.to - tile.from) / side)));
}

function windowsOf({ mapping }: MovesContext): number {
  return mapping.geometry.windowsPerImage * mapping.batch;
}

function packetFolds({ array, mapping }: MovesContext): number {
  return Math.ceil(mapping.grid.packets / array.rows);
}

/** Channels that shift down to their row, times the rows that they pass: row r is r + 1 hops away. */
function preloadHops({ array, mapping }: MovesContext): number {
  const { grid, geometry } = mapping;
  let hops = 0;
  for (let k = 0; k < grid.packets; k++) {
    const block = array.steps === 'channel-inner' ? k % grid.blocks : Math.floor(k / geometry.taps);
    const members = Math.min(grid.lanes, grid.channels - block * grid.lanes);
    hops += ((k % array.rows) + 1) * members;
  }
  return hops;
}

/** Activations pass right and weights down; sums stay. */
export function outputStationaryMoves(context: MovesContext): OperandMoves {
  const { array, mapping, filters } = context;
  return {
    ifmapPasses: filterFolds(context),
    orderPasses: filterFolds(context),
    weightReads: mapping.geometry.windowSize * filters * windowFolds(context, array.rows),
    waitingSums: 0,
    activationsHop: true,
    weightsHop: true,
    sumHops: noHops,
    preloadedWeights: 0,
    preloadedActivations: 0,
  };
}

/** Weights stay for a whole tile of windows; activations pass right, sums down. */
export function weightStationaryMoves(context: MovesContext): OperandMoves {
  const { mapping, filters } = context;
  const windows = windowsOf(context);
  const tiles = mapping.windowTiles.length;
  return {
    ifmapPasses: filterFolds(context),
    // Every packet fold streams the windows once more.
    orderPasses: filterFolds(context) * packetFolds(context),
    weightReads: mapping.geometry.windowSize * filters * tiles,
    waitingSums: windows * filters * (packetFolds(context) - 1),
    activationsHop: true,
    weightsHop: false,
    sumHops: () => windows * mapping.grid.packets * filters,
    preloadedWeights: preloadHops(context) * filters * tiles,
    preloadedActivations: 0,
  };
}

/** Activations stay for a whole tile of filters; weights pass right, sums down. */
export function activationStationaryMoves(context: MovesContext): OperandMoves {
  const { array, mapping, filters } = context;
  const windows = windowsOf(context);
  const tiles = mapping.filterTiles.length;
  return {
    ifmapPasses: tiles,
    orderPasses: tiles,
    weightReads: mapping.geometry.windowSize * filters * windowFolds(context, array.cols),
    waitingSums: windows * filters * (packetFolds(context) - 1),
    activationsHop: false,
    weightsHop: true,
    sumHops: () => windows * mapping.grid.packets * filters,
    preloadedWeights: 0,
    preloadedActivations: preloadHops(context) * windows * tiles,
  };
}

/** Every MAC takes its own weight; activations pass right, sums down. */
export function reduceMoves(context: MovesContext): OperandMoves {
  const { mapping, filters } = context;
  return {
    ifmapPasses: filterFolds(context),
    orderPasses: filterFolds(context),
    weightReads: mapping.geometry.windowSize * filters * windowsOf(context),
    waitingSums: 0,
    activationsHop: true,
    weightsHop: false,
    sumHops: (busy) => busy,
    preloadedWeights: 0,
    preloadedActivations: 0,
  };
}
