import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoupled } from '../../src/machine/disciplines/decoupled.js';
import type { Discipline, PassingTiming } from '../../src/machine/disciplines/discipline.js';
import { runsOf, vectorsInOrder, type FoldServices } from '../../src/machine/disciplines/fold.js';
import { elastic } from '../../src/machine/disciplines/elastic.js';
import { global } from '../../src/machine/disciplines/global.js';
import { lockstep } from '../../src/machine/disciplines/lockstep.js';
import { disciplineFamilies } from '../../src/machine/disciplines/registry.js';

const runs = { numRuns: 1000 };
const small = (max: number) => fc.integer({ min: 1, max });

const disciplines: readonly Discipline[] = [decoupled, elastic(1), elastic(2), elastic(7), global];

function foldOf(rows: number, steps: number, services: Int32Array): FoldServices {
  return { rows, usedRows: rows, steps, services, segments: runsOf(rows, steps, services) };
}

/** The same fold on more rows, which repeat the last. */
function onRows(fold: FoldServices, rows: number): FoldServices {
  const services = Int32Array.from({ length: rows * fold.steps }, (_, i) => {
    return fold.services[Math.floor(i / rows) * fold.rows + Math.min(i % rows, fold.rows - 1)]!;
  });
  return { ...foldOf(rows, fold.steps, services), usedRows: fold.rows };
}

function fold(rows: number, steps: number, service: number): FoldServices {
  return foldOf(rows, steps, new Int32Array(rows * steps).fill(service));
}

/** A fold of mixed services 1 … 9, mostly 1 or 4 as in DRQ. */
const mixedFold: fc.Arbitrary<FoldServices> = fc.tuple(small(8), small(30)).chain(([rows, steps]) =>
  fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(1, 4) }, { weight: 1, arbitrary: small(9) }), {
      minLength: rows * steps,
      maxLength: rows * steps,
    })
    .map((services) => foldOf(rows, steps, Int32Array.from(services))),
);

const cyclesOf = (discipline: Discipline, services: FoldServices, rows: number, cols: number): number =>
  discipline.outputStationary.fold(onRows(services, rows))({ cols, usedCols: cols }).cycles;

/** A fold in an array of as many or more rows and columns. */
const placedFold = fc.tuple(mixedFold, fc.nat(3), small(6)).map(([services, idle, cols]) => {
  return { services, rows: services.rows + idle, cols };
});

describe('a fold whose packets all take one cycle', () => {
  it.each(disciplines)('takes K + R + C − 2 cycles under $spec', (discipline) => {
    fc.assert(
      fc.property(small(40), small(9), small(9), fc.nat(4), (steps, rows, cols, idleRows) => {
        // Rows without a window of their own count where the edge is full.
        const timing = discipline.outputStationary.fold(onRows(fold(rows, steps, 1), rows + idleRows))({
          cols,
          usedCols: cols,
        });
        expect(timing).toMatchObject({
          cycles: steps + rows + idleRows + cols - 2,
          fill: rows + idleRows + cols - 2,
          compute: steps,
          sync: 0,
          drain: 0,
          syncOperand: 0,
          syncRoom: 0,
        });
      }),
      runs,
    );
  });
});

describe('a fold whose packets all take s cycles', () => {
  it.each(disciplines.filter(({ spec }) => spec !== 'global'))('takes K·s + R + C − 2 under $spec', (discipline) => {
    fc.assert(
      fc.property(small(40), small(9), small(9), small(16), (steps, rows, cols, service) => {
        expect(cyclesOf(discipline, fold(rows, steps, service), rows, cols)).toBe(steps * service + rows + cols - 2);
      }),
      runs,
    );
  });

  it('takes (K + R + C − 2)·s under global, where the skew steps at the pace of the array', () => {
    fc.assert(
      fc.property(small(40), small(9), small(9), small(16), (steps, rows, cols, service) => {
        expect(cyclesOf(global, fold(rows, steps, service), rows, cols)).toBe((steps + rows + cols - 2) * service);
      }),
      runs,
    );
  });
});

describe('stall disciplines', () => {
  it('wait the less the looser they are: decoupled ≤ elastic(D + 1) ≤ elastic(D) ≤ global', () => {
    fc.assert(
      fc.property(placedFold, ({ services, rows, cols }) => {
        const deeper = [1, 2, 3, 4, 8, 64].map((depth) => cyclesOf(elastic(depth), services, rows, cols));
        const chain = [cyclesOf(global, services, rows, cols), ...deeper, cyclesOf(decoupled, services, rows, cols)];
        expect(chain).toEqual(chain.toSorted((a, b) => b - a));
      }),
      runs,
    );
  });

  it('gain nothing from FIFOs that are as deep as the fold is long', () => {
    fc.assert(
      fc.property(placedFold, ({ services, rows, cols }) => {
        const extent = { cols, usedCols: cols };
        expect(elastic(services.steps).outputStationary.fold(onRows(services, rows))(extent)).toEqual(
          elastic(services.steps + 1000).outputStationary.fold(onRows(services, rows))(extent),
        );
      }),
      runs,
    );
  });

  it('differ where a slow window follows a fast one', () => {
    // Row 0 runs ahead of row 1 only as far as the FIFO between them holds.
    const steps = 12;
    const services = Int32Array.from({ length: 2 * steps }, (_, i) => {
      const [k, r] = [Math.floor(i / 2), i % 2];
      return r === 1 ? (k < 4 ? 4 : 1) : k < 8 ? 1 : 4;
    });
    const times = [global, elastic(1), elastic(2), elastic(4), decoupled].map((discipline) =>
      cyclesOf(discipline, foldOf(2, steps, services), 2, 1),
    );
    expect(new Set(times).size).toBeGreaterThan(3);
    expect(times.at(-1)).toBe(steps + 4 * 3 + 1);
  });

  it.each(disciplines)('put every PE-cycle of $spec in one state, and every cycle in one part', (discipline) => {
    fc.assert(
      fc.property(placedFold, small(6), ({ services, rows, cols }, used) => {
        const usedCols = Math.min(used, cols);
        const timing = discipline.outputStationary.fold(onRows(services, rows))({ cols, usedCols });
        for (const count of Object.values(timing)) expect(count).toBeGreaterThanOrEqual(0);
        expect(timing.fill + timing.compute + timing.sync + timing.drain).toBe(timing.cycles);
        expect(timing.busy + timing.syncOperand + timing.syncRoom + timing.fillDrain).toBe(
          services.rows * usedCols * timing.cycles,
        );
        const work = services.services.reduce((sum, service) => sum + service, 0);
        expect(timing.busy).toBe(work * usedCols);
      }),
      runs,
    );
  });

  it('are made from the names that accelerator files use', () => {
    const made = Object.values(disciplineFamilies).map(({ parameters, make }) => make(...parameters.map(() => 4)));
    expect(made.map(({ spec }) => spec)).toEqual(['decoupled', 'elastic(4)', 'global', 'lockstep(4)']);
  });
});

describe('a fold whose services repeat', () => {
  /** A few vectors in segments of many repeats, as taps × channels give them. */
  const repeating = fc
    .record({
      rows: small(5),
      vectors: small(4),
      services: fc.array(fc.constantFrom(1, 2, 4, 9), { minLength: 20, maxLength: 20 }),
      shape: fc.array(fc.record({ from: fc.nat(3), vectors: small(4), repeats: small(80) }), {
        minLength: 1,
        maxLength: 3,
      }),
    })
    .map(({ rows, vectors, services, shape }): FoldServices => {
      const segments = shape.map((segment) => {
        const from = Math.min(segment.from, vectors - 1);
        return { from, vectors: Math.min(segment.vectors, vectors - from), repeats: segment.repeats };
      });
      const steps = segments.reduce((sum, segment) => sum + segment.vectors * segment.repeats, 0);
      return { rows, usedRows: rows, steps, services: Int32Array.from(services.slice(0, vectors * rows)), segments };
    });

  /** The same steps one by one: nothing repeats, so that nothing is jumped over. */
  const unrolled = (fold: FoldServices): FoldServices => {
    const { rows, services } = fold;
    const order = vectorsInOrder(fold);
    const all = Int32Array.from({ length: order.length * rows }, (_, i) => {
      return services[order[Math.floor(i / rows)]! * rows + (i % rows)]!;
    });
    return { ...fold, services: all, segments: Array.from(order, (_, k) => ({ from: k, vectors: 1, repeats: 1 })) };
  };

  const extent = { cols: 3, usedCols: 2 };

  it.each([...disciplines, lockstep(1), lockstep(2)])('takes under $spec what it takes step by step', (discipline) => {
    fc.assert(
      fc.property(repeating, (repeated) => {
        const steps = unrolled(repeated);
        const { outputStationary, passing } = discipline;
        expect(outputStationary.fold(repeated)(extent)).toEqual(outputStationary.fold(steps)(extent));
        if (typeof passing === 'string') return;
        expect(passing.ws(repeated)(extent)).toEqual(passing.ws(steps)(extent));
      }),
      runs,
    );
  });

  it('grows by the slowest PE per filter, once a stationary array has found its pace', () => {
    const services = fc.array(small(9), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(services, small(4), (all, depth) => {
        const fold = { rows: 3, usedRows: 3, cols: 4, usedCols: 4, services: Int32Array.from(all) };
        const after = (items: number) => (elastic(depth).passing as PassingTiming).is({ ...fold, items });
        // Long before 1000 filters every FIFO is full or empty for good.
        expect(after(1500).cycles - after(1000).cycles).toBe(500 * Math.max(...all));
        for (const part of ['busy', 'syncOperand', 'syncRoom', 'fillDrain'] as const)
          expect(after(3000)[part] - after(2000)[part]).toBe(after(2000)[part] - after(1000)[part]);
      }),
      { numRuns: 200 },
    );
  });
});
