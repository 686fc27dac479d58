import type { ConvolutionInput, ConvolutionWeights, Geometry } from './operands.js';

/** Convolves one group of a padded input into its filters' outputs. */
export type GroupRun = (input: ConvolutionInput, outputs: Float64Array) => void;

/** Tap by tap over whole maps: for depthwise layers. */
export function byTaps({ layer, weights }: ConvolutionWeights, geometry: Geometry, group: number): GroupRun {
  const { plane, steps, starts, windows } = geometry;
  const filters = layer.filters / layer.groups;
  const first = (group * layer.input.channels * plane) / layer.groups;
  return ({ activations, sets }, outputs) => {
    for (let filter = group * filters; filter < (group + 1) * filters; filter++) {
      const sums = outputs.subarray(filter * windows, (filter + 1) * windows);
      for (let k = 0; k < steps.length; k++) {
        const step = first + steps[k]!;
        const choice = Float64Array.from(weights, (set) => set[filter * steps.length + k]!);
        if (sets === undefined) addTap(sums, activations, starts, step, choice[0]!);
        else addChosenTap(sums, activations, starts, step, choice, sets);
      }
    }
  };
}

function addTap(sums: Float64Array, activations: Float64Array, starts: Int32Array, step: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += weight * activations[starts[i]! + step]!;
}

function addChosenTap(
  sums: Float64Array,
  activations: Float64Array,
  starts: Int32Array,
  step: number,
  weights: Float64Array,
  sets: Uint8Array,
): void {
  for (let i = 0; i < sums.length; i++) {
    const at = starts[i]! + step;
    sums[i]! += weights[sets[at]!]! * activations[at]!;
  }
}
