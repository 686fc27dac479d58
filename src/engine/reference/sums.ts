import { byLastPe, type Accounts } from './accounts.js';
import type { ReferenceArray } from './array.js';
import type { ActivationPacket, WeightPacket } from './operand.js';
import { sumsDiscipline } from './sums-disciplines.js';
import { preloaded, type SumsFold } from './sums-grid.js';
import type { MacUnit } from './units.js';
import { at, shares, type Group } from './windows.js';

type Output = (filter: number, window: number, sum: number) => void;

function stepFold<Held, Item>(fold: SumsFold<Held, Item>, array: ReferenceArray, accounts: Accounts): void {
  const grid = preloaded(fold);
  sumsDiscipline(array.discipline)(fold, grid);
  accounts.enter(byLastPe(grid, 0, fold.index));
}

/** Packets by their number in a window. */
function packetNumbers(group: Group): number[] {
  return group.windows[0]!.packets.map((_, k) => k);
}

/** Weight-stationary: packets in rows, filters in columns, windows in time. */
export function stepWeightStationary(
  group: Group,
  unit: MacUnit,
  array: ReferenceArray,
  accounts: Accounts,
  output: Output,
): void {
  const places = group.filters.map((_, place) => place);
  let index = 0;
  for (const packets of shares(packetNumbers(group), array.rows, array.edge))
    for (const filters of shares(places, array.cols, array.edge)) {
      const fold: SumsFold<WeightPacket, ActivationPacket> = {
        index: index++,
        rows: packets.occupied,
        cols: filters.occupied,
        usedRows: packets.used.length,
        usedCols: filters.used.length,
        held: (r, c) => group.weightPackets[at(filters, c)]![at(packets, r)]!,
        stream: (r) => group.windows.map((window) => window.packets[at(packets, r)]!),
        multiply: (weights, activations) => unit.begin(activations, weights),
        leave: (window, c, sum) => {
          output(group.filters[at(filters, c)]!, group.windows[window]!.index, sum);
        },
      };
      stepFold(fold, array, accounts);
    }
}

/** Input-stationary: packets in rows, windows in columns, filters in time. */
export function stepInputStationary(
  group: Group,
  unit: MacUnit,
  array: ReferenceArray,
  accounts: Accounts,
  output: Output,
): void {
  let index = 0;
  for (const windows of shares(group.windows, array.cols, array.edge))
    for (const packets of shares(packetNumbers(group), array.rows, array.edge)) {
      const fold: SumsFold<ActivationPacket, WeightPacket> = {
        index: index++,
        rows: packets.occupied,
        cols: windows.occupied,
        usedRows: packets.used.length,
        usedCols: windows.used.length,
        held: (r, c) => at(windows, c).packets[at(packets, r)]!,
        stream: (r) => group.weightPackets.map((filter) => filter[at(packets, r)]!),
        multiply: (activations, weights) => unit.begin(activations, weights),
        leave: (filter, c, sum) => {
          output(group.filters[filter]!, at(windows, c).index, sum);
        },
      };
      stepFold(fold, array, accounts);
    }
}
