import type { ArrayConfig } from '../../machine/accelerator.js';
import { commonService, noTiming, type FoldServices, type FoldTiming } from '../../machine/disciplines/fold.js';
import type { FilterTile, WindowTile } from '../mapping/tiling.js';
import type { ServiceSource } from '../services.js';

/** Timing of all folds of one tile, and the idle PEs beside them. */
export interface TileTiming extends FoldTiming {
  /** PE-cycles of rows and columns without work. */
  edge: number;
  /** The same folds where nobody waits: the bound. */
  boundCycles: number;
  /** PEs with work in the first fold, and that fold's fill: what a `layerOffset` is counted into. */
  firstUsed: number;
  firstFill: number;
}

/** Times the folds of (window tile, filter tile) for some channels of one group of a layer. */
export type TileTimer = (windows: WindowTile, filters: FilterTile) => TileTiming;

/** What all dataflows time from. */
export interface TimerContext {
  readonly array: ArrayConfig;
  readonly source: ServiceSource;
  /** All fold widths of the layer's filter tiles. */
  readonly widths: readonly number[];
  /** The windows of a tile, as indices of the batch, in the machine's order. */
  readonly windowsOf: (tile: WindowTile) => Int32Array;
  /** For a reduce array: all taps add up at once. */
  readonly wholeWindows: boolean;
}

export function noTileTiming(): TileTiming {
  return { ...noTiming(), edge: 0, boundCycles: 0, firstUsed: 0, firstFill: 0 };
}

export function addTileTiming(total: TileTiming, part: TileTiming): void {
  if (total.cycles === 0) {
    total.firstUsed = part.firstUsed;
    total.firstFill = part.firstFill;
  }
  total.cycles += part.cycles;
  total.fill += part.fill;
  total.compute += part.compute;
  total.sync += part.sync;
  total.drain += part.drain;
  total.busy += part.busy;
  total.syncOperand += part.syncOperand;
  total.syncRoom += part.syncRoom;
  total.fillDrain += part.fillDrain;
  total.edge += part.edge;
  total.boundCycles += part.boundCycles;
}

/** A fold with what comes before its first cycle and after its last, `usedPes` of whose PEs have work. */
export function tileTiming(
  { rows, cols }: ArrayConfig,
  timing: FoldTiming,
  boundCycles: number,
  usedPes: number,
  before = 0,
  after = 0,
): TileTiming {
  const cycles = timing.cycles + before + after;
  const fillDrain = timing.fillDrain + usedPes * (before + after);
  const { compute, sync, busy, syncOperand, syncRoom } = timing;
  const fill = timing.fill + before;
  return {
    cycles,
    fill,
    compute,
    sync,
    drain: timing.drain + after,
    busy,
    syncOperand,
    syncRoom,
    fillDrain,
    edge: rows * cols * cycles - busy - syncOperand - syncRoom - fillDrain,
    boundCycles: boundCycles + before + after,
    firstUsed: usedPes,
    firstFill: fill,
  };
}

/**
 * Times folds by `measure`, those of one service throughout only once: they differ in nothing but it, the rows in use and
 * the steps.
 */
export function rememberUniform(
  measure: (fold: FoldServices) => readonly TileTiming[],
): (fold: FoldServices) => readonly TileTiming[] {
  const known = new Map<string, readonly TileTiming[]>();
  return (fold) => {
    const service = commonService(fold);
    if (service === undefined) return measure(fold);
    const key = `${String(fold.usedRows)}/${String(fold.steps)}/${String(service)}`;
    const timings = known.get(key) ?? measure(fold);
    known.set(key, timings);
    return timings;
  };
}

/**
 * A timer for dataflows whose folds are alike for all filter folds of one width: times a window tile once per width, and
 * sums over the filter folds.
 */
export function byWidth(
  { widths }: TimerContext,
  timeWindows: (windows: WindowTile) => readonly TileTiming[],
): TileTimer {
  const known = new Map<WindowTile, readonly TileTiming[]>();
  return (windows, filters) => {
    const timings = known.get(windows) ?? timeWindows(windows);
    known.set(windows, timings);
    const total = noTileTiming();
    for (const width of filters.foldWidths) addTileTiming(total, timings[widths.indexOf(width)]!);
    return total;
  };
}
