import { PANEL_WINDOWS, type ConvolutionInput } from './operands.js';

/**
 * The operands of {@link PANEL_WINDOWS} windows that are not zero, side by side: what a filter multiplies in one run. Zeros, of which there are many behind
 * ReLU and in few bits, are left out, and so is what meets another set of weights.
 */
export class Panel {
  length = 0;
  /** Where the weight of each entry stands: set · steps + step. */
  readonly places: Int32Array;
  /** [entry][window] */
  readonly values: Float64Array;

  constructor(
    readonly steps: number,
    private readonly sets: number,
  ) {
    this.places = new Int32Array(steps * sets);
    this.values = new Float64Array(steps * sets * PANEL_WINDOWS);
  }

  /** Collects the windows that start at four places, in a group of channels that starts at `group`; the input is padded. */
  fill(input: ConvolutionInput, steps: Int32Array, group: number, starts: Int32Array): void {
    const { activations, sets } = input;
    const { values, places } = this;
    const [w0, w1, w2, w3] = [starts[0]! + group, starts[1]! + group, starts[2]! + group, starts[3]! + group];
    let length = 0;
    for (let k = 0; k < steps.length; k++) {
      const step = steps[k]!;
      const a0 = activations[w0 + step]!;
      const a1 = activations[w1 + step]!;
      const a2 = activations[w2 + step]!;
      const a3 = activations[w3 + step]!;
      if (a0 === 0 && a1 === 0 && a2 === 0 && a3 === 0) continue;
      let set = 0;
      if (sets !== undefined) {
        set = sets[w0 + step]!;
        if (set !== sets[w1 + step] || set !== sets[w2 + step] || set !== sets[w3 + step]) {
          length = this.#split(
            k,
            [a0, a1, a2, a3],
            [w0, w1, w2, w3].map((w) => sets[w + step]!),
            length,
          );
          continue;
        }
      }
      places[length] = set * steps.length + k;
      const at = length++ * PANEL_WINDOWS;
      values[at] = a0;
      values[at + 1] = a1;
      values[at + 2] = a2;
      values[at + 3] = a3;
    }
    this.length = length;
  }

  /** One entry for each set that the windows meet at a step. */
  #split(k: number, four: readonly number[], sets: readonly number[], from: number): number {
    let length = from;
    for (let set = 0; set < this.sets; set++) {
      const at = length * PANEL_WINDOWS;
      let any = false;
      for (let w = 0; w < PANEL_WINDOWS; w++) {
        const value = sets[w] === set ? four[w]! : 0;
        any ||= value !== 0;
        this.values[at + w] = value;
      }
      if (any) this.places[length++] = set * this.steps + k;
    }
    return length;
  }
}

/**
 * Adds up entries from … to − 1 of a panel against two columns of weights, [place][2], into `sums`, [2][window]. Eight sums are what stays in
 * registers.
 */
export function multiply(panel: Panel, columns: Float64Array, from: number, to: number, sums: Float64Array): void {
  const { places, values } = panel;
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let entry = from; entry < to; entry++) {
    const place = 2 * places[entry]!;
    const at = PANEL_WINDOWS * entry;
    const [x0, x1, x2, x3] = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!];
    const a = columns[place]!;
    a0 += a * x0;
    a1 += a * x1;
    a2 += a * x2;
    a3 += a * x3;
    const b = columns[place + 1]!;
    b0 += b * x0;
    b1 += b * x1;
    b2 += b * x2;
    b3 += b * x3;
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = a2;
  sums[3] = a3;
  sums[4] = b0;
  sums[5] = b1;
  sums[6] = b2;
  sums[7] = b3;
}
