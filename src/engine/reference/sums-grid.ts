import type { Service } from './diary.js';
import { gridOf, Pe } from './pe.js';
import type { Work } from './units.js';

/** A residency: what every PE holds, what streams past it from the left, and where the sums of the columns go. */
export interface SumsFold<Held, Item> {
  readonly index: number;
  readonly rows: number;
  readonly cols: number;
  readonly usedRows: number;
  readonly usedCols: number;
  readonly held: (row: number, col: number) => Held;
  /** The items of one row, in stream order. */
  readonly stream: (row: number) => readonly Item[];
  readonly multiply: (held: Held, item: Item) => Work;
  /** A sum of a column in use leaves at the bottom. */
  readonly leave: (item: number, col: number, sum: number) => void;
}

/** A PE of such a fold: its operands stay, items and sums pass through. */
export class SumsPe<Held, Item> {
  readonly pe: Pe;
  /** Result register: a sum that waits to be handed down. */
  result: number | undefined;
  #held: Held | undefined;
  #above = 0;

  constructor(
    private readonly fold: SumsFold<Held, Item>,
    readonly row: number,
    readonly col: number,
  ) {
    this.pe = new Pe(row, col);
  }

  get diary(): Pe['diary'] {
    return this.pe.diary;
  }

  get held(): Held | undefined {
    return this.#held;
  }

  /** One cycle of the preload: operands shift down into the rows. */
  load(held: Held | undefined): void {
    this.#held = held;
    this.pe.tick();
  }

  /** Begins with an item, and with the sum that it will add to. */
  begin(item: Item, above: number): void {
    const { index, usedRows, usedCols, multiply } = this.fold;
    const service: Omit<Service, 'bits'> = {
      step: this.pe.begun,
      fold: index,
      own: this.row < usedRows && this.col < usedCols,
    };
    this.#above = above;
    this.pe.begin(multiply(this.#held!, item), service);
  }

  /** One cycle. When a service ends, its sum stands in the result register; a repeated row drops its own part. */
  tick(wait?: 'operand' | 'room'): void {
    if (this.pe.tick(wait) === undefined) return;
    this.result = this.row < this.fold.usedRows ? this.#above + this.pe.accumulator : this.#above;
    this.pe.accumulator = 0;
  }
}

/** PEs with their operands in place: the preload has taken as many cycles as there are rows. */
export function preloaded<Held, Item>(fold: SumsFold<Held, Item>): SumsPe<Held, Item>[][] {
  const grid = gridOf(fold.rows, fold.cols, (r, c) => new SumsPe(fold, r, c));
  for (let cycle = 0; cycle < fold.rows; cycle++)
    for (const row of grid.toReversed())
      for (const pe of row)
        pe.load(pe.row > 0 ? grid[pe.row - 1]![pe.col]!.held : fold.held(fold.rows - 1 - cycle, pe.col));
  return grid;
}
