import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  stepConvolution,
  type CycleSnapshot,
  type ReferenceArray,
  type ReferenceResult,
} from '../../src/engine/reference/convolution.js';
import { directConvolution } from '../oracle/direct-convolution.js';
import { combinations, randomCase, type RandomCase } from '../oracle/random-layers.js';

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
        expect(
          snapshots.every(({ pes }) => pes.length === array.rows && pes.every((row) => row.length === array.cols)),
        );
        expect(stepConvolution(input, array)).toEqual(stepped);
      }),
      { numRuns: runs },
    );
  });
});

/** A case whose only fold fills R' × C' PEs: M windows, N filters, K packets of service `services` each. */
interface FoldCase {
  readonly rows: number;
  readonly cols: number;
  readonly windows: number;
  readonly filters: number;
  /** Bits of window m's activation k: a unit of one-bit digits takes as many cycles. */
  readonly services: readonly (readonly number[])[];
}

/** A 1×1 convolution over a row of pixels, the channels of which are the packets. */
function foldCase({ windows, filters, services }: FoldCase, array: Partial<ReferenceArray>): RandomCase {
  const packets = services[0]!.length;
  const levels = Array.from({ length: 8 }, (_, i) => ({ activationBits: i + 1, weightBits: 8 }));
  const cells = Array.from({ length: packets }, (_, k) => services.map((row) => row[k]! - 1));
  return {
    input: {
      layer: {
        name: 'fold',
        kind: 'conv2d',
        from: ['input'],
        parameters: 0,
        input: { channels: packets, height: 1, width: windows },
        output: { channels: filters, height: 1, width: windows },
        filters,
        kernel: [1, 1],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
        groups: 1,
      },
      fullBits: { activationBits: 8, weightBits: 8 },
      levels,
      map: {
        channels: packets,
        gridHeight: 1,
        gridWidth: windows,
        regionHeight: 1,
        regionWidth: 1,
        levels: Uint8Array.from(cells.flat()),
      },
      activations: Int32Array.from({ length: packets * windows }, (_, i) => ((i * 37) % 256) - 128),
      weights: Int32Array.from({ length: packets * filters }, (_, i) => ((i * 59) % 256) - 128),
    },
    array: {
      rows: 1,
      cols: 1,
      dataflow: 'os',
      unit: 'activation-serial(1)',
      discipline: 'elastic(2)',
      steps: 'channel-inner',
      order: 'raster',
      folds: 'barrier',
      drain: 'overlapped',
      edge: 'clipped',
      foldOverhead: 0,
      layerOffset: 0,
      im2col: 'none',
      ...array,
    },
  };
}

function duration(fold: FoldCase, array: Partial<ReferenceArray>): number {
  const { input, array: whole } = foldCase(fold, { rows: fold.rows, cols: fold.cols, ...array });
  return total(stepConvolution(input, whole));
}

/** A fold of one dataflow whose rows and columns are all in use. */
function randomFold(dataflow: 'os' | 'ws' | 'is', longest: number): fc.Arbitrary<FoldCase> {
  const upTo = (max: number) => fc.integer({ min: 1, max });
  return fc.tuple(upTo(5), upTo(5), upTo(12)).chain(([rows, cols, items]) => {
    const windows = { os: rows, ws: items, is: cols }[dataflow];
    const filters = { os: cols, ws: cols, is: items }[dataflow];
    const packets = dataflow === 'os' ? items : rows;
    const row = fc.array(upTo(longest), { minLength: packets, maxLength: packets });
    return fc
      .array(row, { minLength: windows, maxLength: windows })
      .map((services) => ({ rows, cols, windows, filters, services }));
  });
}

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

/** The recurrence of elastic os as docs/machine-model.md writes it. */
function elasticOs({ rows, cols, services }: FoldCase, depth: number): number {
  const start = new Times();
  const steps = services[0]!.length;
  let end = 0;
  for (let k = 0; k < steps; k++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        const free = k > 0 ? start.get(r, c, k - 1) + services[r]![k - 1]! : 0;
        const arrivals = [start.get(r - 1, c, k) + 1, start.get(r, c - 1, k) + 1];
        const rooms = [start.get(r + 1, c, k - depth), start.get(r, c + 1, k - depth)];
        start.set(r, c, k, Math.max(free, ...arrivals, ...rooms));
        end = Math.max(end, start.get(r, c, k) + services[r]![k]!);
      }
  return end;
}

/** The recurrences of elastic ws and is: `service` of the PE in row r and column c for item p. */
function elasticSums(
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

const depths = fc.integer({ min: 1, max: 5 });
const property = { numRuns: runs };

describe('the recurrences of the machine notes', () => {
  it('are what FIFOs do in elastic os', () => {
    fc.assert(
      fc.property(randomFold('os', 8), depths, (fold, depth) => {
        const discipline = `elastic(${String(depth)})`;
        expect(duration(fold, { dataflow: 'os', discipline })).toBe(elasticOs(fold, depth));
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
