import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import type { SramCounts } from '../../src/engine/counts.js';
import { countArrayLayer, placeLayer, type MappedLayer } from '../../src/engine/layer.js';
import { expandLevels } from '../../src/engine/levels.js';
import type { ElementBits } from '../../src/engine/traffic.js';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { machineOf } from '../oracle/machines.js';
import { walkOperands, type WalkedOperands } from '../oracle/operand-walk.js';
import { randomArray, randomReferenceLayer } from '../oracle/random-layers.js';

interface Buffers {
  readonly ifmap: number;
  readonly weight: number;
  readonly ofmap: number;
}

type Loose = Omit<WalkedOperands, 'windowTiles' | 'filterTiles'>;

function machine(walked: Loose, array: ReferenceArray, capacity: Buffers): Accelerator {
  const buffer = (bits: number, width: number) => {
    return { capacity: quantity<'bit'>(bits), width: quantity<'bit'>(width), banks: 1 };
  };
  const buffers = {
    ifmap: buffer(capacity.ifmap, walked.wordBits),
    weight: buffer(capacity.weight, 40),
    ofmap: buffer(capacity.ofmap, 56),
  };
  return machineOf(array, { storage: walked.storage, buffers });
}

/** Puts a layer on a machine whose buffers are doubled one by one until the layer fits, so that they stay tight. */
function place(walked: Loose, array: ReferenceArray, capacity: Buffers): MappedLayer {
  const placed = placeLayer(walked.layer, machine(walked, array, capacity), walked.levels, walked.batch);
  if (placed.fits) return placed.value;
  const short = (['ifmap', 'weight', 'ofmap'] as const).find((name) => placed.unfit.reason.includes(`buffers.${name}`));
  if (short === undefined) throw new Error(placed.unfit.reason);
  return place(walked, array, { ...capacity, [short]: 2 * capacity[short] });
}

const fewBits = fc.integer({ min: 3, max: 13 }).map((log) => 2 ** log);

/** A layer with a map for each image, or one that runs at its only level, and a machine that cuts it into tiles. */
const randomCase = fc
  .record({
    input: randomReferenceLayer,
    isMapped: fc.constantFrom(true, true, true, false),
    batch: fc.integer({ min: 1, max: 2 }),
    storage: fc.constantFrom('planes' as const, 'dense' as const),
    wordBits: fc.constantFrom(8, 24, 64),
    array: randomArray,
    capacity: fc.record({ ifmap: fewBits, weight: fewBits, ofmap: fewBits }),
    isOutputShared: fc.boolean(),
  })
  .map(({ input: { layer, levels, map }, isMapped, batch, storage, wordBits, array, capacity, isOutputShared }) => {
    const images = Array.from({ length: batch }, (_, image) => image);
    const maps = images.map((image) => {
      const turned = map.levels.map((_, i, all) => all[(i + 5 * image) % all.length]!);
      return { ...map, levels: turned };
    });
    const outputBits = (image: number, filter: number, pixel: number): number =>
      1 + ((3 * image + pixel + (isOutputShared ? 0 : 5 * filter)) % 8);
    const loose: Loose = {
      layer,
      levels: isMapped ? levels : levels.slice(0, 1),
      batch,
      maps: isMapped ? maps : undefined,
      storage,
      order: array.order,
      rows: array.rows,
      cols: array.cols,
      wordBits,
      outputBits,
    };
    const mapped = place(loose, array, capacity);
    const area = layer.output.height * layer.output.width;
    const output = images.map((image): ElementBits => {
      const channels = isOutputShared ? 1 : layer.filters;
      const at = (i: number) => outputBits(image, Math.floor(i / area), i % area);
      return { uniform: false, channels, bits: Uint8Array.from({ length: channels * area }, (_, i) => at(i)) };
    });
    const counts = countArrayLayer(mapped, {
      fields: loose.maps?.map((each) => expandLevels(each, layer.input)),
      output,
      maskWriteBits: 13,
      silhouetteReadBits: 29,
    });
    const { windowTiles, filterTiles } = mapped.mapping;
    return { walked: { ...loose, windowTiles, filterTiles } satisfies WalkedOperands, counts };
  });

describe('operands on chip', () => {
  it('are read, written, gathered and hopped as walking windows, taps, channels and filters finds', () => {
    fc.assert(
      fc.property(randomCase, ({ walked, counts: { sramBits, hopBits, macsByBits } }) => {
        expect({ sramBits, hopBits, macsByBits }).toEqual(walkOperands(walked));
      }),
      { numRuns: 400 },
    );
  });

  it('meet every kind of traffic, in several tiles and folds', () => {
    const cases = fc.sample(randomCase, { numRuns: 300, seed: 1 });
    const share = (meets: (walked: WalkedOperands) => boolean): number =>
      cases.filter(({ walked }) => meets(walked)).length / cases.length;
    expect(share(({ windowTiles, filterTiles }) => windowTiles.length > 1 && filterTiles.length > 1)).toBeGreaterThan(
      0.2,
    );
    expect(share(({ filterTiles, cols }) => filterTiles.some(({ from, to }) => to - from > cols))).toBeGreaterThan(0.1);
    expect(share(({ windowTiles, rows }) => windowTiles.some(({ from, to }) => to - from > rows))).toBeGreaterThan(0.1);
    // No partial sum waits in an output-stationary array.
    for (const name of Object.keys(cases[0]!.counts.sramBits).filter(
      (one) => !one.startsWith('sum'),
    ) as (keyof SramCounts)[])
      expect(cases.filter(({ counts }) => counts.sramBits[name] > 0).length, name).toBeGreaterThan(30);
  });
});
