/** Short ways to write the layers that built-in networks are made of. */
import type { LayerSpec } from './layer-spec.js';

type Options = Omit<Partial<LayerSpec>, 'name' | 'kind' | 'filters' | 'kernel'>;
type Kernel = number | readonly [number, number];

/** Padding that keeps a map's size at stride 1, for odd kernels. */
function samePadding(kernel: Kernel): number | readonly [number, number] {
  return typeof kernel === 'number' ? (kernel - 1) / 2 : [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2];
}

/** A convolution with a bias, `same` padding unless told otherwise. */
export function conv(name: string, filters: number, kernel: Kernel, options: Options = {}): LayerSpec {
  return { name, kind: 'conv2d', filters, kernel, padding: samePadding(kernel), ...options };
}

/** A convolution without bias but with batch norm, `same` padding unless told otherwise. */
export function convNorm(name: string, filters: number, kernel: Kernel, options: Options = {}): LayerSpec {
  return conv(name, filters, kernel, { bias: false, batchNorm: true, ...options });
}

/** A 3×3 depthwise convolution with batch norm. */
export function depthwiseNorm(name: string, stride: number): LayerSpec {
  return { name, kind: 'depthwise', kernel: 3, stride, padding: 1, bias: false, batchNorm: true };
}

export function linear(name: string, filters: number): LayerSpec {
  return { name, kind: 'linear', filters };
}

export function pool(name: string, kernel: number, stride: number, options: Options = {}): LayerSpec {
  return { name, kind: 'pool', kernel, stride, ...options };
}

export function globalPool(name: string): LayerSpec {
  return { name, kind: 'pool', global: true };
}
