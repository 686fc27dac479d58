import { folds, range, type Range } from '../memory-walk/ranges.js';
import type { Meter } from './meter.js';
import type { Operands, WalkedOperands } from './walked.js';
import { itemCycles, packetsOf, type Packet } from './work.js';

/** What the array works on without a break: one group of a tile; and where it is counted. */
export interface ArrayWork {
  readonly walked: WalkedOperands;
  readonly operands: Operands;
  readonly meter: Meter;
  /** Of the whole layer, all in one group. */
  readonly channels: Range;
  /** Windows of the batch, in raster order. */
  readonly windows: readonly number[];
  readonly filters: Range;
}

/** The levels of the tile's windows, looked up once. */
function lookUpLevels({ meter, windows, channels }: ArrayWork): void {
  for (const window of windows) meter.lookUp(window, channels);
}

/** One pass over the tile's windows, in an order that may need an index. */
function beginPass(work: ArrayWork): void {
  work.meter.sramBits.indexRead += work.meter.indexBits(work.windows.length);
  lookUpLevels(work);
}

/** The packets of a window, as many to a fold as the array has rows. */
function packetFolds({ walked, operands, channels }: ArrayWork): Packet[][] {
  const packets = packetsOf(walked.unit, walked.steps, operands.taps, channels);
  return folds({ from: 0, to: packets.length }, walked.rows).map(({ from, to }) => packets.slice(from, to));
}

/** As many windows to a fold as stand side by side. */
function windowFolds({ windows }: ArrayWork, side: number): (readonly number[])[] {
  return folds({ from: 0, to: windows.length }, side).map(({ from, to }) => windows.slice(from, to));
}

/** A row per window, a column per filter: activations pass right and weights down. */
function outputStationary(work: ArrayWork): void {
  const { walked, operands, meter, channels, filters } = work;
  for (const columns of folds(filters, walked.cols)) {
    beginPass(work);
    for (const rows of windowFolds(work, walked.rows))
      for (const tap of range(0, operands.taps)) {
        for (let c = channels.from; c < channels.to; c++)
          for (let f = columns.from; f < columns.to; f++) meter.readWeight();
        for (const window of rows)
          for (const element of operands.under(window, tap, channels)) {
            meter.readActivation(element);
            for (let f = columns.from; f < columns.to; f++) {
              meter.mac(element);
              meter.hopActivation(element);
              meter.hopWeight();
            }
          }
      }
  }
}

/** A row per packet, a column per filter: weights stay, windows stream through to the right, and sums pass down. */
function weightStationary(work: ArrayWork): void {
  const { walked, operands, meter, windows, filters } = work;
  folds(filters, walked.cols).forEach(() => {
    lookUpLevels(work);
  });
  const all = packetFolds(work);
  all.forEach((rows, fold) => {
    for (const columns of folds(filters, walked.cols)) {
      // The windows stream anew, in their order.
      meter.sramBits.indexRead += meter.indexBits(windows.length);
      rows.forEach(({ channels }, row) => {
        for (let c = channels.from; c < channels.to; c++)
          for (let f = columns.from; f < columns.to; f++) {
            meter.readWeight();
            meter.preload(row, operands.widestWeight);
          }
      });
      for (const window of windows) {
        for (const { tap, channels } of rows)
          for (const element of operands.under(window, tap, channels)) {
            meter.readActivation(element);
            for (let f = columns.from; f < columns.to; f++) {
              meter.mac(element);
              meter.hopActivation(element);
            }
          }
        for (let f = columns.from; f < columns.to; f++) {
          rows.forEach(() => {
            meter.hopSum();
          });
          meter.wait(fold === 0, fold === all.length - 1);
        }
      }
    }
  });
}

/** A row per packet, a column per window: activations stay, filters stream through to the right, and sums pass down. */
function inputStationary(work: ArrayWork): void {
  const { walked, operands, meter, filters } = work;
  beginPass(work);
  const all = packetFolds(work);
  for (const columns of windowFolds(work, walked.cols))
    all.forEach((rows, fold) => {
      const held = rows.map(({ tap, channels }) => columns.map((window) => [...operands.under(window, tap, channels)]));
      held.forEach((elements, row) => {
        for (const element of elements.flat()) {
          meter.readActivation(element);
          meter.preload(row, operands.widestActivation);
        }
      });
      for (let f = filters.from; f < filters.to; f++) {
        rows.forEach(({ channels }, row) => {
          for (let c = channels.from; c < channels.to; c++) meter.readWeight();
          for (const element of held[row]!.flat()) {
            meter.mac(element);
            meter.hopWeight();
          }
        });
        columns.forEach(() => {
          rows.forEach(() => {
            meter.hopSum();
          });
          meter.wait(fold === 0, fold === all.length - 1);
        });
      }
    });
}

/** Rows share the channels of an item, a column per filter: weights come for every MAC, and busy PEs hand a sum down. */
function reduction(work: ArrayWork): void {
  const { walked, operands, meter, channels, windows, filters } = work;
  const taps = [...range(0, operands.taps)];
  for (const columns of folds(filters, walked.cols)) {
    beginPass(work);
    for (const window of windows)
      for (const item of walked.wholeWindows ? [taps] : taps.map((tap) => [tap])) {
        const elements = item.flatMap((tap) => [...operands.under(window, tap, channels)]);
        const busy = itemCycles(
          walked.unit,
          elements.map((element) => operands.precision(element)),
        );
        for (const element of elements) meter.readActivation(element);
        for (let f = columns.from; f < columns.to; f++) {
          for (const element of elements) {
            meter.readWeight();
            meter.mac(element);
            meter.hopActivation(element);
          }
          for (let cycle = 0; cycle < busy; cycle++) meter.hopSum();
        }
      }
  }
}

export const walks = {
  os: outputStationary,
  ws: weightStationary,
  is: inputStationary,
  reduce: reduction,
} as const;
