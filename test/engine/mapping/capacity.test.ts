import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptBits, tileDemand } from '../../../src/engine/mapping/capacity.js';
import { levelLaws } from '../../../src/engine/layer.js';
import { storedWidths } from '../../../src/engine/storage/stored.js';
import { machineOf } from '../../oracle/machines.js';
import { walkHalfDemand, walkKeptDemand } from '../../oracle/memory-bounds.js';
import { randomChoice } from '../../oracle/memory-walk/random-choice.js';
import { lanesOf } from '../../oracle/operand-walk/work.js';
import { settingOf } from '../../oracle/placed.js';
import { randomAnyCase } from '../../oracle/random-layers.js';

const widthsOf = fc.uniqueArray(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 4 });

describe('what a tile needs on chip', () => {
  it('equals what walking its lines, words, weights and outputs finds', () => {
    const cases = randomAnyCase.chain((random) =>
      fc
        .record({
          random: fc.constant(random),
          batch: fc.integer({ min: 1, max: 3 }),
          mask: fc.constantFrom('none' as const, 'shared' as const, 'per-channel' as const),
          storage: fc.constantFrom('planes' as const, 'dense' as const),
          outputBits: fc.integer({ min: 1, max: 16 }),
        })
        .chain((around) =>
          randomChoice(random.input.layer, around.batch, lanesOf(random.array.unit)).map((choice) => ({
            ...around,
            choice,
          })),
        ),
    );
    fc.assert(
      fc.property(cases, ({ random: { input, array }, batch, mask, storage, outputBits, choice }) => {
        const machine = machineOf(array, { storage });
        const levels = mask === 'none' ? input.levels.slice(0, 1) : input.levels;
        const laws = levelLaws(machine.array.unit, levels);
        if (!laws.fits) throw new Error(laws.unfit.reason);
        const setting = settingOf(input.layer, machine, levels, { batch, mask, outputWidths: [outputBits] });
        expect(tileDemand({ ...setting, laws: laws.value }, choice.tiles)).toEqual(
          walkHalfDemand({
            layer: input.layer,
            levels,
            batch,
            mask: mask === 'per-channel' ? 'per channel' : mask,
            storage,
            outputBits,
            dataflow: array.dataflow,
            unit: array.unit,
            steps: array.steps,
            order: array.order,
            arrayRows: array.rows,
            wordBits: machine.buffers.ifmap.width,
            choice,
          }),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('of a kept tensor is its lines in whole words', () => {
    const shape = fc.record({
      channels: fc.integer({ min: 1, max: 6 }),
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(
        shape,
        widthsOf,
        fc.constantFrom(8, 24, 64),
        fc.integer({ min: 1, max: 3 }),
        (one, widths, word, batch) => {
          for (const storage of ['planes', 'dense'] as const)
            expect(keptBits(one, storedWidths(widths, storage), word, batch)).toBe(
              walkKeptDemand(
                one,
                batch,
                [...widths].sort((a, b) => a - b),
                storage,
                word,
              ),
            );
        },
      ),
    );
  });
});
