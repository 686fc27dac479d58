import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WindowProfiles } from '../../src/machine/orders/order.js';
import { raster } from '../../src/machine/orders/raster.js';
import { sorted } from '../../src/machine/orders/sorted.js';

type Profile = readonly number[];

/** Level 1 takes four cycles, any other one. */
const total = (profile: Profile): number => profile.reduce((sum, level) => sum + (level === 1 ? 4 : 1), 0);

const lexicographic = (a: Profile, b: Profile): number => {
  const at = a.findIndex((level, i) => level !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};

function profiles(windows: readonly Profile[]): () => WindowProfiles {
  return () => ({
    count: windows.length,
    totalService: (i) => total(windows[i]!),
    compareProfiles: (i, j) => lexicographic(windows[i]!, windows[j]!),
  });
}

/** Windows of four packets each. */
const windows = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)), { maxLength: 60 });

describe('the sorted order', () => {
  it('is a permutation of the windows', () => {
    fc.assert(
      fc.property(windows, (input) => {
        const order = sorted.arrange(profiles(input))!;
        expect(order.toSorted()).toEqual(Uint32Array.from(input, (_, i) => i));
      }),
    );
  });

  it('goes by total service, then profile, then raster index', () => {
    fc.assert(
      fc.property(windows, (input) => {
        const order = [...sorted.arrange(profiles(input))!];
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
        const names = [...sorted.arrange(profiles(input))!].map((window) => input[window]!.join(''));
        const changes = names.filter((name, i) => i === 0 || name !== names[i - 1]).length;
        expect(changes).toBe(new Set(names).size);
      }),
    );
  });

  it('needs the levels of the layer ahead; the raster order needs nothing', () => {
    expect([sorted.gathers, raster.gathers]).toEqual([true, false]);
    expect(
      raster.arrange(() => {
        throw new Error('the raster order looks at no profile');
      }),
    ).toBeUndefined();
  });
});
