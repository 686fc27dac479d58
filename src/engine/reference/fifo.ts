/** A FIFO of a depth. An entry can be read `delay` cycles after its push. */
export class Fifo<T> {
  readonly #entries: { readonly item: T; readonly pushed: number }[] = [];

  constructor(
    private readonly depth: number,
    private readonly delay: 0 | 1,
  ) {}

  get hasRoom(): boolean {
    return this.#entries.length < this.depth;
  }

  push(item: T, cycle: number): void {
    if (!this.hasRoom) throw new Error('pushed into a full FIFO');
    this.#entries.push({ item, pushed: cycle });
  }

  /** The oldest entry, if it can be read in this cycle. */
  head(cycle: number): T | undefined {
    const entry = this.#entries[0];
    return entry !== undefined && entry.pushed + this.delay <= cycle ? entry.item : undefined;
  }

  pop(): void {
    this.#entries.shift();
  }
}

/** An edge of the array: feeds one item per cycle into a FIFO as long as it has room, the first one before cycle 0. */
export class Feeder<T> {
  #fed = 0;

  constructor(
    private readonly stream: readonly T[],
    private readonly into: Fifo<T>,
  ) {}

  feed(cycle: number): void {
    const item = this.stream[this.#fed];
    if (item === undefined || !this.into.hasRoom) return;
    this.into.push(item, cycle);
    this.#fed++;
  }
}
