import type { Mask, Region } from './drq.js';
import type { GraphLayer } from './graph.js';

/** MACs of one image, padding taps counted. */
export function macs({ spec, input, output }: GraphLayer): number {
  if (spec.kernel === undefined) return 0;
  return (
    output[0] * output[1] * output[2] * spec.kernel[0] * spec.kernel[1] * (spec.kind === 'depthwise' ? 1 : input[0])
  );
}

/** How often each pixel of one axis is read; a padding tap reads the nearest real pixel. */
function reads(input: number, output: number, kernel: number, stride: number, before: number): number[] {
  const counts = new Array<number>(input).fill(0);
  for (let o = 0; o < output; o++) {
    for (let k = 0; k < kernel; k++) counts[Math.min(Math.max(o * stride + k - before, 0), input - 1)]!++;
  }
  return counts;
}

/** Reads per grid cell along one axis. */
function binned(counts: readonly number[], region: number): number[] {
  const bins = new Array<number>(Math.ceil(counts.length / region)).fill(0);
  counts.forEach((count, i) => (bins[Math.floor(i / region)]! += count));
  return bins;
}

/** MACs of the layer whose activation lies in an insensitive region. */
export function lowMacs(layer: GraphLayer, region: Region, mask: Mask): number {
  const { kernel, stride = [1, 1], padding = [0, 0], kind } = layer.spec;
  const down = binned(reads(layer.input[1], layer.output[1], kernel![0], stride[0], padding[0]), region[0]);
  const across = binned(reads(layer.input[2], layer.output[2], kernel![1], stride[1], padding[1]), region[1]);
  const filters = kind === 'depthwise' ? 1 : layer.output[0];
  let low = 0;
  mask.bits.forEach((bit, cell) => {
    if (bit === 1) return;
    const gx = cell % mask.gridWidth;
    const gy = Math.floor(cell / mask.gridWidth) % mask.gridHeight;
    low += down[gy]! * across[gx]! * filters;
  });
  return low;
}
