import { extentOf, type ActivationMap, type Extent } from './activation-map.js';

/** Integers that stand for real numbers: value × `step`. */
export interface QuantisedActivations {
  readonly values: Int32Array;
  /** Whether one of the bits is the sign. */
  readonly signed: boolean;
  readonly step: number;
}

/**
 * An activation in `bits` bits (2…16), symmetric around 0, one step per tensor and image: maps without negative values use 0…2^bits − 1, others
 * −(2^(bits−1) − 1)…2^(bits−1) − 1, rounded half away from zero. The magnitudes are those that DRQ's masks are made of (`magnitudes.ts`, 8 bits).
 * With a `range` that was calibrated before, that one is the scale; what exceeds it is clipped, and so is what is negative in an unsigned range.
 * @throws SilhouetteError where a value is not finite
 */
export function quantiseActivations(map: ActivationMap, bits: number, range?: Extent): QuantisedActivations {
  const { top, signed } = range ?? extentOf(map);
  const levels = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const values = new Int32Array(map.values.length);
  quantise(map.values, 0, values.length, { top, least: signed ? -levels : 0, most: levels }, values);
  return { values, signed, step: top === 0 ? 1 : top / levels };
}

/** Weights in integers: those of filter f stand for value × `steps[f]`. */
export interface QuantisedWeights {
  readonly values: Int32Array;
  readonly steps: Float64Array;
}

/**
 * Weights, [filters, …], in `bits` bits (2…16), symmetric: ±(2^(bits−1) − 1), one step per filter, which is its largest |w| (per channel, as
 * integer convolutions usually have it: a filter's step is a factor of its outputs and costs no arithmetic).
 */
export function quantiseWeights(weights: Float32Array | Float64Array, filters: number, bits: number): QuantisedWeights {
  const each = weights.length / filters;
  const most = 2 ** (bits - 1) - 1;
  const values = new Int32Array(weights.length);
  const steps = new Float64Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    let top = 0;
    for (let i = filter * each; i < (filter + 1) * each; i++) top = Math.max(top, Math.abs(weights[i]!));
    quantise(weights, filter * each, (filter + 1) * each, { top, least: -most, most }, values);
    steps[filter] = top === 0 ? 1 : top / most;
  }
  return { values, steps };
}

interface Scale {
  /** What becomes `most`. */
  readonly top: number;
  readonly least: number;
  readonly most: number;
}

function quantise(
  from: Float32Array | Float64Array,
  start: number,
  end: number,
  { top, least, most }: Scale,
  into: Int32Array,
): void {
  if (top === 0) return;
  for (let i = start; i < end; i++) {
    const x = (Math.abs(from[i]!) / top) * most;
    // Math.round, without its branches, of what is at most 2¹⁶ after clipping.
    const clipped = x > most ? most : x;
    const whole = clipped | 0;
    const value = whole + ((2 * (clipped - whole)) | 0);
    into[i] = from[i]! < 0 ? Math.max(least, -value) : value;
  }
}
