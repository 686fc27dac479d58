import { describe, expect, it } from 'vitest';
import { stepTimeline, type SteppedTile } from './timeline-steps.js';

/** One bit a cycle, and twice as long for a write; what is read arrives 3 cycles later. */
const channel = { cycles: (bits: number, write: boolean) => (write ? 2 * bits : bits), latency: 3 };

function tile(loads: Partial<SteppedTile['loads']>, rest: Partial<SteppedTile>): SteppedTile {
  const nothing = { inputs: 0, mask: 0, weights: 0, sums: 0 };
  return { loads: { ...nothing, ...loads }, compute: 10, store: 0, copy: 0, lastOfSums: true, ...rest };
}

describe('the stepped timeline', () => {
  it('takes the loads of two tiles, then stores and loads in turn', () => {
    const { total, tiles, transfers } = stepTimeline(
      [
        tile({ inputs: 4, mask: 1, weights: 2 }, { store: 5 }),
        tile({ inputs: 4 }, { store: 5 }),
        tile({ inputs: 4 }, { store: 5 }),
      ],
      channel,
      [{ bits: 1, write: true }],
    );
    expect(transfers.map(({ kind, tile: of, start, free }) => [kind, of, start, free])).toEqual([
      ['prologue', -1, 0, 2],
      ['inputs', 0, 2, 6],
      ['mask', 0, 6, 7],
      ['weights', 0, 7, 9],
      ['inputs', 1, 9, 13],
      // Tile 0 is computed in 12 … 21. Its outputs leave first, though its inputs' half is free as well.
      ['store', 0, 22, 32],
      ['inputs', 2, 32, 36],
      ['store', 1, 36, 46],
      ['store', 2, 49, 59],
    ]);
    expect(tiles).toEqual([
      { start: 12, end: 22 },
      { start: 22, end: 32 },
      // Its inputs are there in 39; the ofmap half of tile 0 has been free since 32.
      { start: 39, end: 49 },
    ]);
    expect(total).toBe(59);
  });

  it('keeps an ofmap half over several tiles, and loads sums into one that has been stored', () => {
    const { total, tiles, transfers } = stepTimeline(
      [
        tile({ inputs: 1 }, { lastOfSums: false }),
        tile({}, { store: 20 }),
        tile({}, { store: 1 }),
        tile({ sums: 2 }, { store: 1 }),
      ],
      channel,
    );
    expect(tiles.map(({ start }) => start)).toEqual([4, 14, 24, 69]);
    expect(transfers.map(({ kind, tile: of, start, free }) => [kind, of, start, free])).toEqual([
      ['inputs', 0, 0, 1],
      // The sums of tiles 0 and 1 leave together and have left in 64, before the sums of tile 3 come in their place.
      ['store', 1, 24, 64],
      ['sums', 3, 64, 66],
      ['store', 2, 66, 68],
      ['store', 3, 79, 81],
    ]);
    expect(total).toBe(81);
  });

  it('waits for a half whose outputs leave for the ifmap buffer', () => {
    const kept = tile({}, { copy: 25 });
    const { total, tiles } = stepTimeline([kept, kept, kept], channel);
    // Tile 2 fills the half of tile 0, which has been copied 25 cycles after its end; its own copy waits for that of tile 1.
    expect(tiles.map(({ start }) => start)).toEqual([0, 10, 35]);
    expect(total).toBe(60 + 25);
  });

  it('lets a mask alone wait for a half as inputs would', () => {
    const masked = tile({ mask: 2 }, { compute: 100 });
    const { transfers, total } = stepTimeline([masked, masked, masked, masked], channel);
    expect(transfers.map(({ start }) => start)).toEqual([0, 2, 105, 205]);
    expect(total).toBe(2 + 3 + 400);
  });
});
