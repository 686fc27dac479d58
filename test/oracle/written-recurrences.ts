import type { FoldCase } from './one-fold.js';

/** Values over rows × columns × time; −∞ outside the array and before time. */
class Times {
  readonly #values = new Map<string, number>();

  get(r: number, c: number, k: number): number {
    return this.#values.get([r, c, k].join()) ?? -Infinity;
  }

  set(r: number, c: number, k: number, value: number): void {
    this.#values.set([r, c, k].join(), value);
  }
}

/**
 * The recurrence of elastic os as docs/machine-model.md writes it, over the concatenated steps of all folds. Without more
 * windows than rows and filters than columns that is one fold. A PE counts the steps of the folds that reach it.
 */
export function elasticOs(
  { rows, cols, windows, filters, services }: FoldCase,
  depth: number,
  edge: 'full' | 'clipped',
): number {
  const start = new Times();
  const steps = services[0]!.length;
  const begun = Array.from({ length: rows * cols }, () => 0);
  let end = 0;
  const free = new Times();
  for (let w = 0; w < windows; w += rows)
    for (let f = 0; f < filters; f += cols) {
      const reachedRows = edge === 'full' ? rows : Math.min(rows, windows - w);
      const reachedCols = edge === 'full' ? cols : Math.min(cols, filters - f);
      for (let k = 0; k < steps; k++) {
        // Where a neighbour stands in its own sequence before this step reaches anybody.
        const before = [...begun];
        const own = (r: number, c: number): number => before[r * cols + c]!;
        for (let r = 0; r < reachedRows; r++)
          for (let c = 0; c < reachedCols; c++) {
            const service = services[Math.min(w + r, windows - 1)]![k]!;
            const times = [0, free.get(r, c, 0)];
            if (r > 0) times.push(start.get(r - 1, c, own(r - 1, c)) + 1);
            if (c > 0) times.push(start.get(r, c - 1, own(r, c - 1)) + 1);
            if (r + 1 < reachedRows) times.push(start.get(r + 1, c, own(r + 1, c) - depth));
            if (c + 1 < reachedCols) times.push(start.get(r, c + 1, own(r, c + 1) - depth));
            const begins = Math.max(...times);
            start.set(r, c, own(r, c), begins);
            free.set(r, c, 0, begins + service);
            begun[r * cols + c]!++;
            end = Math.max(end, begins + service);
          }
      }
    }
  return end;
}

/** `global` over the same steps: an array step lasts as long as the largest service in it. */
export function globalOs({ rows, cols, windows, filters, services }: FoldCase, edge: 'full' | 'clipped'): number {
  const steps = services[0]!.length;
  const folds: [number, number][] = [];
  for (let w = 0; w < windows; w += rows) for (let f = 0; f < filters; f += cols) folds.push([w, f]);
  let cycles = 0;
  for (let t = 0; t < folds.length * steps + rows + cols; t++) {
    let longest = 0;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        const k = t - r - c;
        const [w, f] = folds[Math.floor(k / steps)] ?? [Infinity, Infinity];
        if (w === Infinity || (edge === 'clipped' && (w + r >= windows || f + c >= filters))) continue;
        longest = Math.max(longest, services[Math.min(w + r, windows - 1)]![k % steps]!);
      }
    cycles += longest;
  }
  return cycles;
}

/** The recurrences of elastic ws and is: `service` of the PE in row r and column c for item p. */
export function elasticSums(
  { rows, cols }: FoldCase,
  items: number,
  service: (r: number, c: number, p: number) => number,
  depth: number,
): number {
  const start = new Times();
  const push = new Times();
  let end = 0;
  for (let p = 0; p < items; p++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        const sums = [push.get(r, c, p - 1), push.get(r - 1, c, p)];
        start.set(r, c, p, Math.max(0, ...sums, start.get(r, c - 1, p) + 1, start.get(r, c + 1, p - depth)));
        const done = start.get(r, c, p) + service(r, c, p);
        push.set(r, c, p, Math.max(done, start.get(r + 1, c, p - depth)));
        end = Math.max(end, done);
      }
  return rows + end;
}
