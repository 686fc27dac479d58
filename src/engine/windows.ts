import type { StepOrder } from '../machine/accelerator.js';
import type { FoldServices } from '../machine/disciplines/discipline.js';
import type { WindowProfiles } from '../machine/orders/order.js';
import type { WindowGeometry } from './geometry.js';
import type { LevelField } from './levels.js';

/** Everything that decides the service times of one group of a layer: shapes, levels of a batch, and the unit's law. */
export interface ServiceSource {
  readonly geometry: WindowGeometry;
  readonly steps: StepOrder;
  /** One per image of the batch. */
  readonly fields: readonly LevelField[];
  /** First channel of the group. */
  readonly firstChannel: number;
  /** Service time of each level. */
  readonly services: Int32Array;
}

function imageOf({ geometry }: ServiceSource, window: number): number {
  return Math.floor(window / geometry.windowsPerImage);
}

/** Input pixel (row-major) under tap (i, j) of a window of the batch. */
function pixelOf(geometry: WindowGeometry, window: number, i: number, j: number): number {
  const local = window % geometry.windowsPerImage;
  const oy = Math.floor(local / geometry.outputWidth);
  const ox = local - oy * geometry.outputWidth;
  const y = geometry.inputRow[oy * geometry.kernelRows + i]!;
  return y * geometry.inputWidth + geometry.inputCol[ox * geometry.kernelCols + j]!;
}

/**
 * Services of the fold whose rows are these windows of the batch, written into `buffer` (≥ rows · K entries) and valid
 * until its next use. Where one map serves all channels a tap's services are computed once and repeated.
 */
export function foldServices(source: ServiceSource, windows: ArrayLike<number>, buffer: Int32Array): FoldServices {
  const { geometry, fields, firstChannel, steps, services } = source;
  const { taps, channels, kernelRows, kernelCols, inputHeight, inputWidth, outputWidth, windowsPerImage } = geometry;
  const rows = windows.length;
  const shared = fields[0]!.channels === 1;
  const planes = shared ? 1 : channels;
  const area = inputHeight * inputWidth;
  // Step (tap, channel) stands at tap · tapStride + channel · channelStride.
  const [tapStride, channelStride] = steps === 'channel-inner' ? [channels, 1] : [1, taps];
  for (let r = 0; r < rows; r++) {
    const image = Math.floor(windows[r]! / windowsPerImage);
    const local = windows[r]! - image * windowsPerImage;
    const outputRow = Math.floor(local / outputWidth);
    const inputRows = outputRow * kernelRows;
    const inputCols = (local - outputRow * outputWidth) * kernelCols;
    const { levels } = fields[image]!;
    for (let i = 0, tap = 0; i < kernelRows; i++) {
      const line = geometry.inputRow[inputRows + i]! * inputWidth + (shared ? 0 : firstChannel * area);
      for (let j = 0; j < kernelCols; j++, tap++) {
        let pixel = line + geometry.inputCol[inputCols + j]!;
        let at = tap * tapStride * rows + r;
        for (let c = 0; c < planes; c++, pixel += area, at += channelStride * rows)
          buffer[at] = services[levels[pixel]!]!;
      }
    }
  }
  if (shared)
    for (let tap = 0; tap < taps; tap++) {
      const first = tap * tapStride * rows;
      for (let c = 1; c < channels; c++) buffer.copyWithin(first + c * channelStride * rows, first, first + rows);
    }
  return { rows, steps: geometry.steps, services: buffer };
}

/** Profiles of the windows [from, to) of the batch, for a window order. */
export function windowProfiles(source: ServiceSource, from: number, to: number): WindowProfiles {
  const { geometry, fields, firstChannel, steps, services } = source;
  const { taps, channels, kernelCols } = geometry;
  const shared = fields[0]!.channels === 1;
  const planes = shared ? 1 : channels;
  const area = geometry.inputHeight * geometry.inputWidth;
  const size = taps * planes;
  const profiles = new Uint8Array((to - from) * size);
  for (let window = from, at = 0; window < to; window++) {
    const { levels } = fields[imageOf(source, window)]!;
    for (let n = 0; n < size; n++, at++) {
      const [tap, c] =
        steps === 'channel-inner' ? [Math.floor(n / planes), n % planes] : [n % taps, Math.floor(n / taps)];
      const pixel = pixelOf(geometry, window, Math.floor(tap / kernelCols), tap % kernelCols);
      profiles[at] = levels[(shared ? 0 : firstChannel + c) * area + pixel]!;
    }
  }
  return {
    count: to - from,
    totalService(window) {
      let total = 0;
      for (let n = window * size; n < (window + 1) * size; n++) total += services[profiles[n]!]!;
      return shared ? total * channels : total;
    },
    compareProfiles(a, b) {
      for (let n = 0; n < size; n++) {
        const difference = profiles[a * size + n]! - profiles[b * size + n]!;
        if (difference !== 0) return difference;
      }
      return 0;
    },
  };
}
