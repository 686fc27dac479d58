import { clamp } from '../core/numbers.js';
import type { ArrayLayer } from '../network/layer.js';

/** Which input pixels the windows of a layer see. A padding tap stands at the nearest real pixel. */
export interface WindowGeometry {
  readonly outputWidth: number;
  readonly windowsPerImage: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly kernelRows: number;
  readonly kernelCols: number;
  readonly taps: number;
  /** Channels of one group. */
  readonly channels: number;
  /** Operands of one window, taps · channels. */
  readonly windowSize: number;
  /** inputRow[oy · kernelRows + i]: input row under kernel row i of output row oy. */
  readonly inputRow: Int32Array;
  /** inputCol[ox · kernelCols + j]: input column under kernel column j of output column ox. */
  readonly inputCol: Int32Array;
}

function taps(outputs: number, kernel: number, stride: number, dilation: number, before: number, size: number) {
  return Int32Array.from({ length: outputs * kernel }, (_, n) => {
    const output = Math.floor(n / kernel);
    return clamp(output * stride - before + (n % kernel) * dilation, 0, size - 1);
  });
}

export function windowGeometry(layer: ArrayLayer): WindowGeometry {
  const { input, output, kernel, stride, dilation, padding } = layer;
  const channels = input.channels / layer.groups;
  return {
    outputWidth: output.width,
    windowsPerImage: output.height * output.width,
    inputHeight: input.height,
    inputWidth: input.width,
    kernelRows: kernel[0],
    kernelCols: kernel[1],
    taps: kernel[0] * kernel[1],
    channels,
    windowSize: kernel[0] * kernel[1] * channels,
    inputRow: taps(output.height, kernel[0], stride[0], dilation[0], padding[0], input.height),
    inputCol: taps(output.width, kernel[1], stride[1], dilation[1], padding[1], input.width),
  };
}
