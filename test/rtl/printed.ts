import type { RtlCase } from './cases.js';
import type { Fold } from './folds.js';

/** What the RTL made of a layer. */
export interface LayerRun {
  /** Of each fold, its serial drain included where the array has one. */
  readonly cycles: readonly number[];
  readonly outputs: Float64Array;
}

function numbersOf(line: string, word: string): number[] {
  return line.slice(word.length).trim().split(/\s+/).map(Number);
}

/** Reads what a testbench printed, fold by fold. */
export class Printed {
  readonly #lines: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#lines = text.split('\n').filter((line) => /^(sums?|cycles|watchdog) /.test(line));
  }

  /** Takes the folds of the next layer. */
  layer({ input, array }: RtlCase, folds: readonly Fold[]): LayerRun {
    const { filters, output } = input.layer;
    const outputs = new Float64Array(filters * output.height * output.width);
    const cycles = folds.map((fold) => {
      const [finished, left] = this.#fold(fold, outputs);
      return array.drain === 'serial' ? left : finished;
    });
    return { cycles, outputs };
  }

  get atEnd(): boolean {
    return this.#next === this.#lines.length;
  }

  #fold({ words, place }: Fold, outputs: Float64Array): readonly [finished: number, left: number] {
    const put = (rowOrItem: number, col: number, sum: number): void => {
      const at = place(rowOrItem, col);
      if (at >= 0) outputs[at]! += sum;
    };
    let row = words[0]!;
    const items = Array.from({ length: words[1]! }, () => 0);
    for (;;) {
      const line = this.#lines[this.#next++];
      if (line === undefined) throw new Error('the testbench stopped in the middle of a fold');
      if (line.startsWith('watchdog')) throw new Error(line);
      if (line.startsWith('cycles')) {
        const [finished, left] = line.split(/\s+/).flatMap((part) => (/^\d+$/.test(part) ? [Number(part)] : []));
        return [finished!, left!];
      }
      if (line.startsWith('sums')) {
        row--;
        for (const [col, sum] of numbersOf(line, 'sums').entries()) put(row, col, sum);
      } else {
        const [col, sum] = numbersOf(line, 'sum');
        put(items[col!]!++, col!, sum!);
      }
    }
  }
}
