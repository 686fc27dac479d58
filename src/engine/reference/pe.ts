import { Diary, type Service, type Wait } from './diary.js';
import type { PartialProduct, Work } from './units.js';

/** The MAC unit of one PE with its accumulator, and a diary of its cycles. */
export class Pe {
  accumulator = 0;
  /** Packets that it has begun. */
  begun = 0;
  readonly diary = new Diary();
  #products: readonly PartialProduct[] = [];
  #done = 0;
  #service: Service | undefined;

  constructor(
    readonly row: number,
    readonly col: number,
  ) {}

  get idle(): boolean {
    return this.#service === undefined;
  }

  begin(work: Work, service: Omit<Service, 'bits'>): void {
    if (!this.idle) throw new Error('a busy PE was given a packet');
    this.#products = work.products;
    this.#done = 0;
    this.#service = { ...service, bits: work.bits };
    this.begun++;
  }

  /** One cycle: works, or notes why not. Returns the service that ends with this cycle. */
  tick(wait: Wait = 'operand'): Service | undefined {
    const service = this.#service;
    this.diary.note(service ?? wait);
    if (service === undefined) return undefined;
    this.accumulator += this.#products[this.#done++]!();
    if (this.#done < this.#products.length) return undefined;
    this.#service = undefined;
    return service;
  }
}

/** A grid of things by row and column. */
export function gridOf<T>(rows: number, cols: number, make: (row: number, col: number) => T): T[][] {
  return Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (__, c) => make(r, c)));
}

export function* each<T>(grid: readonly (readonly T[])[]): Generator<T> {
  for (const row of grid) yield* row;
}

/**
 * From the bottom right: what a neighbour to the right or below frees in this cycle counts as room for those that come
 * after it.
 */
export function* fromBottomRight<T>(grid: readonly (readonly T[])[]): Generator<T> {
  for (const row of grid.toReversed()) yield* row.toReversed();
}
