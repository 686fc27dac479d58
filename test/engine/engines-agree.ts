import fc from 'fast-check';
import { expect } from 'vitest';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution } from '../../src/engine/reference/convolution.js';
import { machineOf } from '../oracle/machines.js';
import { countAlone, placeAlone } from '../oracle/placed.js';
import { randomCase, type Dataflow, type DisciplineKind } from '../oracle/random-layers.js';

/** Random cases of each dataflow and discipline; `SILHOUETTE_CASES=100000 npm run test:engines` runs more. */
const runs = Number(process.env.SILHOUETTE_CASES ?? 2000);

/** The reference engine has no tiles: the layer is one. */
const whole = { order: ['windows', 'filters', 'channels'] as const, tiles: {} };

/** Holds the fast engine equal to the reference engine: cycles, their parts, and the state of every PE-cycle. */
export function enginesAgree(dataflow: Dataflow, kind: DisciplineKind): void {
  fc.assert(
    fc.property(randomCase(dataflow, kind), ({ input, array }) => {
      const stepped = stepConvolution(input, array);
      const mask = input.map.channels === 1 ? 'shared' : 'per-channel';
      const placed = placeAlone(input.layer, machineOf(array), input.levels, { first: true, mask, pinned: whole });
      if (!placed.fits) throw new Error(placed.unfit.reason);
      const counts = countAlone(placed.value, [expandLevels(input.map, input.layer.input)]);
      expect(counts.cycles).toEqual({ ...stepped.cycles, memory: 0 });
      expect(counts.peCycles).toEqual({ ...stepped.peCycles, memory: 0 });
    }),
    { numRuns: runs },
  );
}
