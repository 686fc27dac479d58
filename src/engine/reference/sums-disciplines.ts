import { parseSpec } from './array.js';
import { Feeder, Fifo } from './fifo.js';
import { each, fromBottomRight, gridOf } from './pe.js';
import type { SumsFold, SumsPe } from './sums-grid.js';

/** Steps a preloaded grid until every item has passed every PE and all sums have left. */
export type SumsDiscipline = <Held, Item>(fold: SumsFold<Held, Item>, grid: SumsPe<Held, Item>[][]) => void;

/** Whether every PE has finished `items` services. */
function finished<Held, Item>(grid: readonly (readonly SumsPe<Held, Item>[])[], items: number): boolean {
  for (const { pe } of each(grid)) if (!pe.idle || pe.begun < items) return false;
  return true;
}

/** Takes the sums of a column as they arrive at the bottom, in item order. */
function columnEnds<Held, Item>({ cols, usedCols, leave }: SumsFold<Held, Item>): ((sum: number) => void)[] {
  return Array.from({ length: cols }, (_, c) => {
    let item = 0;
    return (sum: number) => {
      if (c < usedCols) leave(item, c, sum);
      item++;
    };
  });
}

/**
 * FIFOs of a depth carry items to the right and sums down. A sum can be read in the cycle in which it is handed down,
 * and a slot refilled in the cycle in which it is popped: what one PE does may let its neighbours act in the same cycle,
 * so that every cycle is settled before it is worked. No action takes another one's chance away: the order is free.
 */
function elastic(depth: number): SumsDiscipline {
  return <Held, Item>(fold: SumsFold<Held, Item>, grid: SumsPe<Held, Item>[][]): void => {
    const streams = grid.map((_, r) => fold.stream(r));
    const items = gridOf(fold.rows, fold.cols, () => new Fifo<Item>(depth, 1));
    const sums = gridOf(fold.rows, fold.cols, () => new Fifo<number>(depth, 0));
    const ends = columnEnds(fold);
    const feeders = streams.map((stream, r) => new Feeder(stream, items[r]![0]!));

    const handDown = (pe: SumsPe<Held, Item>, cycle: number): boolean => {
      const below = sums[pe.row + 1]?.[pe.col];
      if (pe.result === undefined || below?.hasRoom === false) return false;
      if (below === undefined) ends[pe.col]!(pe.result);
      else below.push(pe.result, cycle);
      pe.result = undefined;
      return true;
    };
    /** Starts the PE if it can; otherwise returns why not. */
    const start = (pe: SumsPe<Held, Item>, cycle: number): 'operand' | 'room' | undefined => {
      const [left, right] = [items[pe.row]![pe.col]!, items[pe.row]![pe.col + 1]];
      const item = left.head(cycle);
      const above = pe.row > 0 ? sums[pe.row]![pe.col]!.head(cycle) : 0;
      if (pe.result !== undefined) return 'room';
      if (item === undefined || above === undefined) return 'operand';
      if (right?.hasRoom === false) return 'room';
      left.pop();
      if (pe.row > 0) sums[pe.row]![pe.col]!.pop();
      right?.push(item, cycle);
      pe.begin(item, above);
      return undefined;
    };

    for (const feeder of feeders) feeder.feed(-1);
    for (let cycle = 0; !finished(grid, streams[0]!.length); cycle++) {
      const waits = gridOf(fold.rows, fold.cols, (): 'operand' | 'room' | undefined => undefined);
      for (let acted = true; acted;) {
        acted = false;
        for (const pe of fromBottomRight(grid)) {
          if (!pe.pe.idle) continue;
          const handed = handDown(pe, cycle);
          const wait = start(pe, cycle);
          waits[pe.row]![pe.col] = wait;
          acted ||= handed || wait === undefined;
        }
      }
      for (const pe of each(grid)) pe.tick(waits[pe.row]![pe.col]);
      for (const feeder of feeders) feeder.feed(cycle);
    }
    // The last sums stand in the bottom row and leave at once: that needs no PE any more.
    for (const pe of grid.at(-1)!) handDown(pe, Infinity);
  };
}

/** All PEs step together: items shift right and sums down when the slowest PE of the step has finished. */
const global: SumsDiscipline = <Held, Item>(fold: SumsFold<Held, Item>, grid: SumsPe<Held, Item>[][]): void => {
  const streams = grid.map((_, r) => fold.stream(r));
  const itemAt = gridOf(fold.rows, fold.cols, (): Item | undefined => undefined);
  const ends = columnEnds(fold);
  for (let arrayStep = 0; !finished(grid, streams[0]!.length); arrayStep++) {
    for (const { row, col } of fromBottomRight(grid))
      itemAt[row]![col] = col > 0 ? itemAt[row]![col - 1] : streams[row]![arrayStep - row];
    for (const pe of fromBottomRight(grid)) {
      const above = pe.row > 0 ? grid[pe.row - 1]![pe.col]! : undefined;
      const item = itemAt[pe.row]![pe.col];
      if (item === undefined) continue;
      if (above !== undefined && above.result === undefined) throw new Error('an item met no sum from above');
      pe.begin(item, above?.result ?? 0);
      if (above !== undefined) above.result = undefined;
    }
    do for (const pe of each(grid)) pe.tick();
    while (grid.flat().some(({ pe }) => !pe.idle));
    for (const pe of grid.at(-1)!) {
      if (pe.result !== undefined) ends[pe.col]!(pe.result);
      pe.result = undefined;
    }
  }
};

/**
 * Every PE has its own copy of the stream and begins in cycle row + column. It waits for no sum: its products leave
 * through an adder of its own.
 */
const decoupled: SumsDiscipline = <Held, Item>(fold: SumsFold<Held, Item>, grid: SumsPe<Held, Item>[][]): void => {
  const streams = grid.map((_, r) => fold.stream(r));
  for (let cycle = 0; !finished(grid, streams[0]!.length); cycle++)
    for (const pe of each(grid)) {
      const next = streams[pe.row]![pe.pe.begun];
      if (pe.pe.idle && next !== undefined && cycle >= pe.row + pe.col) pe.begin(next, 0);
      pe.tick();
      if (pe.result !== undefined && pe.col < fold.usedCols) fold.leave(pe.pe.begun - 1, pe.col, pe.result);
      pe.result = undefined;
    }
};

const disciplines: Readonly<Record<string, (parameter: number) => SumsDiscipline>> = {
  decoupled: () => decoupled,
  elastic,
  global: () => global,
};

/** The stepped form of a discipline such as `elastic(4)`. */
export function sumsDiscipline(discipline: string): SumsDiscipline {
  const { name, parameters } = parseSpec(discipline);
  const make = disciplines[name];
  if (make === undefined) throw new RangeError(`the reference engine has no discipline ${discipline} in ws and is`);
  return make(parameters[0] ?? 0);
}
