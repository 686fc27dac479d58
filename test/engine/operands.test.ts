import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import type { LayerCounts, SramCounts } from '../../src/engine/counts.js';
import { countArrayLayer, placeLayer, type MappedLayer } from '../../src/engine/layer.js';
import { expandLevels } from '../../src/engine/levels.js';
import type { ElementBits } from '../../src/engine/traffic.js';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { machineOf } from '../oracle/machines.js';
import { walkOperands, type WalkedOperands } from '../oracle/operand-walk.js';
import { lanesOf } from '../oracle/operand-walk/work.js';
import { disciplineKinds, randomCase, type Dataflow, type RandomCase } from '../oracle/random-layers.js';

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
function place(walked: Loose, array: ReferenceArray, isFirst: boolean, capacity: Buffers): MappedLayer {
  const { layer, levels, batch } = walked;
  const placed = placeLayer(layer, machine(walked, array, capacity), levels, batch, isFirst);
  if (placed.fits) return placed.value;
  const short = (['ifmap', 'weight', 'ofmap'] as const).find((name) => placed.unfit.reason.includes(`buffers.${name}`));
  if (short === undefined) throw new Error(placed.unfit.reason);
  return place(walked, array, isFirst, { ...capacity, [short]: 2 * capacity[short] });
}

const fewBits = fc.integer({ min: 3, max: 13 }).map((log) => 2 ** log);

const randomSurroundings = fc.record({
  isMapped: fc.constantFrom(true, true, true, false),
  batch: fc.integer({ min: 1, max: 2 }),
  storage: fc.constantFrom('planes' as const, 'dense' as const),
  wordBits: fc.constantFrom(8, 24, 64),
  capacity: fc.record({ ifmap: fewBits, weight: fewBits, ofmap: fewBits }),
  isOutputShared: fc.boolean(),
  isFirst: fc.boolean(),
});

type Surroundings = typeof randomSurroundings extends fc.Arbitrary<infer Drawn> ? Drawn : never;

interface CountedCase {
  readonly walked: WalkedOperands;
  readonly counts: LayerCounts;
}

/** Counts a layer with a map for each image, or one that runs at its only level, on a machine that cuts it into tiles. */
function counted({ input: { layer, levels, map }, array }: RandomCase, surroundings: Surroundings): CountedCase {
  const { isMapped, batch, storage, wordBits, capacity, isOutputShared, isFirst } = surroundings;
  const images = Array.from({ length: batch }, (_, image) => image);
  const maps = images.map((image) => {
    const turned = map.levels.map((_, i, all) => all[(i + 5 * image) % all.length]!);
    return { ...map, levels: turned };
  });
  const outputBits = (image: number, filter: number, pixel: number): number =>
    1 + ((3 * image + pixel + (isOutputShared ? 0 : 5 * filter)) % 8);
  const { dataflow, unit, steps, order, rows, cols } = array;
  const loose: Loose = {
    layer,
    levels: isMapped ? levels : levels.slice(0, 1),
    batch,
    maps: isMapped ? maps : undefined,
    storage,
    dataflow,
    unit,
    steps,
    order,
    wholeWindows: array.im2col === 'first' && isFirst,
    rows,
    cols,
    wordBits,
    outputBits,
  };
  const mapped = place(loose, array, isFirst, capacity);
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
  return { walked: { ...loose, windowTiles, filterTiles }, counts };
}

const dataflows = ['os', 'ws', 'is', 'reduce'] as const;

/** Layers on arrays of one dataflow with any of its disciplines and any units. */
const casesOf = (dataflow: Dataflow): fc.Arbitrary<CountedCase> =>
  fc
    .constantFrom(...disciplineKinds[dataflow])
    .chain((kind) => fc.tuple(randomCase(dataflow, kind), randomSurroundings))
    .map(([drawn, surroundings]) => counted(drawn, surroundings));

describe('operands on chip', () => {
  it.each(dataflows)(
    'are read, written, gathered and hopped in %s as walking windows, packets, channels and filters finds',
    (dataflow) => {
      fc.assert(
        fc.property(casesOf(dataflow), ({ walked, counts: { sramBits, hopBits, macsByBits } }) => {
          expect({ sramBits, hopBits, macsByBits }).toEqual(walkOperands(walked));
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(dataflows)('meet every kind of traffic in %s, in several tiles and folds', (dataflow) => {
    const cases = fc.sample(casesOf(dataflow), { numRuns: 200, seed: 1 });
    const share = (meets: (walked: WalkedOperands) => boolean): number =>
      cases.filter(({ walked }) => meets(walked)).length / cases.length;
    const several = ({ length }: ArrayLike<unknown>): boolean => length > 1;
    const longer = (tiles: WalkedOperands['windowTiles'], side: number): boolean =>
      tiles.some(({ from, to }) => to - from > side);
    const expectOften = (what: string, least: number, meets: (walked: WalkedOperands) => boolean): void => {
      expect(share(meets), what).toBeGreaterThan(least);
    };
    expectOften('tiles', 0.1, ({ windowTiles, filterTiles }) => several(windowTiles) && several(filterTiles));
    // Windows lie along the rows of os and the columns of is, filters along the columns of all but is.
    if (dataflow !== 'is') expectOften('filter folds', 0.05, ({ filterTiles, cols }) => longer(filterTiles, cols));
    if (dataflow === 'os') expectOften('window folds', 0.1, ({ windowTiles, rows }) => longer(windowTiles, rows));
    if (dataflow === 'is') expectOften('window folds', 0.1, ({ windowTiles, cols }) => longer(windowTiles, cols));
    expectOften('a shorter last block', 0.2, ({ layer, unit }) => {
      const channels = layer.input.channels / layer.groups;
      return lanesOf(unit) > 1 && channels % lanesOf(unit) !== 0;
    });
    if (dataflow === 'reduce') expectOften('whole windows', 0.1, ({ wholeWindows }) => wholeWindows);

    const passes = dataflow === 'ws' || dataflow === 'is';
    for (const name of Object.keys(cases[0]!.counts.sramBits) as (keyof SramCounts)[]) {
      const met = cases.filter(({ counts }) => counts.sramBits[name] > 0).length;
      // Partial sums wait only where they pass from packet fold to packet fold.
      if (name.startsWith('sum') && !passes) expect(met, name).toBe(0);
      else expect(met, name).toBeGreaterThan(20);
    }
  });
});
