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

/** How many taps of one image's windows stand on each input pixel, row-major. Sums to windows · taps. */
export function tapsPerPixel(geometry: WindowGeometry): Int32Array {
  const rows = new Int32Array(geometry.inputHeight);
  const cols = new Int32Array(geometry.inputWidth);
  for (const y of geometry.inputRow) rows[y]! += 1;
  for (const x of geometry.inputCol) cols[x]! += 1;
  const counts = new Int32Array(rows.length * cols.length);
  for (let y = 0, i = 0; y < rows.length; y++)
    for (let x = 0; x < cols.length; x++, i++) counts[i] = rows[y]! * cols[x]!;
  return counts;
}

/** Ranges of input pixels of one image: columns low … high of a row. A row has at most two, apart from each other. */
export interface InputSpans {
  readonly image: number;
  readonly rows: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Joins what the first output row of a tile and the others touch of an input row. */
function pushRow(
  spans: { rows: number[]; low: number[]; high: number[] },
  row: number,
  first: Range,
  rest: Range,
): void {
  const apart = first.high + 1 < rest.low || rest.high + 1 < first.low;
  const ranges = apart
    ? [first, rest]
    : [{ low: Math.min(first.low, rest.low), high: Math.max(first.high, rest.high) }];
  for (const { low, high } of ranges) {
    if (high < low) continue;
    spans.rows.push(row);
    spans.low.push(low);
    spans.high.push(high);
  }
}

interface Range {
  low: number;
  high: number;
}

/**
 * What the windows [from, to) of a batch, in raster order, touch of each image. An output row reads each of its input rows
 * from its first to its last touched column. A tile that begins at the right and ends at the left of the map touches
 * two ranges of a row, not what lies between.
 */
export function inputSpans(geometry: WindowGeometry, from: number, to: number): readonly InputSpans[] {
  const { windowsPerImage, outputWidth, inputWidth, kernelRows, kernelCols, inputRow, inputCol } = geometry;
  const all: InputSpans[] = [];
  for (let start = from; start < to;) {
    const image = Math.floor(start / windowsPerImage);
    const end = Math.min(to, (image + 1) * windowsPerImage);
    const first = start - image * windowsPerImage;
    const last = end - 1 - image * windowsPerImage;
    const outputFrom = Math.floor(first / outputWidth);
    const outputTo = Math.floor(last / outputWidth);
    const firstRow = inputRow[outputFrom * kernelRows]!;
    const rows = inputRow[outputTo * kernelRows + kernelRows - 1]! - firstRow + 1;
    const none = (): Range => ({ low: inputWidth, high: -1 });
    const byFirst = Array.from({ length: rows }, none);
    const byRest = Array.from({ length: rows }, none);
    for (let oy = outputFrom; oy <= outputTo; oy++) {
      const left = oy === outputFrom ? first - oy * outputWidth : 0;
      const right = oy === outputTo ? last - oy * outputWidth : outputWidth - 1;
      const low = inputCol[left * kernelCols]!;
      const high = inputCol[right * kernelCols + kernelCols - 1]!;
      for (let i = 0; i < kernelRows; i++) {
        const range = (oy === outputFrom ? byFirst : byRest)[inputRow[oy * kernelRows + i]! - firstRow]!;
        range.low = Math.min(range.low, low);
        range.high = Math.max(range.high, high);
      }
    }
    const spans = { image, rows: [] as number[], low: [] as number[], high: [] as number[] };
    byFirst.forEach((range, row) => {
      pushRow(spans, firstRow + row, range, byRest[row]!);
    });
    all.push(spans);
    start = end;
  }
  return all;
}
