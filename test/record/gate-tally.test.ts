import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../src/network/spec.js';
import { isArrayLayer, macs, type ArrayLayer } from '../../src/network/layer.js';
import { maskOf } from '../../src/trace/threshold.js';
import { addRegions, gateTally, mergeGateTallies, solveGate, type GateTally } from '../../src/record/gate-tally.js';
import { magnitudesOf } from '../../src/record/magnitudes.js';
import { regionSums, type SummedRegions } from '../../src/record/region-sums.js';
import { regionPixels } from '../../src/trace/region-means.js';
import { mapOf, randomRegion } from './maps.js';

/** Layers whose activations take part in 18, 2.25 and 3 MACs. */
const layers = buildNetwork({
  name: 'three',
  description: '',
  input: [2, 6, 8],
  layers: [
    { name: 'same', kind: 'conv2d', filters: 2, kernel: [3, 3], padding: 1 },
    { name: 'strided', kind: 'depthwise', kernel: [3, 3], stride: 2, padding: 1, from: ['input'] },
    { name: 'point', kind: 'conv2d', filters: 3, kernel: [1, 1], from: ['input'] },
  ],
}).layers.filter(isArrayLayer);

interface Case {
  readonly layer: ArrayLayer;
  readonly sums: SummedRegions;
}

const randomCases: fc.Arbitrary<Case[]> = randomRegion.chain((region) =>
  fc.array(
    fc
      .tuple(
        fc.constantFrom(...layers),
        fc.array(fc.constantFrom(0, 0, 1, 2, 3, 7, 20, 100), { minLength: 96, maxLength: 96 }),
      )
      .map(([layer, values]) => ({ layer, sums: regionSums(magnitudesOf(mapOf([2, 6, 8], values)), region) })),
    { minLength: 1, maxLength: 6 },
  ),
);

function tallyOf(cases: readonly Case[]): GateTally {
  const tally = gateTally();
  for (const { layer, sums } of cases) addRegions(tally, layer, sums);
  return tally;
}

/** Share of MACs that meet insensitive activations, pixel by pixel of the masks. */
function lowShare(cases: readonly Case[], gate: number): number {
  let [low, all] = [0, 0];
  for (const { layer, sums } of cases) {
    const { levels } = maskOf(sums, { kind: 'gate', gate });
    const each = macs(layer) / 96;
    levels.forEach((level, cell) => {
      const inChannel = cell % (sums.gridHeight * sums.gridWidth);
      const pixels = regionPixels(sums, Math.floor(inChannel / sums.gridWidth), inChannel % sums.gridWidth);
      all += each * pixels;
      if (level === 0) low += each * pixels;
    });
  }
  return low / all;
}

describe('a solved gate', () => {
  it('gives the share that its masks give, at least the one asked for, and no smaller gate does', () => {
    fc.assert(
      fc.property(randomCases, fc.integer({ min: 0, max: 100 }), (cases, percent) => {
        const { gate, lowShare: said } = solveGate(tallyOf(cases), percent);
        expect(said).toBeCloseTo(lowShare(cases, gate), 12);
        expect(said).toBeGreaterThanOrEqual(percent / 100 - 1e-12);
        if (gate > 0) expect(lowShare(cases, gate - 2 ** -16)).toBeLessThan(percent / 100 + 1e-12);
      }),
    );
  });

  it('does not depend on the order of images, nor on how they were divided', () => {
    fc.assert(
      fc.property(randomCases, fc.nat(6), (cases, cut) => {
        const merged = tallyOf(cases.slice(cut));
        mergeGateTallies(merged, tallyOf(cases.slice(0, cut)));
        expect(solveGate(merged, 60)).toEqual(solveGate(tallyOf(cases), 60));
        expect(solveGate(tallyOf(cases.toReversed()), 60)).toEqual(solveGate(tallyOf(cases), 60));
      }),
    );
  });

  it('exceeds 1 where nothing may be sensitive, and is 0 where everything may', () => {
    const cases = [
      {
        layer: layers[0]!,
        sums: regionSums(
          magnitudesOf(
            mapOf(
              [2, 6, 8],
              Array.from({ length: 96 }, (_, i) => i),
            ),
          ),
          { rows: 1, cols: 1 },
        ),
      },
    ];
    expect(solveGate(tallyOf(cases), 100)).toEqual({ gate: 1 + 2 ** -16, lowShare: 1 });
    expect(solveGate(tallyOf(cases), 0)).toEqual({ gate: 0, lowShare: 1 / 96 });
    expect(solveGate(gateTally(), 50)).toEqual({ gate: 0, lowShare: 0 });
  });

  it('compares exactly where products exceed what doubles hold', () => {
    const sums: SummedRegions = {
      channels: 1,
      gridHeight: 1,
      gridWidth: 2,
      regionHeight: 4096,
      regionWidth: 4096,
      height: 4096,
      width: 8192,
      sums: Uint32Array.of(4_278_190_080, 4_278_190_079),
    };
    const layer = { ...layers[2]!, input: { channels: 1, height: 4096, width: 8192 } };
    const tally = gateTally();
    addRegions(tally, layer, sums);
    const bins = [...tally.pixels.values()][0]!;
    expect([bins[65_537], bins[65_536]]).toEqual([2 ** 24, 2 ** 24]);
    expect([...maskOf(sums, { kind: 'gate', gate: 1 }).levels]).toEqual([1, 0]);
  });
});
