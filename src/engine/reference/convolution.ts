import { checkBits } from '../../core/low-bits.js';
import { Accounts, type ReferenceResult } from './accounts.js';
import { checkArray, type ReferenceArray, type ReferenceLayer } from './array.js';
import { stepOutputStationary } from './os.js';
import { stepReduction } from './reduce.js';
import type { CycleSnapshot } from './snapshot.js';
import { stepInputStationary, stepWeightStationary } from './sums.js';
import { MacUnit } from './units.js';
import { collectGroup } from './windows.js';

export type { ReferenceResult } from './accounts.js';
export type { ReferenceArray, ReferenceLayer } from './array.js';
export type { CycleSnapshot, PeSnapshot, PeState } from './snapshot.js';

const dataflows = {
  os: stepOutputStationary,
  ws: stepWeightStationary,
  is: stepInputStationary,
  reduce: stepReduction,
} as const;

/**
 * Computes a layer on the array, cycle by cycle, with real operands, without memory: the definition of its cycles.
 * `discipline`, `unit`, `order` and the rest are read from their specs; none of the fast engine's timing is used.
 * `observe` sees every cycle; a `layerOffset` of −1 takes each PE's first filling cycle, or its last draining one.
 */
export function stepConvolution(
  input: ReferenceLayer,
  array: ReferenceArray,
  observe?: (snapshot: CycleSnapshot) => void,
): ReferenceResult {
  checkArray(array);
  const { layer, fullBits } = input;
  checkBits(input.activations, fullBits.activationBits, input.signedActivations, `activations of ${layer.name}`);
  checkBits(input.weights, fullBits.weightBits, true, `weights of ${layer.name}`);
  const unit = new MacUnit(array.unit, fullBits);
  const accounts = new Accounts(array, observe);
  const area = layer.output.height * layer.output.width;
  const outputs = new Float64Array(layer.filters * area);
  for (let group = 0; group < layer.groups; group++)
    dataflows[array.dataflow](
      collectGroup(input, array, unit, group),
      unit,
      array,
      accounts,
      // Partial sums of several folds meet in the ofmap buffer.
      (filter, window, sum) => {
        outputs[filter * area + window]! += sum;
      },
    );
  return { outputs, cycles: accounts.cycles, peCycles: accounts.peCycles };
}
