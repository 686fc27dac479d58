import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { DramClock, loadNames, runTimeline, type Tile, type TimelineObserver } from '../../src/engine/timeline.js';
import type { DramModel, Transfer } from '../../src/machine/dram/dram.js';
import { dramModelOf } from '../../src/machine/dram/registry.js';
import { stepTimeline, type PrologueTransfer, type SteppedTile } from '../oracle/timeline-steps.js';

/** A channel that takes `cycles` cycles per `per` bursts of 8 bits; 0 cycles where memory is never waited for. */
function channel(cycles: number, per: number, latency: number): DramModel {
  return dramModelOf(
    {
      model: 'bandwidth',
      bandwidth: quantity<'bit/s'>(cycles === 0 ? Infinity : (8e9 * per) / cycles),
      efficiency: 1,
      burst: quantity<'bit'>(8),
      latency: quantity<'ns'>(latency),
      energy: quantity<'pJ/bit'>(15),
    },
    quantity<'Hz'>(1e9),
  );
}

/** The same in plain integers. */
function stepped(cycles: number, per: number, latency: number) {
  return { cycles: (bits: number) => Math.ceil((Math.ceil(bits / 8) * cycles) / per), latency };
}

const moving = (bits: number, write: boolean): Transfer => ({ write, bursts: Math.ceil(bits / 8), runs: [] });

/** A tile of the oracle, in bits, as the engine takes it. */
function tileOf({ loads, compute, store, copy, lastOfSums }: SteppedTile): Tile {
  const loaded = loadNames.filter((name) => loads[name] > 0).map((name) => [name, moving(loads[name], false)] as const);
  return {
    loads: Object.fromEntries(loaded),
    compute,
    lastOfSums,
    ...(store > 0 && { store: moving(store, true) }),
    copyCycles: copy,
  };
}

const bits = fc.oneof(fc.constant(0), fc.nat(100));
const tile: fc.Arbitrary<SteppedTile> = fc
  .record({
    loads: fc.record({ inputs: bits, mask: bits, weights: bits, sums: bits }),
    compute: fc.nat(30),
    store: bits,
    copy: fc.oneof(fc.constant(0), fc.nat(20)),
    lastOfSums: fc.boolean(),
  })
  .map((one) => (one.lastOfSums ? one : { ...one, store: 0, copy: 0 }));

/** Sums are loaded where others end, or at the first tile. */
const tiles = fc
  .array(tile, { maxLength: 12 })
  .map((all) =>
    all.map((one, i) => (i === 0 || all[i - 1]!.lastOfSums ? one : { ...one, loads: { ...one.loads, sums: 0 } })),
  );
const prologues = fc.array(fc.record({ bits: fc.integer({ min: 1, max: 100 }), write: fc.boolean() }), {
  maxLength: 3,
});
const rate = fc.constantFrom([0, 1], [1, 1], [1, 2], [1, 4], [2, 1], [5, 1]) as fc.Arbitrary<[number, number]>;

function run(all: readonly SteppedTile[], dram: DramModel, prologue: readonly PrologueTransfer[] = []): number {
  const before = prologue.map((one) => moving(one.bits, one.write));
  return runTimeline(all.map(tileOf), new DramClock(dram), before).cycles;
}

/** Tiles that load and store whole bursts of one cycle each. */
function equalTiles(count: number, load: number, compute: number, store: number): SteppedTile[] {
  return Array.from({ length: count }, () => {
    const loads = { inputs: 8 * load, mask: 0, weights: 0, sums: 0 };
    return { loads, compute, store: 8 * store, copy: 0, lastOfSums: true };
  });
}

describe('the memory timeline', () => {
  it('equals channel, buffers and array stepped cycle by cycle, transfer by transfer', () => {
    fc.assert(
      fc.property(tiles, rate, fc.nat(15), prologues, (input, [cycles, per], latency, prologue) => {
        const oracle = stepTimeline(input, stepped(cycles, per, latency), prologue);
        const transfers: unknown[] = [];
        const computed: unknown[] = [];
        const observer: TimelineObserver = {
          transfer: (kind, of, _, { start, free }) => transfers.push({ kind, tile: of, start, free }),
          compute: (_, start, end) => computed.push({ start, end }),
          copy: () => undefined,
        };
        const before = prologue.map((one) => moving(one.bits, one.write));
        const result = runTimeline(input.map(tileOf), new DramClock(channel(cycles, per, latency)), before, observer);
        expect(result.cycles).toBe(oracle.total);
        expect(computed).toEqual(oracle.tiles);
        expect(transfers).toEqual(
          oracle.transfers.map(({ kind, tile: of, start, free }) => ({ kind, tile: of, start, free })),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('takes load + compute + store for one tile', () => {
    expect(run(equalTiles(1, 7, 20, 3), channel(1, 1, 0))).toBe(7 + 20 + 3);
    expect(run(equalTiles(1, 7, 20, 3), channel(1, 1, 9))).toBe(7 + 9 + 20 + 3);
  });

  it('hides all transfers but the first load and the last store behind long computation', () => {
    expect(run(equalTiles(10, 7, 20, 3), channel(1, 1, 0))).toBe(7 + 10 * 20 + 3);
  });

  it('hides all computation but one tile’s behind long transfers, where nothing is stored', () => {
    expect(run(equalTiles(10, 20, 7, 0), channel(1, 1, 0))).toBe(10 * 20 + 7);
  });

  it('is not the maximum of two totals: a load waits for its half of the buffer', () => {
    // Loads and computation take 102 cycles each, but the third load waits until the first tile has been computed.
    const compute = [100, 1, 1];
    const uneven = [1, 1, 100].map((load, i) => equalTiles(1, load, compute[i]!, 0)[0]!);
    expect(run(uneven, channel(1, 1, 0))).toBe(1 + 100 + 100 + 1);
  });

  it('lets sums stay over several tiles, and go only after the last of them', () => {
    const [one] = equalTiles(1, 7, 20, 0);
    const inner = [1, 2, 3].map((n) => ({ ...one!, lastOfSums: n === 3, store: n === 3 ? 24 : 0 }));
    expect(run(inner, channel(1, 1, 0))).toBe(7 + 3 * 20 + 3);
  });

  it('waits for nothing where memory is unlimited', () => {
    fc.assert(
      fc.property(tiles, prologues, (all, prologue) => {
        const input = all.map((one) => ({ ...one, copy: 0 }));
        const computed = input.reduce((sum, { compute }) => sum + compute, 0);
        expect(run(input, channel(0, 1, 0), prologue)).toBe(computed);
      }),
    );
  });

  it('is bounded below by computation and by the channel, above by doing one thing at a time', () => {
    fc.assert(
      fc.property(tiles, rate, fc.nat(15), (input, [cycles, per], latency) => {
        const one = stepped(cycles, per, latency);
        const computed = input.reduce((sum, { compute, copy }) => sum + compute + copy, 0);
        const transfers = input.flatMap(({ loads, store }) => [...Object.values(loads), store]);
        const moved = transfers.reduce((sum, size) => sum + one.cycles(size), 0);
        const total = run(input, channel(cycles, per, latency));
        expect(total).toBeGreaterThanOrEqual(
          Math.max(
            input.reduce((sum, { compute }) => sum + compute, 0),
            moved,
          ),
        );
        expect(total).toBeLessThanOrEqual(computed + moved + 4 * latency * input.length);
      }),
    );
  });

  it('begins with the prologue', () => {
    const prologue = [{ bits: 80, write: true }];
    expect(run([], channel(1, 1, 0), prologue)).toBe(10);
    expect(run(equalTiles(3, 7, 20, 3), channel(1, 1, 0), prologue)).toBe(10 + 7 + 3 * 20 + 3);
  });
});
