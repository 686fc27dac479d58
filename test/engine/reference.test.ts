import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countArrayLayer, placeLayer } from '../../src/engine/layer.js';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution } from '../../src/engine/reference/convolution.js';
import { machineOf } from '../oracle/machines.js';
import { combinations, randomCase } from '../oracle/random-layers.js';

/** `npm run test:engines -- 100000` runs as many cases of each as one asks for. */
const runs = Number(process.env.SILHOUETTE_CASES ?? 2000);

describe('the fast engine equals the reference engine in cycles, their parts, and the state of every PE-cycle', () => {
  it.each(combinations)(
    'with dataflow %s, %s',
    (dataflow, kind) => {
      fc.assert(
        fc.property(randomCase(dataflow, kind), ({ input, array }) => {
          const stepped = stepConvolution(input, array);
          const placed = placeLayer(input.layer, machineOf(array), input.levels, 1, true);
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
        { numRuns: runs },
      );
    },
    1_000_000,
  );
});
