import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countArrayLayer, placeLayer } from '../../src/engine/layer.js';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution } from '../../src/engine/reference/convolution.js';
import { directConvolution } from '../oracle/direct-convolution.js';
import { machineOf } from '../oracle/machines.js';
import { randomArray, randomReferenceLayer } from '../oracle/random-layers.js';

const runs = Number(process.env.SILHOUETTE_CASES ?? 1000);

describe('the reference engine', () => {
  it('computes the convolution, bit for bit, whatever the array', () => {
    fc.assert(
      fc.property(randomReferenceLayer, randomArray, (input, array) => {
        expect(stepConvolution(input, array).outputs).toEqual(directConvolution(input));
      }),
      { numRuns: runs },
    );
  });
});

describe('the fast engine', () => {
  it('equals the reference engine in cycles, their parts, and the state of every PE-cycle', () => {
    fc.assert(
      fc.property(randomReferenceLayer, randomArray, (input, array) => {
        const stepped = stepConvolution(input, array);
        const placed = placeLayer(input.layer, machineOf(array), input.levels, 1);
        if (!placed.fits) throw new Error(placed.unfit.reason);
        const counts = countArrayLayer(placed.value, {
          fields: [expandLevels(input.map, input.layer.input)],
          output: [{ uniform: true, bits: 8 }],
          maskWriteBits: 0,
          silhouetteReadBits: 0,
        });
        expect(counts.cycles).toEqual({ ...stepped.cycles, memory: 0 });
        expect(counts.peCycles).toEqual({ ...stepped.peCycles, memory: 0 });
      }),
      { numRuns: 2 * runs },
    );
  });
});
