import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderedTile } from '../../src/machine/orders/order.js';
import { raster } from '../../src/machine/orders/raster.js';
import { sorted } from '../../src/machine/orders/sorted.js';
import { tiled } from '../../src/machine/orders/tiled.js';

type Profile = readonly number[];

const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** Level 1 takes four cycles, any other one. */
const total = (profile: Profile): number => profile.reduce((sum, level) => sum + (level === 1 ? 4 : 1), 0);

const lexicographic = (a: Profile, b: Profile): number => {
  const at = a.findIndex((level, i) => level !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};

function tileOf(windows: readonly Profile[]): OrderedTile {
  return {
    windows: Int32Array.from(windows, (_, i) => 5 + i),
    windowsPerImage: 1000,
    outputWidth: 40,
    side: 4,
    profiles: () => ({
      totalService: (i) => total(windows[i]!),
      compareProfiles: (i, j) => lexicographic(windows[i]!, windows[j]!),
    }),
  };
}

/** Windows of four packets each. */
const windows = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)), { maxLength: 60 });

describe('the sorted order', () => {
  it('is a permutation of the windows', () => {
    fc.assert(
      fc.property(windows, (input) => {
        const order = sorted.arrange(tileOf(input))!;
        expect(order.toSorted()).toEqual(Uint32Array.from(input, (_, i) => i));
      }),
    );
  });

  it('goes by total service, then profile, then raster index', () => {
    fc.assert(
      fc.property(windows, (input) => {
        const order = [...sorted.arrange(tileOf(input))!];
        order.slice(1).forEach((window, at) => {
          const before = order[at]!;
          const [a, b] = [input[before]!, input[window]!];
          const keys = [total(a) - total(b), lexicographic(a, b), before - window];
          expect(keys.find((key) => key !== 0)).toBeLessThan(0);
        });
      }),
    );
  });

  it('puts the windows of one profile next to each other', () => {
    fc.assert(
      fc.property(windows, (input) => {
        const names = [...sorted.arrange(tileOf(input))!].map((window) => input[window]!.join(''));
        const changes = names.filter((name, i) => i === 0 || name !== names[i - 1]).length;
        expect(changes).toBe(new Set(names).size);
      }),
    );
  });

  it('needs the levels of the layer ahead; the raster order needs nothing', () => {
    expect([sorted.gathers, raster.gathers]).toEqual([true, false]);
    const blind = { ...tileOf([]), profiles: () => expect.fail('looks at no profile') };
    expect(raster.arrange(blind)).toBeUndefined();
    expect(tiled.arrange({ ...blind, windows: range(5, 9) })).toHaveLength(4);
  });
});

describe('the tiled order', () => {
  const blocks = (tile: Omit<OrderedTile, 'profiles'>): number[] => [
    ...tiled.arrange({ ...tile, profiles: () => expect.fail('looks at no profile') })!,
  ];

  it('fills a fold with a block: 4 rows take 2 × 2 pixels', () => {
    // Output of 3 rows × 4 columns.
    expect(blocks({ windows: range(0, 12), windowsPerImage: 12, outputWidth: 4, side: 4 })).toEqual([
      0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 10, 11,
    ]);
  });

  it('is as square as the rows allow, and a line where they are prime', () => {
    expect(blocks({ windows: range(0, 12), windowsPerImage: 12, outputWidth: 6, side: 6 })).toEqual([
      0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11,
    ]);
    expect(blocks({ windows: range(0, 6), windowsPerImage: 6, outputWidth: 3, side: 7 })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps to the blocks of the whole map in a rectangle of it', () => {
    // Columns 1 … 3 of an output of 2 rows × 4 columns, 2 × 2 pixels at a time.
    const windows = Int32Array.of(1, 2, 3, 5, 6, 7);
    expect(blocks({ windows, windowsPerImage: 8, outputWidth: 4, side: 4 })).toEqual([0, 3, 1, 2, 4, 5]);
  });

  it('is a permutation of any part of a batch, image by image', () => {
    const tile = fc.record({
      outputWidth: fc.integer({ min: 1, max: 9 }),
      rows: fc.integer({ min: 1, max: 9 }),
      from: fc.nat(50),
      length: fc.integer({ min: 1, max: 99 }),
      side: fc.integer({ min: 1, max: 32 }),
    });
    fc.assert(
      fc.property(tile, ({ outputWidth, rows, from, length, side }) => {
        const windowsPerImage = outputWidth * rows;
        const order = blocks({ windows: range(from, from + length), windowsPerImage, outputWidth, side });
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
        const images = order.map((i) => Math.floor((from + i) / windowsPerImage));
        expect(images).toEqual(images.toSorted((a, b) => a - b));
      }),
    );
  });
});
