import { byLastPe, type Accounts } from './accounts.js';
import type { ReferenceArray } from './array.js';
import { osDiscipline } from './os-disciplines.js';
import type { OsFold, OsStreams, Token } from './os-grid.js';
import { each, gridOf, Pe } from './pe.js';
import type { MacUnit } from './units.js';
import { at, shares, type Group, type Share } from './windows.js';

function streamsOf(folds: readonly OsFold[], group: Group, rows: number, cols: number): OsStreams {
  const steps = group.windows[0]!.packets.length;
  const stream = <T>(place: number, share: (fold: OsFold) => Share<unknown>, packets: (fold: OsFold) => readonly T[]) =>
    folds.flatMap((fold): (Token<T> | undefined)[] =>
      place < share(fold).occupied
        ? packets(fold).map((packet, step) => ({ packet, step, fold }))
        : Array.from({ length: steps }, () => undefined),
    );
  return {
    steps: steps * folds.length,
    activations: Array.from({ length: rows }, (_, r) =>
      stream(
        r,
        ({ windows }) => windows,
        ({ windows }) => at(windows, r).packets,
      ),
    ),
    weights: Array.from({ length: cols }, (_, c) =>
      stream(
        c,
        ({ filters }) => filters,
        ({ filters }) => group.weightPackets[at(filters, c)]!,
      ),
    ),
  };
}

/** Results shift down their columns and leave at the bottom, one row per cycle; returns the cycles that this takes. */
function drainSerially<T>(results: readonly (readonly T[])[], leave: (result: T, col: number) => void): number {
  const registers = results.map((row) => [...row]);
  let cycles = 0;
  for (; registers.length > 0; cycles++) registers.pop()!.forEach(leave);
  return cycles;
}

/** Steps folds without a barrier between them, and enters them as one. */
function stepStream(
  folds: readonly OsFold[],
  group: Group,
  unit: MacUnit,
  array: ReferenceArray,
  accounts: Accounts,
  deliver: (fold: OsFold, row: number, col: number, sum: number) => void,
): void {
  const [rows, cols] = [folds[0]!.windows.occupied, folds[0]!.filters.occupied];
  const pes = gridOf(rows, cols, (r, c) => new Pe(r, c));
  const streams = streamsOf(folds, group, rows, cols);
  const packets = group.windows[0]!.packets.length;
  const reached = (r: number, c: number): number =>
    folds.filter(({ windows, filters }) => r < windows.occupied && c < filters.occupied).length;
  const expected = gridOf(rows, cols, (r, c) => reached(r, c) * packets);
  const results = gridOf(rows, cols, (): (() => void) => () => undefined);
  const isSerial = array.drain === 'serial';
  osDiscipline(array.discipline)({
    pes,
    streams,
    start(pe, activation, weight) {
      const { fold, step } = activation;
      if (weight.fold !== fold || weight.step !== step) throw new Error('an activation met the weight of another step');
      const own = pe.row < fold.windows.used.length && pe.col < fold.filters.used.length;
      pe.begin(unit.begin(activation.packet, weight.packet), { step, fold: fold.index, own });
    },
    tick(pe, wait) {
      const ended = pe.tick(wait);
      if (ended === undefined || ended.step < packets - 1) return;
      const sum = pe.accumulator;
      pe.accumulator = 0;
      const result = (): void => {
        if (ended.own)
          deliver(
            folds.find(({ index }) => index === ended.fold)!,
            pe.row,
            pe.col,
            sum,
          );
      };
      if (isSerial) results[pe.row]![pe.col] = result;
      else result();
    },
    finished: () => {
      for (const pe of each(pes)) if (!pe.idle || pe.begun < expected[pe.row]![pe.col]!) return false;
      return true;
    },
  });
  const drain = isSerial
    ? drainSerially(results, (result) => {
        result();
      })
    : 0;
  accounts.enter(byLastPe(pes, drain, folds.at(-1)!.index));
}

/** Output-stationary: windows in rows, filters in columns, packets in time. */
export function stepOutputStationary(
  group: Group,
  unit: MacUnit,
  array: ReferenceArray,
  accounts: Accounts,
  output: (filter: number, window: number, sum: number) => void,
): void {
  const places = group.filters.map((_, place) => place);
  const folds = shares(group.windows, array.rows, array.edge)
    .flatMap((windows) => shares(places, array.cols, array.edge).map((filters) => ({ windows, filters })))
    .map((fold, index): OsFold => ({ index, ...fold }));
  const deliver = (fold: OsFold, row: number, col: number, sum: number): void => {
    output(group.filters[at(fold.filters, col)]!, at(fold.windows, row).index, sum);
  };
  for (const stream of array.folds === 'pipelined' ? [folds] : folds.map((fold) => [fold]))
    stepStream(stream, group, unit, array, accounts, deliver);
}
