import type { Precision } from '../../core/precision.js';
import type { PeSnapshot } from './snapshot.js';

/** One packet in a PE. */
export interface Service {
  readonly step: number;
  readonly bits: Precision;
  /** The fold that it belongs to: pipelined folds share a diary. */
  readonly fold: number;
  /** Whether it is real work, and not that of a repeated row or column. */
  readonly own: boolean;
}

/** Why an idle PE does not start. */
export type Wait = 'operand' | 'room';

/** What one PE did, cycle by cycle. What an idle cycle counts as is known only when the fold is over. */
export class Diary {
  readonly #cycles: (Service | Wait)[] = [];
  #busy = 0;
  #firstStart = -1;
  #end = 0;

  note(moment: Service | Wait): void {
    this.#cycles.push(moment);
    if (typeof moment === 'string') return;
    if (this.#busy++ === 0) this.#firstStart = this.#cycles.length - 1;
    this.#end = this.#cycles.length;
  }

  get busy(): number {
    return this.#busy;
  }

  get firstStart(): number {
    return this.#firstStart;
  }

  /** Cycle after its last busy one. */
  get end(): number {
    return this.#end;
  }

  /** The state of every cycle of a fold, or of a tile whose last fold this is; undefined without any work of its own. */
  timeline(duration: number, lastFold: number): PeSnapshot[] | undefined {
    if (!this.#cycles.some((moment) => typeof moment !== 'string' && moment.own)) return undefined;
    const cycles = this.#cycles.slice(0, this.#end);
    let next: Service | undefined;
    const nexts = cycles.toReversed().map((moment) => (next = typeof moment === 'string' ? next : moment)!);
    nexts.reverse();
    let before: Service | undefined;
    const states = cycles.map((moment, t): PeSnapshot => {
      if (typeof moment !== 'string') {
        before = moment;
        return moment.own ? busy(moment) : { state: 'edge' };
      }
      if (before === undefined) return { state: 'fill' };
      const { own, fold } = nexts[t]!;
      if (!own || fold > before.fold + 1) return { state: 'edge' };
      return { state: moment === 'room' ? 'syncRoom' : 'syncOperand' };
    });
    const leaves = before?.own === true && before.fold === lastFold;
    while (states.length < duration) states.push({ state: leaves ? 'drain' : 'edge' });
    return states;
  }
}

function busy({ step, bits }: Service): PeSnapshot {
  return { state: 'busy', step, activationBits: bits.activationBits, weightBits: bits.weightBits };
}
