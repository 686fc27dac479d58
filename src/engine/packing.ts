/** What a burst may hold too much for; widths of planes follow. */
export const packed = { mask: 0, weight: 1, partialSum: 2 } as const;

const others = Object.keys(packed).length;

/** `bits4` for the plane that completes 4 bits. */
const names: (string | undefined)[] = Object.keys(packed);

function nameOf(kind: number): string {
  return (names[kind] ??= `bits${String(kind - others)}`);
}

/** What bursts hold beyond the bits that were wanted, by what they were moved for. */
export class Packing {
  readonly #lost: number[] = [];
  /** In the order in which they came up. */
  readonly #kinds: number[] = [];

  lose(kind: number, bits: number): void {
    const before = this.#lost[kind];
    if (before === undefined) this.#kinds.push(kind);
    this.#lost[kind] = (before ?? 0) + bits;
  }

  /** Of the plane that completes a width. */
  losePlane(width: number, bits: number): void {
    this.lose(others + width, bits);
  }

  /** Adds what was lost to a record, by name. */
  addTo(record: Record<string, number>): void {
    for (const kind of this.#kinds) record[nameOf(kind)] = (record[nameOf(kind)] ?? 0) + this.#lost[kind]!;
  }
}
