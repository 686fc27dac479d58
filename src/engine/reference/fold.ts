import { parseSpec, type Activation } from './operand.js';
import type { Pe, Weight } from './pe.js';

/** The operands of one fold: a stream of K activations per row and of K weights per column. */
export interface FoldOperands {
  readonly activations: readonly (readonly Activation[])[];
  readonly weights: readonly (readonly Weight[])[];
  readonly steps: number;
}

/** Steps a grid of fresh PEs, cycle by cycle, until every PE has done its K steps. */
export type FoldStepper = (grid: readonly (readonly Pe[])[], operands: FoldOperands) => void;

/** A FIFO whose entries are visible from the cycle after their push. */
class Fifo<T> {
  readonly #entries: { item: T; pushed: number }[] = [];

  constructor(private readonly depth: number) {}

  get hasRoom(): boolean {
    return this.#entries.length < this.depth;
  }

  push(item: T, cycle: number): void {
    this.#entries.push({ item, pushed: cycle });
  }

  /** The oldest entry, if it was pushed before this cycle. */
  head(cycle: number): T | undefined {
    const entry = this.#entries[0];
    return entry !== undefined && entry.pushed < cycle ? entry.item : undefined;
  }

  pop(): void {
    this.#entries.shift();
  }
}

function* each<T>(grid: readonly (readonly T[])[]): Generator<T> {
  for (const row of grid) yield* row;
}

function finished(grid: readonly (readonly Pe[])[], steps: number): boolean {
  for (const pe of each(grid)) if (pe.steps < steps || !pe.idle) return false;
  return true;
}

/**
 * Neighbours coupled by FIFOs of a depth. PEs are visited from the bottom right, so that a slot which a neighbour frees
 * in this cycle counts as room in this cycle. The edges push one operand per cycle, the first one before cycle 0.
 */
function elastic(depth: number): FoldStepper {
  return (grid, { activations, weights, steps }) => {
    const fromLeft = grid.map((row) => row.map(() => new Fifo<Activation>(depth)));
    const fromAbove = grid.map((row) => row.map(() => new Fifo<Weight>(depth)));
    const fed = { rows: activations.map(() => 0), cols: weights.map(() => 0) };
    const feedEdges = (cycle: number): void => {
      activations.forEach((stream, r) => {
        if (fed.rows[r]! < steps && fromLeft[r]![0]!.hasRoom) fromLeft[r]![0]!.push(stream[fed.rows[r]!++]!, cycle);
      });
      weights.forEach((stream, c) => {
        if (fed.cols[c]! < steps && fromAbove[0]![c]!.hasRoom) fromAbove[0]![c]!.push(stream[fed.cols[c]!++]!, cycle);
      });
    };
    feedEdges(-1);
    for (let cycle = 0; !finished(grid, steps); cycle++) {
      for (const row of [...grid].reverse())
        for (const pe of [...row].reverse()) {
          if (!pe.idle) continue;
          const left = fromLeft[pe.row]![pe.col]!;
          const above = fromAbove[pe.row]![pe.col]!;
          const right = fromLeft[pe.row]![pe.col + 1];
          const below = fromAbove[pe.row + 1]?.[pe.col];
          const activation = left.head(cycle);
          const weight = above.head(cycle);
          const underWay = pe.steps > 0 && pe.steps < steps;
          if (activation === undefined || weight === undefined) {
            if (underWay) pe.waitFor('operand');
            continue;
          }
          if (right?.hasRoom === false || below?.hasRoom === false) {
            if (underWay) pe.waitFor('room');
            continue;
          }
          left.pop();
          above.pop();
          right?.push(activation, cycle);
          below?.push(weight, cycle);
          pe.start(cycle, activation, weight);
        }
      for (const pe of each(grid)) pe.tick(cycle);
      feedEdges(cycle);
    }
  };
}

/** All PEs step together: registers shift right and down when the slowest PE of the step has finished. */
const global: FoldStepper = (grid, { activations, weights, steps }) => {
  const activationAt = grid.map((row) => row.map((): Activation | undefined => undefined));
  const weightAt = grid.map((row) => row.map((): Weight | undefined => undefined));
  const shift = (arrayStep: number): void => {
    for (let r = grid.length - 1; r >= 0; r--)
      for (let c = grid[r]!.length - 1; c >= 0; c--) {
        activationAt[r]![c] = c > 0 ? activationAt[r]![c - 1] : activations[r]![arrayStep - r];
        weightAt[r]![c] = r > 0 ? weightAt[r - 1]![c] : weights[c]![arrayStep - c];
      }
  };
  for (let cycle = 0, arrayStep = 0; !finished(grid, steps); arrayStep++) {
    shift(arrayStep);
    for (const pe of each(grid)) {
      const activation = activationAt[pe.row]![pe.col];
      const weight = weightAt[pe.row]![pe.col];
      if (activation !== undefined && weight !== undefined) pe.start(cycle, activation, weight);
    }
    do {
      for (const pe of each(grid)) {
        const wasIdle = pe.idle;
        pe.tick(cycle);
        if (wasIdle && pe.steps > 0 && pe.steps < steps) pe.waitFor('operand');
      }
      cycle++;
    } while (![...each(grid)].every((pe) => pe.idle));
  }
};

/** Every PE has its own copy of its streams and begins in cycle row + column. */
const decoupled: FoldStepper = (grid, { activations, weights, steps }) => {
  for (let cycle = 0; !finished(grid, steps); cycle++)
    for (const pe of each(grid)) {
      if (pe.idle && pe.steps < steps && cycle >= pe.row + pe.col)
        pe.start(cycle, activations[pe.row]![pe.steps]!, weights[pe.col]![pe.steps]!);
      pe.tick(cycle);
    }
};

const steppers: Readonly<Record<string, (parameter: number) => FoldStepper>> = {
  decoupled: () => decoupled,
  elastic,
  global: () => global,
};

/** The stepped form of a discipline such as `elastic(4)`. */
export function foldStepper(discipline: string): FoldStepper {
  const { name, parameter } = parseSpec(discipline);
  const make = steppers[name];
  if (make === undefined) throw new RangeError(`the reference engine has no discipline ${discipline}`);
  return make(parameter);
}
