import type { ArrayConfig } from '../../machine/accelerator.js';
import { commonService, type FoldServices, type FoldTiming } from '../../machine/disciplines/fold.js';
import type { PacketLaw } from '../../machine/units/unit.js';
import type { LevelField } from '../levels.js';
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
  readonly laws: readonly PacketLaw[];
  /** What no packet takes longer than. */
  readonly mostService: number;
  /** Undefined where the layer runs at level 0. */
  readonly levels: readonly LevelField[] | undefined;
  /** Of the layer's input. */
  readonly firstChannel: number;
  /** All fold widths of the layer's filter tiles. */
  readonly widths: readonly number[];
  /** All window tiles of the layer. */
  readonly tiles: readonly WindowTile[];
  /** The windows of a tile, as indices of the batch, in the machine's order. */
  readonly windowsOf: (tile: WindowTile) => Int32Array;
  /** For a reduce array: all taps add up at once. */
  readonly wholeWindows: boolean;
}

export function noTileTiming(): TileTiming {
  return {
    cycles: 0,
    fill: 0,
    compute: 0,
    sync: 0,
    drain: 0,
    busy: 0,
    syncOperand: 0,
    syncRoom: 0,
    fillDrain: 0,
    edge: 0,
    boundCycles: 0,
    firstUsed: 0,
    firstFill: 0,
  };
}

/** Adds `part` to `total` in place, as often as it comes. */
export function addTileTiming(total: TileTiming, part: TileTiming, times = 1): void {
  if (total.cycles === 0) {
    total.firstUsed = part.firstUsed;
    total.firstFill = part.firstFill;
  }
  total.cycles += part.cycles * times;
  total.fill += part.fill * times;
  total.compute += part.compute * times;
  total.sync += part.sync * times;
  total.drain += part.drain * times;
  total.busy += part.busy * times;
  total.syncOperand += part.syncOperand * times;
  total.syncRoom += part.syncRoom * times;
  total.fillDrain += part.fillDrain * times;
  total.edge += part.edge * times;
  total.boundCycles += part.boundCycles * times;
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

/** How often a width occurs among the folds of a filter tile. */
interface WidthCount {
  readonly width: number;
  readonly times: number;
}

const widthCounts = new WeakMap<FilterTile, readonly WidthCount[]>();

function widthCountsOf(filters: FilterTile): readonly WidthCount[] {
  let counts = widthCounts.get(filters);
  if (counts === undefined) {
    const times = new Map<number, number>();
    for (const width of filters.foldWidths) times.set(width, (times.get(width) ?? 0) + 1);
    counts = [...times].map(([width, count]) => ({ width, times: count }));
    widthCounts.set(filters, counts);
  }
  return counts;
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
    let timings = known.get(windows);
    if (timings === undefined) known.set(windows, (timings = timeWindows(windows)));
    const total = noTileTiming();
    for (const { width, times } of widthCountsOf(filters)) addTileTiming(total, timings[widths.indexOf(width)]!, times);
    return total;
  };
}
