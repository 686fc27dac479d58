/** One spatial dimension of a sliding window. All integers; `size`, `kernel`, `stride` and `dilation` ≥ 1, padding ≥ 0. */
export interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before and after. */
  readonly padding: readonly [number, number];
}

/** Pixels that the dilated kernel covers. */
export function kernelSpan(axis: WindowAxis): number {
  return axis.dilation * (axis.kernel - 1) + 1;
}

/** Input pixels with the padding on both sides. */
export function paddedSize(axis: WindowAxis): number {
  return axis.size + axis.padding[0] + axis.padding[1];
}

/**
 * Output positions of a window, ≥ 1 where the kernel fits into the padded input (the caller's to check). With `ceil`
 * a last partial window counts, unless it would start in the padding behind the map. Source: PyTorch's Conv2d and
 * MaxPool2d documentation.
 */
export function outputSize(axis: WindowAxis, ceil = false): number {
  const room = paddedSize(axis) - kernelSpan(axis);
  const whole = Math.floor(room / axis.stride) + 1;
  if (!ceil || room % axis.stride === 0) return whole;
  return whole * axis.stride < axis.size + axis.padding[0] ? whole + 1 : whole;
}
