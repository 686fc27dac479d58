import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { timelineCycles, type Tile } from '../../src/engine/timeline.js';
import { channelOf, type Channel } from '../../src/machine/dram/bandwidth.js';
import { stepTimeline } from '../oracle/timeline-steps.js';

/** A channel that takes `cycles` cycles per `per` bursts of 8 bits; 0 cycles where memory is never waited for. */
function channel(cycles: number, per: number, latency: number): Channel {
  return channelOf(
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
function stepped(cycles: number, per: number, latencyCycles: number) {
  return { transferCycles: (bits: number) => Math.ceil((Math.ceil(bits / 8) * cycles) / per), latencyCycles };
}

const bits = fc.oneof(fc.constant(0), fc.nat(100));
const tile: fc.Arbitrary<Tile> = fc.record({
  inputBits: bits,
  weightBits: bits,
  compute: fc.nat(30),
  storeBits: bits,
});
const tiles = fc.array(tile, { maxLength: 12 });
const rate = fc.constantFrom([0, 1], [1, 1], [1, 2], [1, 4], [2, 1], [5, 1]) as fc.Arbitrary<[number, number]>;

/** Tiles that load and store whole bursts of one cycle each. */
function equalTiles(count: number, load: number, compute: number, store: number): Tile[] {
  return Array.from({ length: count }, () => {
    return { inputBits: 8 * load, weightBits: 0, compute, storeBits: 8 * store };
  });
}

describe('the memory timeline', () => {
  it('equals channel, buffers and array stepped cycle by cycle', () => {
    fc.assert(
      fc.property(tiles, rate, fc.nat(15), bits, (input, [cycles, per], latency, prologue) => {
        expect(timelineCycles(input, channel(cycles, per, latency), prologue)).toBe(
          stepTimeline(input, stepped(cycles, per, latency), prologue),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('takes load + compute + store for one tile', () => {
    expect(timelineCycles(equalTiles(1, 7, 20, 3), channel(1, 1, 0))).toBe(7 + 20 + 3);
    expect(timelineCycles(equalTiles(1, 7, 20, 3), channel(1, 1, 9))).toBe(7 + 9 + 20 + 3);
  });

  it('hides all transfers but the first load and the last store behind long computation', () => {
    expect(timelineCycles(equalTiles(10, 7, 20, 3), channel(1, 1, 0))).toBe(7 + 10 * 20 + 3);
  });

  it('hides all computation but one tile’s behind long transfers, where nothing is stored', () => {
    expect(timelineCycles(equalTiles(10, 20, 7, 0), channel(1, 1, 0))).toBe(10 * 20 + 7);
  });

  it('is not the maximum of two totals: a load waits for its half of the buffer', () => {
    // Loads and computation take 102 cycles each, but the third load waits until the first tile has been computed.
    const [load, compute] = [
      [1, 1, 100],
      [100, 1, 1],
    ];
    const uneven = load.map((cycles, i) => ({
      inputBits: 8 * cycles,
      weightBits: 0,
      compute: compute[i]!,
      storeBits: 0,
    }));
    expect(timelineCycles(uneven, channel(1, 1, 0))).toBe(1 + 100 + 100 + 1);
  });

  it('waits for nothing where memory is unlimited', () => {
    fc.assert(
      fc.property(tiles, bits, (input, prologue) => {
        const computed = input.reduce((sum, { compute }) => sum + compute, 0);
        expect(timelineCycles(input, channel(0, 1, 0), prologue)).toBe(computed);
      }),
    );
  });

  it('is bounded below by computation and by the channel, above by doing one thing at a time', () => {
    fc.assert(
      fc.property(tiles, rate, fc.nat(15), (input, [cycles, per], latency) => {
        const { transferCycles } = stepped(cycles, per, latency);
        const computed = input.reduce((sum, { compute }) => sum + compute, 0);
        const transfers = input.flatMap(({ inputBits, weightBits, storeBits }) => [inputBits, weightBits, storeBits]);
        const moved = transfers.reduce((sum, size) => sum + transferCycles(size), 0);
        const total = timelineCycles(input, channel(cycles, per, latency));
        expect(total).toBeGreaterThanOrEqual(Math.max(computed, moved));
        expect(total).toBeLessThanOrEqual(computed + moved + 2 * latency * input.length);
      }),
    );
  });

  it('begins with the prologue', () => {
    expect(timelineCycles([], channel(1, 1, 0), 80)).toBe(10);
    expect(timelineCycles(equalTiles(3, 7, 20, 3), channel(1, 1, 0), 80)).toBe(10 + 7 + 3 * 20 + 3);
  });
});
