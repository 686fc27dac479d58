import { parseSpec } from './array.js';
import { Feeder, Fifo } from './fifo.js';
import type { ActivationPacket, WeightPacket } from './operand.js';
import type { OsGrid, Token } from './os-grid.js';
import { each, fromBottomRight, gridOf, type Pe } from './pe.js';

/** Steps a grid of fresh PEs, cycle by cycle, until every PE has done all its packets. */
export type OsDiscipline = (grid: OsGrid) => void;

type Activation = Token<ActivationPacket>;
type Weight = Token<WeightPacket>;

function present<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}

/**
 * Neighbours coupled by FIFOs of a depth. The edges push one operand per cycle, the first one before cycle 0. An
 * operand is passed on only where its fold reaches.
 */
function elastic(depth: number): OsDiscipline {
  return (grid) => {
    const { pes, streams } = grid;
    const [rows, cols] = [pes.length, pes[0]!.length];
    const fromLeft = gridOf(rows, cols, () => new Fifo<Activation>(depth, 1));
    const fromAbove = gridOf(rows, cols, () => new Fifo<Weight>(depth, 1));
    const feeders = [
      ...streams.activations.map((stream, r) => new Feeder(present(stream), fromLeft[r]![0]!)),
      ...streams.weights.map((stream, c) => new Feeder(present(stream), fromAbove[0]![c]!)),
    ];
    /** Starts the PE if it can; otherwise returns why not. */
    const advance = (pe: Pe, cycle: number): 'operand' | 'room' | undefined => {
      const left = fromLeft[pe.row]![pe.col]!;
      const above = fromAbove[pe.row]![pe.col]!;
      const activation = left.head(cycle);
      const weight = above.head(cycle);
      if (activation === undefined || weight === undefined) return 'operand';
      const { windows, filters } = activation.fold;
      const right = pe.col + 1 < filters.occupied ? fromLeft[pe.row]![pe.col + 1]! : undefined;
      const below = pe.row + 1 < windows.occupied ? fromAbove[pe.row + 1]![pe.col]! : undefined;
      if (right?.hasRoom === false || below?.hasRoom === false) return 'room';
      left.pop();
      above.pop();
      right?.push(activation, cycle);
      below?.push(weight, cycle);
      grid.start(pe, activation, weight);
      return undefined;
    };
    for (const feeder of feeders) feeder.feed(-1);
    for (let cycle = 0; !grid.finished(); cycle++) {
      for (const pe of fromBottomRight(pes)) grid.tick(pe, pe.idle ? advance(pe, cycle) : undefined);
      for (const feeder of feeders) feeder.feed(cycle);
    }
  };
}

/** All PEs step together: registers shift right and down when the slowest PE of the step has finished. */
const global: OsDiscipline = (grid) => {
  const { pes, streams } = grid;
  const activationAt = pes.map((row) => row.map((): Activation | undefined => undefined));
  const weightAt = pes.map((row) => row.map((): Weight | undefined => undefined));
  const shift = (arrayStep: number): void => {
    for (let r = pes.length - 1; r >= 0; r--)
      for (let c = pes[r]!.length - 1; c >= 0; c--) {
        activationAt[r]![c] = c > 0 ? activationAt[r]![c - 1] : streams.activations[r]![arrayStep - r];
        weightAt[r]![c] = r > 0 ? weightAt[r - 1]![c] : streams.weights[c]![arrayStep - c];
      }
  };
  for (let arrayStep = 0; !grid.finished(); arrayStep++) {
    shift(arrayStep);
    for (const pe of each(pes)) {
      const activation = activationAt[pe.row]![pe.col];
      const weight = weightAt[pe.row]![pe.col];
      if (activation !== undefined && weight !== undefined) grid.start(pe, activation, weight);
    }
    do for (const pe of each(pes)) grid.tick(pe);
    while (pes.flat().some((pe) => !pe.idle));
  }
};

/** Operands are broadcast to groups of rows; a group takes the next step when all its PEs have finished theirs. */
function lockstep(size: number): OsDiscipline {
  return (grid) => {
    const { pes, streams } = grid;
    const groups = Array.from({ length: Math.ceil(pes.length / size) }, (_, g) => ({
      pes: pes.slice(g * size, (g + 1) * size).flat(),
      next: 0,
    }));
    const broadcast = (group: (typeof groups)[number]): void => {
      // A step that no row of the group takes part in takes no time.
      while (group.next < streams.steps && group.pes.every((pe) => pe.idle)) {
        for (const pe of group.pes) {
          const activation = streams.activations[pe.row]![group.next];
          const weight = streams.weights[pe.col]![group.next];
          if (activation !== undefined && weight !== undefined) grid.start(pe, activation, weight);
        }
        group.next++;
      }
    };
    while (!grid.finished()) {
      groups.forEach(broadcast);
      for (const pe of each(pes)) grid.tick(pe);
    }
  };
}

/** Every PE has its own copy of its streams and begins in cycle row + column. */
const decoupled: OsDiscipline = (grid) => {
  const { pes, streams } = grid;
  const own = pes.map((row) =>
    row.map((pe) => {
      const weights = streams.weights[pe.col]!;
      const activations = streams.activations[pe.row]!;
      return present(
        activations.map((activation, k) => {
          const weight = weights[k];
          return activation !== undefined && weight !== undefined ? { activation, weight } : undefined;
        }),
      );
    }),
  );
  for (let cycle = 0; !grid.finished(); cycle++)
    for (const pe of each(pes)) {
      const next = own[pe.row]![pe.col]![pe.begun];
      if (pe.idle && next !== undefined && cycle >= pe.row + pe.col) grid.start(pe, next.activation, next.weight);
      grid.tick(pe);
    }
};

const disciplines: Readonly<Record<string, (parameter: number) => OsDiscipline>> = {
  decoupled: () => decoupled,
  elastic,
  global: () => global,
  lockstep,
};

/** The stepped form of a discipline such as `elastic(4)`. */
export function osDiscipline(discipline: string): OsDiscipline {
  const { name, parameters } = parseSpec(discipline);
  const make = disciplines[name];
  if (make === undefined) throw new RangeError(`the reference engine has no discipline ${discipline} in os`);
  return make(parameters[0] ?? 0);
}
