import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elastic } from '../../src/machine/disciplines/elastic.js';
import type { FoldServices, Segment } from '../../src/machine/disciplines/fold.js';
import { elasticLanes } from '../../src/machine/kernel/elastic-lanes.js';

/** One vector after another, or all of them over and over: with enough repeats for the steady regime. */
const segmentsOf = (vectors: number, repeats: readonly number[], together: boolean): Segment[] =>
  together
    ? [{ from: 0, vectors, repeats: repeats[0]! }]
    : Array.from({ length: vectors }, (_, from) => ({
        from,
        vectors: 1,
        repeats: repeats[from % repeats.length]!,
      }));

const stepsOf = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { vectors, repeats }) => sum + vectors * repeats, 0);

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  depth: fc.integer({ min: 1, max: 9 }),
  vectors: fc.integer({ min: 1, max: 12 }),
  repeats: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 }),
  together: fc.boolean(),
  used: fc.integer({ min: 1, max: 8 }),
  seed: fc.infiniteStream(fc.nat(2)),
  /** Services of the levels; those of the last two take clocks past 16 bits. */
  services: fc.constantFrom([1, 1, 4], [1, 4, 16], [3, 2, 7], [1, 64, 64], [60, 64, 1]),
});

it('folds side by side take what each takes alone', () => {
  fc.assert(
    fc.property(shape, ({ rows, depth: wanted, vectors, repeats, together, used, seed, services }) => {
      // What stood there before must not matter.
      elasticLanes({ rows: 40, depth: 1, steps: 1, vectors: 12, scratch: 0, mostService: 1 })!.begin().fill(0xffff);
      const segments = segmentsOf(vectors, repeats, together);
      const steps = stepsOf(segments);
      const depth = Math.min(wanted, steps);
      const lanes = elasticLanes({ rows, depth, steps, vectors, scratch: 0, mostService: Math.max(...services) })!;
      const buffer = lanes.begin();
      const folds = Array.from({ length: used }, (_, lane): FoldServices => {
        const own = Int32Array.from({ length: vectors * rows }, () => services[seed.next().value as number]!);
        own.forEach((service, i) => (buffer[i * lanes.lanes + lane] = service));
        return { rows, usedRows: 1 + ((lane * 7) % rows), steps, services: own, segments };
      });
      lanes.run(segments);
      const found = lanes.finish(folds.map(({ usedRows }) => usedRows));
      expect(found).toEqual(folds.map((fold) => elastic(wanted).outputStationary.column!(fold)));
    }),
    { numRuns: 400 },
  );
});

it('sums over the rows of the longest folds do not overflow', () => {
  const [rows, mostService] = [8, 16];
  const steps = 2 ** 25 - 1;
  const segments = [{ from: 0, vectors: 1, repeats: steps }];
  const services = new Int32Array(rows).fill(mostService);
  const lanes = elasticLanes({ rows, depth: 4, steps, vectors: 1, scratch: 0, mostService })!;
  lanes.begin().fill(mostService);
  lanes.run(segments);
  const fold = { rows, usedRows: rows, steps, services, segments };
  expect(lanes.finish([rows])).toEqual([elastic(4).outputStationary.column!(fold)]);
});

it('rows that drift as far apart as 16 bits let them are timed as each alone', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(9)), fc.constantFrom(0, 1), (random, extra) => {
      // rows · (depth · service + 2) + service + vectors · service: 65535, and one less.
      const [rows, depth, mostService] = [31, 15, 128];
      const vectors = Math.floor((0xffff - rows * (depth * mostService + 2)) / mostService) - 1 - extra;
      const own = Int32Array.from({ length: vectors * rows }, () =>
        (random.next().value as number) < 5 ? mostService : 1,
      );
      const segments = [{ from: 0, vectors, repeats: 7 }];
      const steps = 7 * vectors;
      const lanes = elasticLanes({ rows, depth, steps, vectors, scratch: 0, mostService })!;
      const buffer = lanes.begin();
      own.forEach((service, i) => (buffer[i * lanes.lanes] = service));
      lanes.run(segments);
      const fold = { rows, usedRows: rows, steps, services: own, segments };
      expect(lanes.finish([rows])).toEqual([elastic(depth).outputStationary.column!(fold)]);
    }),
    { numRuns: 60 },
  );
});

it('clocks that come as close to 16 bits as they may do not pass them', () => {
  const [rows, depth, vectors, mostService] = [32, 4, 9, 16];
  for (const repeats of [454, 455, 456, 512]) {
    const segments = [{ from: 0, vectors, repeats }];
    const steps = vectors * repeats;
    const services = new Int32Array(rows * vectors).fill(mostService);
    const lanes = elasticLanes({ rows, depth, steps, vectors, scratch: 0, mostService })!;
    const buffer = lanes.begin();
    services.forEach((service, i) => (buffer[i * lanes.lanes] = service));
    lanes.run(segments);
    const fold = { rows, usedRows: rows, steps, services, segments };
    expect(lanes.finish([rows])).toEqual([elastic(depth).outputStationary.column!(fold)]);
  }
});

it('packets of one channel and two levels take from masks what they take written out', () => {
  const packed = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    depth: fc.integer({ min: 1, max: 9 }),
    taps: fc.integer({ min: 1, max: 9 }),
    channels: fc.integer({ min: 1, max: 70 }),
    images: fc.integer({ min: 1, max: 3 }),
    gridCells: fc.integer({ min: 1, max: 40 }),
    used: fc.integer({ min: 1, max: 8 }),
    tapInner: fc.boolean(),
    random: fc.infiniteStream(fc.nat(0xffff)),
    services: fc.constantFrom([1, 4], [4, 1], [2, 3], [64, 1]),
  });
  fc.assert(
    fc.property(packed, (one) => {
      const { rows, depth: wanted, taps, channels, images, gridCells, used, tapInner, services } = one;
      const next = (below: number): number => (one.random.next().value as number) % below;
      const steps = taps * channels;
      const lanes = elasticLanes({
        rows,
        depth: Math.min(wanted, steps),
        vectors: taps * Math.ceil(channels / 16),
        scratch: 16 * taps,
        steps,
        mostService: Math.max(...services),
      })!;
      // What stood there before must not matter.
      lanes.begin().fill(0xffff);
      const masks = Array.from({ length: images }, () =>
        Uint8Array.from({ length: channels * gridCells }, () => next(2)),
      );
      lanes.pack(masks, channels);
      const segments = [{ from: 0, vectors: steps, repeats: 1 }];
      // Twice, since what was packed is read for many folds.
      for (let time = 0; time < 2; time++) {
        const cells = Array.from({ length: used }, () =>
          Uint16Array.from({ length: taps * rows }, () => next(images * gridCells)),
        );
        const folds = cells.map((ofFold, lane): FoldServices => {
          const own = new Int32Array(steps * rows);
          for (let tap = 0; tap < taps; tap++)
            for (let channel = 0; channel < channels; channel++)
              for (let r = 0; r < rows; r++) {
                const cell = ofFold[tap * rows + r]!;
                const level = masks[Math.floor(cell / gridCells)]![channel * gridCells + (cell % gridCells)]!;
                own[(tapInner ? channel * taps + tap : tap * channels + channel) * rows + r] = services[level]!;
              }
          return { rows, usedRows: rows - (lane % rows), steps, services: own, segments };
        });
        lanes.runPacked({ cells, taps, tapInner, low: services[0], high: services[1] });
        const found = lanes.finish(folds.map(({ usedRows }) => usedRows));
        expect(found).toEqual(folds.map((fold) => elastic(wanted).outputStationary.column!(fold)));
      }
    }),
    { numRuns: 200 },
  );
});

it('no lanes are to be had where rows could be too far apart, or a fold be too long or large', () => {
  const small = { rows: 8, depth: 4, steps: 9000, vectors: 9, scratch: 0, mostService: 16 };
  expect(elasticLanes(small)?.lanes).toBe(8);
  expect(elasticLanes({ ...small, steps: 2 ** 25 - 1 })?.lanes).toBe(8);
  expect(elasticLanes({ ...small, steps: 2 ** 25 })).toBeUndefined();
  expect(elasticLanes({ ...small, rows: 1024 })).toBeUndefined();
  expect(elasticLanes({ ...small, depth: 1024 })).toBeUndefined();
  // 16 bits would do for one round of these; their services take 64 MiB.
  const many = { ...small, rows: 1024, depth: 1, mostService: 1, steps: 2 ** 16 };
  expect(elasticLanes({ ...many, vectors: 3000 })?.lanes).toBe(8);
  expect(elasticLanes({ ...many, vectors: 4200 })).toBeUndefined();
});
