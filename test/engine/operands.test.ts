import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SramCounts } from '../../src/engine/counts.js';
import { memoryCases, type MemoryCase } from '../oracle/memory-case.js';
import { walkOperands } from '../oracle/operand-walk.js';
import { lanesOf } from '../oracle/operand-walk/work.js';
import { disciplineKinds, randomCase, type Dataflow } from '../oracle/random-layers.js';

const dataflows = ['os', 'ws', 'is', 'reduce'] as const;

/** Layers on arrays of one dataflow with any of its disciplines and any units. */
const casesOf = (dataflow: Dataflow): fc.Arbitrary<MemoryCase> =>
  memoryCases(fc.constantFrom(...disciplineKinds[dataflow]).chain((kind) => randomCase(dataflow, kind)));

describe('operands on chip', () => {
  it.each(dataflows)(
    'are read, written, gathered and hopped in %s as walking windows, packets, channels and filters finds',
    (dataflow) => {
      fc.assert(
        fc.property(casesOf(dataflow), ({ walked, counts: { sramBits, hopBits, macsByBits, operations } }) => {
          expect({ sramBits, hopBits, macsByBits, requantize: operations.requantize }).toEqual(walkOperands(walked));
        }),
        { numRuns: 400 },
      );
    },
  );

  it.each(dataflows)('meet every kind of traffic in %s, in several tiles and folds', (dataflow) => {
    const cases = fc.sample(casesOf(dataflow), { numRuns: 300, seed: 1 });
    const expectOften = (what: string, least: number, meets: (one: MemoryCase) => boolean): void => {
      expect(cases.filter(meets).length / cases.length, what).toBeGreaterThan(least);
    };
    expectOften('tiles', 0.1, ({ mapped: { mapping } }) => {
      return mapping.tiling.windows.length > 1 && mapping.tiling.filters.length > 1;
    });
    expectOften('channel tiles', 0.1, ({ mapped: { mapping } }) => mapping.tiling.channels.length > 1);
    const longer = (side: (one: MemoryCase) => number) => (one: MemoryCase) =>
      one.mapped.mapping.tiling.windows.some(({ windows }) => windows > side(one));
    // Windows lie along the rows of os and the columns of is, filters along the columns of all but is.
    if (dataflow !== 'is')
      expectOften('filter folds', 0.05, ({ mapped: { mapping } }) => {
        return mapping.tiling.filters.some(({ foldWidths }) => foldWidths.length > 1);
      });
    if (dataflow === 'os')
      expectOften(
        'window folds',
        0.1,
        longer(({ array }) => array.rows),
      );
    if (dataflow === 'is')
      expectOften(
        'window folds',
        0.1,
        longer(({ array }) => array.cols),
      );
    expectOften('a shorter last block', 0.2, ({ walked: { layer, unit } }) => {
      const channels = layer.input.channels / layer.groups;
      return lanesOf(unit) > 1 && channels % lanesOf(unit) !== 0;
    });
    if (dataflow === 'reduce') expectOften('whole windows', 0.1, ({ walked }) => walked.wholeWindows);
    for (const name of Object.keys(cases[0]!.counts.sramBits) as (keyof SramCounts)[])
      expect(cases.filter(({ counts }) => counts.sramBits[name] > 0).length, name).toBeGreaterThan(20);
  });
});
