import type { PacketLaw } from '../../machine/units/unit.js';
import type { LevelField } from '../levels.js';
import type { WindowGeometry } from '../geometry.js';
import { byWidth, tileTiming, type TileTimer, type TimerContext } from './tile-timing.js';

/** What decides the items of a reduce array: levels as they are, since an item has all channels of a tile. */
export interface ItemSource {
  readonly geometry: WindowGeometry;
  /** Of one item, beginning with `firstChannel`. */
  readonly channels: number;
  /** One per image, or undefined where the layer runs at level 0. */
  readonly levels: readonly LevelField[] | undefined;
  readonly laws: readonly PacketLaw[];
  readonly firstChannel: number;
}

/** An item's work: unit-cycles, cycles on `rows` rows, and the rows that have any of it. */
interface Item {
  readonly work: number;
  readonly cycles: number;
  readonly rows: number;
}

function itemOf(law: PacketLaw, members: number, rows: number): Item {
  const { units, cycles } = law.work(members);
  return { work: units * cycles, cycles: Math.ceil(units / rows) * cycles, rows: Math.min(rows, units) };
}

/** The level with the most work on each pixel, over the channels of the tile. */
function slowestLevels(source: ItemSource, field: LevelField, items: readonly Item[]): Uint8Array {
  const area = field.levels.length / field.channels;
  const shared = field.channels === 1;
  const first = shared ? 0 : source.firstChannel;
  const slowest = field.levels.slice(first * area, (first + 1) * area);
  for (let c = 1; c < (shared ? 1 : source.channels); c++)
    for (let i = 0, at = (first + c) * area; i < area; i++, at++) {
      const level = field.levels[at]!;
      if (items[level]!.work > items[slowest[i]!]!.work) slowest[i] = level;
    }
  return slowest;
}

/**
 * All channels of a tile on one tap (or, where `wholeWindows`, of a whole window) are one item, spread over the rows and
 * added up; the slowest level decides for all. Cycles of a fold: those of its items, and the skew where operands are pumped.
 */
export function reduceTimer(context: TimerContext, source: ItemSource): TileTimer {
  const { array, widths, windowsOf, wholeWindows } = context;
  const { geometry, levels, laws } = source;
  const { taps, kernelRows, kernelCols, windowsPerImage, outputWidth, inputWidth } = geometry;
  const members = source.channels * (wholeWindows ? taps : 1);
  const items = laws.map((law) => itemOf(law, members, array.rows));
  const slowest = levels?.map((field) => slowestLevels(source, field, items));

  /** Sums of a window's items into `sum`. */
  const addWindow = (sum: { work: number; cycles: number; rows: number }, window: number): void => {
    const image = Math.floor(window / windowsPerImage);
    const local = window - image * windowsPerImage;
    const [oy, ox] = [Math.floor(local / outputWidth), local % outputWidth];
    let worst = items[0]!;
    for (let tap = 0; tap < taps; tap++) {
      const y = geometry.inputRow[oy * kernelRows + Math.floor(tap / kernelCols)]!;
      const pixel = y * inputWidth + geometry.inputCol[ox * kernelCols + (tap % kernelCols)]!;
      const item = items[slowest?.[image]?.[pixel] ?? 0]!;
      if (tap === 0 || item.work > worst.work) worst = item;
      if (!wholeWindows) addItem(sum, item);
    }
    if (wholeWindows) addItem(sum, worst);
  };
  return byWidth(context, (tile) => {
    const sum = { work: 0, cycles: 0, rows: 0 };
    if (slowest === undefined) {
      const times = tile.windows * (wholeWindows ? 1 : taps);
      const [{ work, cycles, rows }] = items as [Item];
      Object.assign(sum, { work: work * times, cycles: cycles * times, rows });
    } else for (const window of windowsOf(tile)) addWindow(sum, window);
    return widths.map((usedCols) => {
      const [rows, cols] = array.edge === 'full' ? [array.rows, array.cols] : [sum.rows, usedCols];
      const skew = array.discipline.feed === 'pumped' ? rows + cols - 2 : 0;
      const used = sum.rows * usedCols;
      const timing = {
        cycles: sum.cycles + skew,
        fill: skew,
        compute: sum.cycles,
        sync: 0,
        drain: 0,
        busy: sum.work * usedCols,
        syncOperand: 0,
        syncRoom: 0,
        fillDrain: used * skew,
      };
      return tileTiming(array, timing, timing.cycles, used, array.foldOverhead);
    });
  });
}

function addItem(sum: { work: number; cycles: number; rows: number }, item: Item): void {
  sum.work += item.work;
  sum.cycles += item.cycles;
  sum.rows = Math.max(sum.rows, item.rows);
}
