import type { Meter } from './meter.js';
import { folds, range, type Operands, type Range, type WalkedOperands } from './walked.js';
import { itemCycles, packetsOf, type Packet } from './work.js';

/** What is on chip together, of one group, and where it is counted. */
export interface WalkedTile {
  readonly walked: WalkedOperands;
  readonly operands: Operands;
  readonly meter: Meter;
  readonly channels: Range;
  readonly windows: Range;
  readonly filters: Range;
}

/** The levels of the tile's windows, looked up once. */
function lookUpLevels({ meter, windows, channels }: WalkedTile): void {
  for (const window of range(windows.from, windows.to)) meter.lookUp(window, channels);
}

/** One pass over the tile's windows, in an order that may need an index. */
function beginPass(tile: WalkedTile): void {
  tile.meter.sramBits.indexRead += tile.meter.indexBits(tile.windows);
  lookUpLevels(tile);
}

/** The packets of a window, as many to a fold as the array has rows. */
function packetFolds({ walked, operands, channels }: WalkedTile): Packet[][] {
  const packets = packetsOf(walked.unit, walked.steps, operands.taps, channels);
  return folds({ from: 0, to: packets.length }, walked.rows).map(({ from, to }) => packets.slice(from, to));
}

/** A row per window, a column per filter: activations pass right and weights down. */
function outputStationary(tile: WalkedTile): void {
  const { walked, operands, meter, channels, windows, filters } = tile;
  for (const columns of folds(filters, walked.cols)) {
    beginPass(tile);
    for (const rows of folds(windows, walked.rows))
      for (const tap of range(0, operands.taps)) {
        for (let c = channels.from; c < channels.to; c++)
          for (let f = columns.from; f < columns.to; f++) meter.readWeight();
        for (const window of range(rows.from, rows.to))
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
function weightStationary(tile: WalkedTile): void {
  const { walked, operands, meter, windows, filters } = tile;
  folds(filters, walked.cols).forEach(() => {
    lookUpLevels(tile);
  });
  const all = packetFolds(tile);
  all.forEach((rows, fold) => {
    for (const columns of folds(filters, walked.cols)) {
      // The windows stream anew, in their order.
      meter.sramBits.indexRead += meter.indexBits(windows);
      rows.forEach(({ channels }, row) => {
        for (let c = channels.from; c < channels.to; c++)
          for (let f = columns.from; f < columns.to; f++) {
            meter.readWeight();
            meter.preload(row, operands.widestWeight);
          }
      });
      for (const window of range(windows.from, windows.to)) {
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
function inputStationary(tile: WalkedTile): void {
  const { walked, operands, meter, windows, filters } = tile;
  beginPass(tile);
  const all = packetFolds(tile);
  for (const columns of folds(windows, walked.cols))
    all.forEach((rows, fold) => {
      const held = rows.map(({ tap, channels }) =>
        [...range(columns.from, columns.to)].map((window) => [...operands.under(window, tap, channels)]),
      );
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
        for (let w = columns.from; w < columns.to; w++) {
          rows.forEach(() => {
            meter.hopSum();
          });
          meter.wait(fold === 0, fold === all.length - 1);
        }
      }
    });
}

/** Rows share the channels of an item, a column per filter: weights come for every MAC, and busy PEs hand a sum down. */
function reduction(tile: WalkedTile): void {
  const { walked, operands, meter, channels, windows, filters } = tile;
  const taps = [...range(0, operands.taps)];
  for (const columns of folds(filters, walked.cols)) {
    beginPass(tile);
    for (const window of range(windows.from, windows.to))
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
