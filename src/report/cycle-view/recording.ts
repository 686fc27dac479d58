import type { CycleSnapshot, PeSnapshot, PeState } from '../../engine/reference/snapshot.js';

/** States in the order in which views show them. */
export const peStates = ['busy', 'syncOperand', 'syncRoom', 'fill', 'drain', 'edge'] as const satisfies PeState[];

/** What a PE can be seen doing: a state, and while it is busy the bits of what it works on. */
export interface Kind {
  readonly state: PeState;
  readonly activationBits?: number;
  readonly weightBits?: number;
}

/** Cycles in a row in which a PE does the same; a busy one is one service. */
export interface Run {
  readonly from: number;
  readonly length: number;
  /** Position in {@link CycleRecording.kinds}. */
  readonly kind: number;
  readonly step?: number;
}

/** Everything that the PEs of an array did, cycle by cycle. Cycles are counted through all folds. */
export interface CycleRecording {
  readonly rows: number;
  readonly cols: number;
  readonly cycles: number;
  /** First cycle of every fold (of every tile if folds are pipelined). */
  readonly folds: readonly number[];
  /** In the order of {@link peStates}, busy ones from the least bits to the most. */
  readonly kinds: readonly Kind[];
  /** Row-major; the runs of a PE sum to `cycles`. */
  readonly pes: readonly (readonly Run[])[];
}

interface OpenRun {
  from: number;
  length: number;
  kind: number;
  step: number | undefined;
}

const bits = ({ activationBits = 0, weightBits = 0 }: Kind): number => activationBits * weightBits;

const byStateAndBits = (a: Kind, b: Kind): number =>
  peStates.indexOf(a.state) - peStates.indexOf(b.state) ||
  bits(a) - bits(b) ||
  (a.activationBits ?? 0) - (b.activationBits ?? 0);

/** Collects what the reference engine shows of every cycle. */
export class CycleRecorder {
  #cycles = 0;
  #fold: number | undefined;
  #rows = 0;
  #cols = 0;
  readonly #folds: number[] = [];
  readonly #kinds: Kind[] = [];
  readonly #kindOf = new Map<string, number>();
  #pes: OpenRun[][] = [];

  /** Cycles seen so far. */
  get cycles(): number {
    return this.#cycles;
  }

  observe({ fold, pes }: CycleSnapshot): void {
    if (this.#cycles === 0) {
      this.#rows = pes.length;
      this.#cols = pes[0]?.length ?? 0;
      this.#pes = pes.flatMap((row) => row.map(() => []));
    }
    const begins = fold !== this.#fold;
    if (begins) this.#folds.push(this.#cycles);
    this.#fold = fold;
    let at = 0;
    for (const row of pes) for (const pe of row) this.#extend(this.#pes[at++]!, pe, begins);
    this.#cycles++;
  }

  #extend(runs: OpenRun[], pe: PeSnapshot, begins: boolean): void {
    const kind = this.#kind(pe);
    const last = runs.at(-1);
    if (!begins && last?.kind === kind && last.step === pe.step) last.length++;
    else runs.push({ from: this.#cycles, length: 1, kind, step: pe.step });
  }

  #kind({ state, activationBits, weightBits }: PeSnapshot): number {
    const key = `${state} ${String(activationBits)} ${String(weightBits)}`;
    let kind = this.#kindOf.get(key);
    if (kind === undefined) {
      kind = this.#kinds.length;
      this.#kindOf.set(key, kind);
      this.#kinds.push({
        state,
        ...(activationBits !== undefined && { activationBits }),
        ...(weightBits !== undefined && { weightBits }),
      });
    }
    return kind;
  }

  finish(): CycleRecording {
    const kinds = [...this.#kinds].sort(byStateAndBits);
    const place = this.#kinds.map((kind) => kinds.indexOf(kind));
    const pes = this.#pes.map((runs) =>
      runs.map(({ step, kind, ...run }) => ({ ...run, kind: place[kind]!, ...(step !== undefined && { step }) })),
    );
    return { rows: this.#rows, cols: this.#cols, cycles: this.#cycles, folds: this.#folds, kinds, pes };
  }
}

/** Cycles of one PE by state. */
export function cyclesByState({ kinds }: CycleRecording, runs: readonly Run[]): Record<PeState, number> {
  const states = { busy: 0, syncOperand: 0, syncRoom: 0, fill: 0, drain: 0, edge: 0 };
  for (const run of runs) states[kinds[run.kind]!.state] += run.length;
  return states;
}

/** Whose cycle it is: parts of the time that a layer takes. */
export interface CycleParts {
  readonly fill: number;
  readonly compute: number;
  readonly sync: number;
  readonly drain: number;
}

/** What a view shows: a recording, and what was recorded in words. */
export interface CycleView {
  readonly recording: CycleRecording;
  readonly parts: CycleParts;
  /** What `recording.folds` are: the folds, or, where these are pipelined, tiles. */
  readonly foldName: 'fold' | 'tile';
  /** The array in a few words: `4×4 os, temporal(4), elastic(1)`. */
  readonly title: string;
  /** Sentences: the machine, the discipline, the layer. */
  readonly story: readonly string[];
  /** Command that makes this view again. */
  readonly command: string;
}

export interface CycleTotals {
  readonly cycles: number;
  readonly peCycles: number;
  readonly states: Readonly<Record<PeState, number>>;
  /** Busy share of all PE-cycles, 0…1. */
  readonly utilization: number;
}

export function totalsOf(recording: CycleRecording): CycleTotals {
  const states = cyclesByState(recording, recording.pes.flat());
  const { rows, cols, cycles } = recording;
  const peCycles = rows * cols * cycles;
  return { cycles, peCycles, states, utilization: peCycles === 0 ? 0 : states.busy / peCycles };
}
