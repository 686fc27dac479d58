import type { DataflowName } from '../../machine/dataflows/dataflow.js';
import type { WindowTile } from '../mapping/tiling.js';
import {
  activationStationaryMoves,
  outputStationaryMoves,
  reduceMoves,
  weightStationaryMoves,
  type MovesContext,
  type OperandMoves,
} from './operands.js';
import { outputStationaryStalls, outputStationaryTimer, type FoldStall } from './output-stationary.js';
import { activationStationaryTimer, weightStationaryTimer } from './passing.js';
import { reduceTimer, type ItemSource } from './reduce.js';
import type { TileTimer, TimerContext } from './tile-timing.js';

/** How a dataflow is timed and what it moves. */
export interface DataflowEngine {
  readonly timer: (context: TimerContext, items: ItemSource) => TileTimer;
  readonly moves: (context: MovesContext) => OperandMoves;
  /** Where folds are windows side by side: what each of a tile loses to waiting for its neighbours. */
  readonly stalls?: (context: TimerContext, tile: WindowTile) => readonly FoldStall[] | undefined;
}

export const dataflowEngines: Readonly<Record<DataflowName, DataflowEngine>> = {
  os: { timer: outputStationaryTimer, moves: outputStationaryMoves, stalls: outputStationaryStalls },
  ws: { timer: weightStationaryTimer, moves: weightStationaryMoves },
  is: { timer: activationStationaryTimer, moves: activationStationaryMoves },
  reduce: { timer: reduceTimer, moves: reduceMoves },
};
