import type { ImageRow } from '../result.js';

const nameOf = ({ scheme, accelerator }: Pick<ImageRow, 'scheme' | 'accelerator'>): string =>
  `${accelerator}/${scheme}`;

/** The image that costs a run most, and the one that costs it least. */
export class Extremes {
  readonly #of = new Map<string, { least: ImageRow; most: ImageRow }>();

  readonly row = (row: ImageRow): void => {
    const key = nameOf(row);
    const known = this.#of.get(key);
    if (known === undefined) this.#of.set(key, { least: row, most: row });
    else if (row.cycles > known.most.cycles) known.most = row;
    else if (row.cycles < known.least.cycles) known.least = row;
  };

  of(run: { readonly scheme: string; readonly accelerator: string }) {
    return this.#of.get(nameOf(run));
  }
}
