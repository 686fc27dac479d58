import type { StepOrder } from '../machine/step-order.js';
import { runsOf, type FoldServices, type Segment, type StationaryFold } from '../machine/disciplines/fold.js';
import type { WindowProfiles } from '../machine/orders/order.js';
import type { WindowGeometry } from './geometry.js';
import type { LevelField } from './levels.js';
import type { PacketGrid, ServiceField } from './packets.js';

/** Everything that decides the service times of some channels of one group of a layer. */
export interface ServiceSource {
  readonly geometry: WindowGeometry;
  readonly steps: StepOrder;
  readonly grid: PacketGrid;
  /** One per image of the batch, or one for all where the layer runs at one level; found out when first asked for. */
  readonly fields: readonly ServiceField[];
}

/** Packets that share the services of their tap, or of their tap and plane, are written once. */
function planeOf(source: ServiceSource, block: number): number {
  const { planes } = source.fields[0]!;
  return planes === 1 ? 0 : planes === source.grid.blocks ? block : block === source.grid.blocks - 1 ? 1 : 0;
}

/** Services of one window, one per (plane, tap): `write` gets tap, plane and value. */
function eachService(
  { geometry, fields }: ServiceSource,
  window: number,
  write: (tap: number, plane: number, service: number) => void,
): void {
  const { kernelRows, kernelCols, inputWidth, outputWidth, windowsPerImage } = geometry;
  const image = Math.floor(window / windowsPerImage);
  const { planes, area, values } = fields[fields.length === 1 ? 0 : image]!;
  const local = window - image * windowsPerImage;
  const outputRow = Math.floor(local / outputWidth);
  const inputRows = outputRow * kernelRows;
  const inputCols = (local - outputRow * outputWidth) * kernelCols;
  for (let i = 0, tap = 0; i < kernelRows; i++) {
    const line = geometry.inputRow[inputRows + i]! * inputWidth;
    for (let j = 0; j < kernelCols; j++, tap++) {
      let pixel = area === 1 ? 0 : line + geometry.inputCol[inputCols + j]!;
      for (let plane = 0; plane < planes; plane++, pixel += area) write(tap, plane, values[pixel]!);
    }
  }
}

/** The order in which packets follow each other, as segments of vectors (see {@link FoldServices}) and where each stands. */
export interface PacketOrder {
  readonly segments: readonly Segment[];
  readonly vectors: number;
  /** Vector of a tap and plane: tap · tapStride + plane · planeStride. */
  readonly tapStride: number;
  readonly planeStride: number;
}

/** The order of packets of so many planes. */
export function packetOrder(source: ServiceSource, planes = source.fields[0]!.planes): PacketOrder {
  const { taps } = source.geometry;
  const { blocks } = source.grid;
  const channelInner = source.steps === 'channel-inner';
  const vectors = taps * planes;
  if (planes === blocks) {
    const [tapStride, planeStride] = channelInner ? [planes, 1] : [1, taps];
    return { segments: [{ from: 0, vectors, repeats: 1 }], vectors, tapStride, planeStride };
  }
  // All blocks but the last share a plane; the last one may have its own.
  const alike = planes === 1 ? blocks : blocks - 1;
  const segments: Segment[] = [];
  if (channelInner)
    for (let tap = 0; tap < taps; tap++) {
      segments.push({ from: tap, vectors: 1, repeats: alike });
      if (planes > 1) segments.push({ from: taps + tap, vectors: 1, repeats: 1 });
    }
  else {
    segments.push({ from: 0, vectors: taps, repeats: alike });
    if (planes > 1) segments.push({ from: taps, vectors: taps, repeats: 1 });
  }
  return { segments, vectors, tapStride: 1, planeStride: taps };
}

/**
 * An output-stationary fold: a row per window; rows beyond `usedRows` repeat the last. Written into `buffer`
 * (≥ rows · vectors) and valid until its next use.
 */
export function windowFold(
  source: ServiceSource,
  order: PacketOrder,
  windows: ArrayLike<number>,
  rows: number,
  buffer: Int32Array,
): FoldServices {
  const usedRows = windows.length;
  const tapStride = order.tapStride * rows;
  const planeStride = order.planeStride * rows;
  // The loop of `eachService`, written out: no other one runs as often.
  const { geometry, fields } = source;
  const { kernelRows, kernelCols, inputWidth, outputWidth, windowsPerImage, inputRow, inputCol } = geometry;
  const { planes, area } = fields[0]!;
  for (let r = 0; r < usedRows; r++) {
    const window = windows[r]!;
    const image = Math.floor(window / windowsPerImage);
    const { values } = fields[fields.length === 1 ? 0 : image]!;
    const local = window - image * windowsPerImage;
    const outputRow = Math.floor(local / outputWidth);
    const inputRows = outputRow * kernelRows;
    const inputCols = (local - outputRow * outputWidth) * kernelCols;
    for (let i = 0, at = r; i < kernelRows; i++) {
      const line = inputRow[inputRows + i]! * inputWidth;
      for (let j = 0; j < kernelCols; j++, at += tapStride) {
        let pixel = area === 1 ? 0 : line + inputCol[inputCols + j]!;
        for (let plane = 0, to = at; plane < planes; plane++, pixel += area, to += planeStride)
          buffer[to] = values[pixel]!;
      }
    }
  }
  if (rows > usedRows)
    for (let v = 0; v < order.vectors; v++)
      buffer.fill(buffer[v * rows + usedRows - 1]!, v * rows + usedRows, (v + 1) * rows);
  return { rows, usedRows, steps: source.grid.packets, services: buffer, segments: order.segments };
}

/** Tap and plane of each packet, in step order. */
function packetList(source: ServiceSource): { tap: Int32Array; plane: Int32Array } {
  const { blocks, packets } = source.grid;
  const { taps } = source.geometry;
  const channelInner = source.steps === 'channel-inner';
  return {
    tap: Int32Array.from({ length: packets }, (_, k) => (channelInner ? Math.floor(k / blocks) : k % taps)),
    plane: Int32Array.from({ length: packets }, (_, k) =>
      planeOf(source, channelInner ? k % blocks : Math.floor(k / taps)),
    ),
  };
}

/** Services of all packets of each of these windows: [packet · windows + window]. */
export function packetServices(source: ServiceSource, windows: ArrayLike<number>): Int32Array {
  const { taps } = source.geometry;
  const { planes } = source.fields[0]!;
  const { packets } = source.grid;
  const { tap, plane } = packetList(source);
  const own = new Int32Array(taps * planes);
  const services = new Int32Array(packets * windows.length);
  for (let w = 0; w < windows.length; w++) {
    eachService(source, windows[w]!, (t, p, service) => {
      own[t * planes + p] = service;
    });
    for (let k = 0; k < packets; k++) services[k * windows.length + w] = own[tap[k]! * planes + plane[k]!]!;
  }
  return services;
}

/**
 * A weight-stationary fold of the packets [from, from + usedRows): a row per packet, time is `items` windows, whose
 * services are those of `windows` of them, or of one that stands for all.
 */
export function packetFold(
  services: Int32Array,
  windows: number,
  items: number,
  from: number,
  usedRows: number,
  rows: number,
): FoldServices {
  const vectors = new Int32Array(rows * windows);
  for (let r = 0; r < rows; r++) {
    const packet = (from + Math.min(r, usedRows - 1)) * windows;
    for (let w = 0; w < windows; w++) vectors[w * rows + r] = services[packet + w]!;
  }
  const segments = windows === 1 ? [{ from: 0, vectors: 1, repeats: items }] : runsOf(rows, windows, vectors);
  return { rows, usedRows, steps: items, services: vectors, segments };
}

/** An activation-stationary fold: a row per packet, a column per window. */
export function stationaryFold(
  services: Int32Array,
  usedCols: number,
  from: number,
  usedRows: number,
  extent: { readonly rows: number; readonly cols: number },
  items: number,
): StationaryFold {
  const { rows, cols } = extent;
  const own = new Int32Array(rows * cols);
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < cols; c++, i++)
      own[i] = services[(from + Math.min(r, usedRows - 1)) * usedCols + Math.min(c, usedCols - 1)]!;
  return { rows, usedRows, cols, usedCols, services: own, items };
}

/** Profiles of these windows of the batch, for a window order. */
export function windowProfiles(
  source: ServiceSource,
  levels: readonly LevelField[],
  firstChannel: number,
  windows: Int32Array,
): WindowProfiles {
  const { geometry, steps, grid } = source;
  const { taps, kernelRows, kernelCols, windowsPerImage, outputWidth, inputWidth } = geometry;
  const shared = levels[0]!.channels === 1;
  const planes = shared ? 1 : grid.channels;
  const area = geometry.inputHeight * inputWidth;
  const size = taps * planes;
  const [tapStride, channelStride] = steps === 'channel-inner' ? [planes, 1] : [1, taps];
  const profiles = new Uint8Array(windows.length * size);
  const totals = new Float64Array(windows.length);
  const { planes: servicePlanes } = source.fields[0]!;
  const times = new Int32Array(servicePlanes);
  for (let block = 0; block < grid.blocks; block++) times[planeOf(source, block)]! += 1;
  windows.forEach((window, n) => {
    const image = Math.floor(window / windowsPerImage);
    const local = window - image * windowsPerImage;
    const [oy, ox] = [Math.floor(local / outputWidth), local % outputWidth];
    const field = levels[image]!.levels;
    for (let tap = 0; tap < taps; tap++) {
      const y = geometry.inputRow[oy * kernelRows + Math.floor(tap / kernelCols)]!;
      const pixel = y * inputWidth + geometry.inputCol[ox * kernelCols + (tap % kernelCols)]!;
      for (let c = 0; c < planes; c++)
        profiles[n * size + tap * tapStride + c * channelStride] =
          field[(shared ? 0 : firstChannel + c) * area + pixel]!;
    }
    eachService(source, window, (_tap, plane, service) => {
      totals[n]! += service * times[plane]!;
    });
  });
  return {
    totalService: (window) => totals[window]!,
    compareProfiles(a, b) {
      for (let n = 0; n < size; n++) {
        const difference = profiles[a * size + n]! - profiles[b * size + n]!;
        if (difference !== 0) return difference;
      }
      return 0;
    },
  };
}
