import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  stepConvolution,
  type CycleSnapshot,
  type ReferenceArray,
  type ReferenceResult,
} from '../../src/engine/reference/convolution.js';
import { directConvolution } from '../oracle/direct-convolution.js';
import { foldCase, randomFold, randomTile, type FoldCase } from '../oracle/one-fold.js';
import { combinations, randomCase } from '../oracle/random-layers.js';
import { elasticOs, elasticSums, globalOs } from '../oracle/written-recurrences.js';

const runs = Number(process.env.SILHOUETTE_CASES ?? 150);

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function total({ cycles }: ReferenceResult): number {
  return sum(Object.values(cycles));
}

/** Counts what the viewer sees. */
function tally(snapshots: readonly CycleSnapshot[]): ReferenceResult['peCycles'] {
  const seen = { busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0, edge: 0 };
  for (const { pes } of snapshots)
    for (const { state } of pes.flat()) seen[state === 'fill' || state === 'drain' ? 'fillDrain' : state]++;
  return seen;
}

describe.each(combinations)('the reference engine, %s %s', (dataflow, kind) => {
  it('computes the convolution, bit for bit, and accounts for every PE in every cycle', () => {
    fc.assert(
      fc.property(randomCase(dataflow, kind), ({ input, array }) => {
        const snapshots: CycleSnapshot[] = [];
        const stepped = stepConvolution(input, array, (snapshot) => snapshots.push(snapshot));
        expect(stepped.outputs).toEqual(directConvolution(input));
        expect(sum(Object.values(stepped.peCycles))).toBe(array.rows * array.cols * total(stepped));
        expect(Object.values(stepped.cycles).every((part) => Number.isInteger(part) && part >= 0)).toBe(true);
        expect(snapshots.length).toBe(total(stepped));
        expect(tally(snapshots)).toEqual(stepped.peCycles);
        const whole = snapshots.every(
          ({ pes }) => pes.length === array.rows && pes.every((row) => row.length === array.cols),
        );
        expect(whole).toBe(true);
        expect(stepConvolution(input, array)).toEqual(stepped);
      }),
      { numRuns: runs },
    );
  });
});

function duration(fold: FoldCase, array: Partial<ReferenceArray>): number {
  const { input, array: whole } = foldCase(fold, { rows: fold.rows, cols: fold.cols, ...array });
  return total(stepConvolution(input, whole));
}

const depths = fc.integer({ min: 1, max: 5 });
const property = { numRuns: runs };

describe('the recurrences of the machine notes', () => {
  it('are what FIFOs do in elastic os', () => {
    fc.assert(
      fc.property(randomFold('os', 8), depths, (fold, depth) => {
        const discipline = `elastic(${String(depth)})`;
        expect(duration(fold, { dataflow: 'os', discipline })).toBe(elasticOs(fold, depth, 'clipped'));
      }),
      property,
    );
  });

  it('hold over pipelined folds', () => {
    fc.assert(
      fc.property(randomTile, depths, fc.constantFrom('full', 'clipped'), (tile, depth, edge) => {
        const array = { dataflow: 'os', folds: 'pipelined', edge } as const;
        const discipline = `elastic(${String(depth)})`;
        expect(duration(tile, { ...array, discipline })).toBe(elasticOs(tile, depth, edge));
        expect(duration(tile, { ...array, discipline: 'global' })).toBe(globalOs(tile, edge));
      }),
      property,
    );
  });

  it('are what FIFOs do in elastic ws', () => {
    fc.assert(
      fc.property(randomFold('ws', 8), depths, (fold, depth) => {
        const discipline = `elastic(${String(depth)})`;
        const expected = elasticSums(fold, fold.windows, (r, _, p) => fold.services[p]![r]!, depth);
        expect(duration(fold, { dataflow: 'ws', discipline })).toBe(expected);
      }),
      property,
    );
  });

  it('are what FIFOs do in elastic is', () => {
    fc.assert(
      fc.property(randomFold('is', 8), depths, (fold, depth) => {
        const discipline = `elastic(${String(depth)})`;
        const expected = elasticSums(fold, fold.filters, (r, c) => fold.services[c]![r]!, depth);
        expect(duration(fold, { dataflow: 'is', discipline })).toBe(expected);
      }),
      property,
    );
  });
});

describe('with every service 1', () => {
  const pumped = fc.constantFrom('decoupled', 'elastic(1)', 'elastic(3)', 'global');

  it('an os fold takes K + R′ + C′ − 2 cycles, and R′ more with a serial drain', () => {
    fc.assert(
      fc.property(randomFold('os', 1), pumped, (fold, discipline) => {
        const expected = fold.services[0]!.length + fold.rows + fold.cols - 2;
        expect(duration(fold, { dataflow: 'os', discipline })).toBe(expected);
        expect(duration(fold, { dataflow: 'os', discipline, drain: 'serial' })).toBe(expected + fold.rows);
      }),
      property,
    );
  });

  it('a ws fold takes M + 2R′ + C′ − 2 cycles, an is fold N + 2R′ + C′ − 2', () => {
    fc.assert(
      fc.property(randomFold('ws', 1), randomFold('is', 1), pumped, (ws, is, discipline) => {
        expect(duration(ws, { dataflow: 'ws', discipline })).toBe(ws.windows + 2 * ws.rows + ws.cols - 2);
        expect(duration(is, { dataflow: 'is', discipline })).toBe(is.filters + 2 * is.rows + is.cols - 2);
      }),
      property,
    );
  });
});

/** The service of every unit as the table in docs/machine-model.md writes it, for members of a × w bits. */
const table: readonly (readonly [string, number, (members: readonly (readonly [number, number])[]) => number])[] = [
  ['fixed(8)', 1, () => 1],
  ['temporal(3)', 1, ([first]) => Math.ceil(first![0] / 3) * Math.ceil(first![1] / 3)],
  ...(
    [
      [8, 2],
      [4, 1],
      [4, 2],
      [6, 3],
    ] as const
  ).map(
    ([max, min]) =>
      [
        `spatial(${String(max)},${String(min)})`,
        (max / min) ** 2,
        (members: readonly (readonly [number, number])[]) => {
          const widths = Array.from({ length: 5 }, (_, i) => min * 2 ** i);
          const up = (bits: number): number => widths.find((width) => width >= bits)!;
          return Math.max(...members.map(([a, w]) => Math.ceil((members.length * up(a) * up(w)) / max ** 2)));
        },
      ] as const,
  ),
  ['activation-serial(3)', 3, (members) => Math.max(...members.map(([a]) => a))],
  ['weight-serial(4)', 4, (members) => Math.max(...members.map(([, w]) => w))],
  ['bit-serial(3,2)', 3, (members) => Math.max(...members.map(([a, w]) => Math.ceil(a / 2) * w))],
  ['outlier(4,3)', 3, (members) => Math.max(1, members.filter(([a]) => a > 4).length)],
];

describe('a MAC unit', () => {
  it.each(table)('%s takes the cycles of the table', (unit, lanes, service) => {
    const bits = fc.integer({ min: 1, max: 8 });
    const narrow = fc.integer({ min: 1, max: unit.startsWith('outlier') ? 4 : 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(bits, narrow), { minLength: 1, maxLength: lanes }), (members) => {
        const fold = { rows: 1, cols: 1, windows: 1, filters: 1, services: [members.map((_, i) => i + 1)] };
        const { input, array } = foldCase(fold, { unit });
        const levels = members.map(([activationBits, weightBits]) => ({ activationBits, weightBits }));
        const map = { ...input.map, levels: Uint8Array.from(members.keys()) };
        expect(stepConvolution({ ...input, levels, map }, array).cycles.compute).toBe(service(members));
      }),
      property,
    );
  });
});

describe('a reduce fold', () => {
  it('takes the cycles of its items, and R′ + C′ − 2 more where operands are pumped', () => {
    fc.assert(
      fc.property(randomFold('os', 8), fc.integer({ min: 1, max: 6 }), (fold, rows) => {
        // A 1×1 convolution: an item is a window, its packets are channels, and the slowest one decides.
        const waves = Math.ceil(fold.services[0]!.length / rows);
        const work = sum(fold.services.map((services) => waves * Math.max(...services)));
        const used = Math.min(rows, fold.services[0]!.length);
        const reduce = { dataflow: 'reduce', rows } as const;
        expect(duration(fold, { ...reduce, discipline: 'lockstep(1)' })).toBe(work);
        expect(duration(fold, { ...reduce, discipline: 'global' })).toBe(work + used + fold.cols - 2);
        expect(duration(fold, { ...reduce, discipline: 'decoupled', edge: 'full', cols: fold.cols + 1 })).toBe(
          work + rows + fold.cols + 1 - 2,
        );
      }),
      property,
    );
  });
});

describe('what does not exist', () => {
  const one: FoldCase = { rows: 2, cols: 2, windows: 2, filters: 2, services: [[1], [1]] };

  it.each<Partial<ReferenceArray>>([
    { dataflow: 'ws', discipline: 'lockstep(1)' },
    { dataflow: 'is', discipline: 'lockstep(2)' },
    { dataflow: 'reduce', discipline: 'elastic(2)' },
    { dataflow: 'reduce', discipline: 'lockstep(2)' },
    { dataflow: 'reduce', discipline: 'global', unit: 'outlier(8,2)' },
    { dataflow: 'ws', folds: 'pipelined' },
    { folds: 'pipelined', drain: 'serial' },
    { folds: 'pipelined', foldOverhead: 1 },
    { dataflow: 'ws', drain: 'serial' },
    { dataflow: 'ws', order: 'tiled' },
    { dataflow: 'reduce', discipline: 'global', order: 'tiled' },
    { im2col: 'first' },
    { layerOffset: -2 },
    { discipline: 'elastic' },
    { discipline: 'elastic(0)' },
    { discipline: 'chaos' },
    { unit: 'fixed(4)' },
    { unit: 'outlier(4,2)' },
    { unit: 'spatial(6,2)' },
    { unit: 'abacus(4)' },
  ])('is rejected: %o', (array) => {
    const { input, array: whole } = foldCase(one, { rows: 2, cols: 2, ...array });
    expect(() => stepConvolution(input, whole)).toThrow(RangeError);
  });
});
