import type { Accounts, SteppedFold } from './accounts.js';
import { parseSpec, type ReferenceArray } from './array.js';
import type { Activation, WeightPacket } from './operand.js';
import { gridOf } from './pe.js';
import type { PeSnapshot } from './snapshot.js';
import type { MacUnit, PartialProduct, SharedWork } from './units.js';
import { at, shares, type Group, type Share, type Window } from './windows.js';

/** All channels on one tap of one window, or a whole window: what all rows work on together. */
interface Item {
  readonly index: number;
  readonly window: Window;
  readonly activations: readonly Activation[];
  /** The weights that it meets, filter by filter of the group. */
  readonly weights: readonly WeightPacket[];
}

/** One cycle of one item: the unit of work of row r is `first` + r, in its cycle `phase`. */
interface Slot {
  readonly item: Item;
  readonly first: number;
  readonly phase: number;
}

function itemsOf({ windows, weightTaps }: Group, im2col: ReferenceArray['im2col']): Item[] {
  const items =
    im2col === 'first'
      ? windows.map((window) => {
          return { window, activations: window.taps.flat(), weights: weightTaps.map((taps) => taps.flat()) };
        })
      : windows.flatMap((window) =>
          window.taps.map((activations, tap) => {
            return { window, activations, weights: weightTaps.map((taps) => taps[tap]!) };
          }),
        );
  return items.map((item, index) => ({ index, ...item }));
}

/** An item in one column, and what the viewer sees of a PE that works on it. */
interface ItemWork extends SharedWork {
  readonly busy: PeSnapshot;
}

/** The work of all items in one column. */
function columnWork(items: readonly Item[], filter: number, unit: MacUnit): ItemWork[] {
  return items.map(({ index, activations, weights }) => {
    const shared = unit.share(activations, weights[filter]!);
    const { activationBits, weightBits } = shared.bits;
    return { ...shared, busy: { state: 'busy', step: index, activationBits, weightBits } };
  });
}

/** When the rows take which units of work: `rows` units at a time, all of them for as many cycles. */
function slotsOf(items: readonly Item[], work: readonly SharedWork[], rows: number): Slot[] {
  return items.flatMap((item) => {
    const { units } = work[item.index]!;
    const waves = Array.from({ length: Math.ceil(units.length / rows) }, (_, wave) => wave * rows);
    return waves.flatMap((first) => units[0]!.map((_, phase): Slot => ({ item, first, phase })));
  });
}

/** What a row does in a column in one cycle of an item, if it holds a unit of its work. */
function partOf(work: readonly ItemWork[], { item, first, phase }: Slot, row: number): PartialProduct | undefined {
  return work[item.index]!.units[first + row]?.[phase];
}

/**
 * Operands are pumped: slots move right, one column per cycle, and enter each row one cycle after the row above it. In
 * every cycle a row adds its part to the sum that the row above had in the cycle before.
 */
function pump(
  slots: readonly Slot[],
  work: readonly (readonly ItemWork[])[],
  rows: number,
  record: (row: number, col: number, state: PeSnapshot) => void,
  collect: (item: Item, col: number, sum: number) => void,
): number {
  const slotAt = gridOf(rows, work.length, (): Slot | undefined => undefined);
  const sumAt = gridOf(rows, work.length, () => 0);
  let cycle = 0;
  for (let moving = true; moving; cycle++) {
    moving = false;
    for (let r = rows - 1; r >= 0; r--)
      for (let c = work.length - 1; c >= 0; c--) {
        const slot = c > 0 ? slotAt[r]![c - 1] : slots[cycle - r];
        const part = slot && partOf(work[c]!, slot, r);
        const above = r > 0 ? sumAt[r - 1]![c]! : 0;
        slotAt[r]![c] = slot;
        sumAt[r]![c] = above + (part?.() ?? 0);
        if (slot !== undefined && r === rows - 1) collect(slot.item, c, sumAt[r]![c]!);
        const unused: PeSnapshot = { state: slot ? 'edge' : cycle < r + c ? 'fill' : 'drain' };
        record(r, c, slot && part ? work[c]![slot.item.index]!.busy : unused);
        moving ||= slot !== undefined;
      }
  }
  // In the last cycle nothing moved any more.
  return cycle - 1;
}

/** Operands are broadcast, and a tree adds up the rows of a column in the same cycle. */
function broadcast(
  slots: readonly Slot[],
  work: readonly (readonly ItemWork[])[],
  rows: number,
  record: (row: number, col: number, state: PeSnapshot) => void,
  collect: (item: Item, col: number, sum: number) => void,
): number {
  for (const slot of slots)
    work.forEach((column, c) => {
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        const part = partOf(column, slot, r);
        sum += part?.() ?? 0;
        record(r, c, part ? column[slot.item.index]!.busy : { state: 'edge' });
      }
      collect(slot.item, c, sum);
    });
  return slots.length;
}

function stepFold(
  items: readonly Item[],
  filters: Share<number>,
  unit: MacUnit,
  array: ReferenceArray,
  collect: (item: Item, col: number, sum: number) => void,
): SteppedFold {
  const work = Array.from({ length: filters.occupied }, (_, c) => columnWork(items, at(filters, c), unit));
  const usedRows = Math.min(array.rows, Math.max(...work[0]!.map(({ units }) => units.length)));
  const rows = array.edge === 'full' ? array.rows : usedRows;
  const slots = slotsOf(items, work[0]!, array.rows);
  const timelines = gridOf(rows, filters.occupied, (): PeSnapshot[] => []);
  const isBroadcast = parseSpec(array.discipline).name === 'lockstep';
  const duration = (isBroadcast ? broadcast : pump)(
    slots,
    work,
    rows,
    (r, c, state) => {
      timelines[r]![c]!.push(state);
    },
    collect,
  );
  return {
    fill: duration - slots.length,
    compute: slots.length,
    sync: 0,
    drain: 0,
    timelines: timelines.map((row, r) =>
      row.map((timeline, c) => (r < usedRows && c < filters.used.length ? timeline.slice(0, duration) : undefined)),
    ),
  };
}

/** Channels of one tap in rows, filters in columns, windows and their taps in time; nothing is held. */
export function stepReduction(
  group: Group,
  unit: MacUnit,
  array: ReferenceArray,
  accounts: Accounts,
  output: (filter: number, window: number, sum: number) => void,
): void {
  const items = itemsOf(group, array.im2col);
  const places = group.filters.map((_, place) => place);
  for (const filters of shares(places, array.cols, array.edge)) {
    const collect = (item: Item, col: number, sum: number): void => {
      if (col < filters.used.length) output(group.filters[at(filters, col)]!, item.window.index, sum);
    };
    accounts.enter(stepFold(items, filters, unit, array, collect));
  }
}
