import { ceilDiv } from '../../core/numbers.js';
import type { ArrayConfig } from '../../machine/accelerator.js';
import type { PacketGrid } from '../packets.js';

/** How often one group of a tile moves its operands between the buffers and the array, and from PE to PE. */
export interface OperandMoves {
  /** Times that every (window, packet) pair is read from the ifmap buffer. */
  readonly ifmapPasses: number;
  /** Times that the order of the tile's windows is read. */
  readonly orderPasses: number;
  /** Weights read from the weight buffer. */
  readonly weightReads: number;
  /** Partial sums written to the ofmap buffer and read back, between the folds of the tile. */
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

/** One group of a tile: windows × filters × the packets of its channels. */
export interface MovesContext {
  readonly array: ArrayConfig;
  readonly grid: PacketGrid;
  readonly taps: number;
  readonly windows: number;
  readonly filters: number;
  /** Filter folds. */
  readonly folds: number;
}

const noHops = (): number => 0;

function packetFolds({ array, grid }: MovesContext): number {
  return ceilDiv(grid.packets, array.rows);
}

/** Weights of the tile. */
function weights({ grid, taps, filters }: MovesContext): number {
  return taps * grid.channels * filters;
}

/** Channels that shift down to their row, times the rows that they pass: row r is r + 1 hops away. */
function preloadHops({ array, grid, taps }: MovesContext): number {
  let hops = 0;
  for (let k = 0; k < grid.packets; k++) {
    const block = array.steps === 'channel-inner' ? k % grid.blocks : Math.floor(k / taps);
    const members = Math.min(grid.lanes, grid.channels - block * grid.lanes);
    hops += ((k % array.rows) + 1) * members;
  }
  return hops;
}

/** Activations pass right and weights down; sums stay. */
export function outputStationaryMoves(context: MovesContext): OperandMoves {
  return {
    ifmapPasses: context.folds,
    orderPasses: context.folds,
    weightReads: weights(context) * ceilDiv(context.windows, context.array.rows),
    waitingSums: 0,
    activationsHop: true,
    weightsHop: true,
    sumHops: noHops,
    preloadedWeights: 0,
    preloadedActivations: 0,
  };
}

/** Weights stay for all windows of the tile; activations pass right, sums down. */
export function weightStationaryMoves(context: MovesContext): OperandMoves {
  const { grid, windows, filters, folds } = context;
  return {
    ifmapPasses: folds,
    // Every packet fold streams the windows once more.
    orderPasses: folds * packetFolds(context),
    weightReads: weights(context),
    waitingSums: windows * filters * (packetFolds(context) - 1),
    activationsHop: true,
    weightsHop: false,
    sumHops: () => windows * grid.packets * filters,
    preloadedWeights: preloadHops(context) * filters,
    preloadedActivations: 0,
  };
}

/** Activations stay for all filters of the tile; weights pass right, sums down. */
export function activationStationaryMoves(context: MovesContext): OperandMoves {
  const { array, grid, windows, filters } = context;
  return {
    ifmapPasses: 1,
    orderPasses: 1,
    weightReads: weights(context) * ceilDiv(windows, array.cols),
    waitingSums: windows * filters * (packetFolds(context) - 1),
    activationsHop: false,
    weightsHop: true,
    sumHops: () => windows * grid.packets * filters,
    preloadedWeights: 0,
    preloadedActivations: preloadHops(context) * windows,
  };
}

/** Every MAC takes its own weight; activations pass right, sums down. */
export function reduceMoves(context: MovesContext): OperandMoves {
  return {
    ifmapPasses: context.folds,
    orderPasses: context.folds,
    weightReads: weights(context) * context.windows,
    waitingSums: 0,
    activationsHop: true,
    weightsHop: false,
    sumHops: (busy) => busy,
    preloadedWeights: 0,
    preloadedActivations: 0,
  };
}
