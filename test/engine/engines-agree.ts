import fc from 'fast-check';
import { expect } from 'vitest';
import { countArrayLayer, placeLayer } from '../../src/engine/layer.js';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution } from '../../src/engine/reference/convolution.js';
import { machineOf } from '../oracle/machines.js';
import { randomCase, type Dataflow, type DisciplineKind } from '../oracle/random-layers.js';

/** Random cases of each dataflow and discipline; `SILHOUETTE_CASES=100000 npm run test:engines` runs more. */
const runs = Number(process.env.SILHOUETTE_CASES ?? 2000);

/** Holds the fast engine equal to the reference engine: cycles, their parts, and the state of every PE-cycle. */
export function enginesAgree(dataflow: Dataflow, kind: DisciplineKind): void {
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
}
