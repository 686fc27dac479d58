/** Bit-widths of one level: activations × weights. */
export interface Precision {
  readonly activationBits: number;
  readonly weightBits: number;
}

/** The widest operands that any simulated scheme may ask for. */
export const MAX_BITS = 16;

/** `8x4` for 8-bit activations × 4-bit weights: the keys of `macsByBits`. */
export function precisionName(precision: Precision): string {
  return `${String(precision.activationBits)}x${String(precision.weightBits)}`;
}
