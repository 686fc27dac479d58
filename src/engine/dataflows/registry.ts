import type { DataflowName } from '../../machine/dataflows/dataflow.js';
import {
  activationStationaryMoves,
  outputStationaryMoves,
  reduceMoves,
  weightStationaryMoves,
  type MovesContext,
  type OperandMoves,
} from './operands.js';
import { outputStationaryTimer } from './output-stationary.js';
import { activationStationaryTimer, weightStationaryTimer } from './passing.js';
import { reduceTimer, type ItemSource } from './reduce.js';
import type { TileTimer, TimerContext } from './tile-timing.js';

/** How a dataflow is timed and what it moves. */
export interface DataflowEngine {
  readonly timer: (context: TimerContext, items: ItemSource) => TileTimer;
  readonly moves: (context: MovesContext) => OperandMoves;
}

export const dataflowEngines: Readonly<Record<DataflowName, DataflowEngine>> = {
  os: { timer: outputStationaryTimer, moves: outputStationaryMoves },
  ws: { timer: weightStationaryTimer, moves: weightStationaryMoves },
  is: { timer: activationStationaryTimer, moves: activationStationaryMoves },
  reduce: { timer: reduceTimer, moves: reduceMoves },
};
