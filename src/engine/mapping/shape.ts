import { bitsFor } from '../../core/numbers.js';
import type { Precision } from '../../core/precision.js';
import { bufferNames, type BufferName } from '../../machine/accelerator.js';
import { windowGeometry, type WindowGeometry } from '../geometry.js';
import { depthsOf, inputWidths } from '../storage/stored.js';
import { colCut, rowCut, type AxisCut } from './axis-cut.js';
import { channelRate, type ChannelRate } from './channel.js';
import type { TileSizes } from './choice.js';
import { sharedLayer, type SharedLayer } from './memo.js';
import type { MappingRequest } from './request.js';

/** The most bits that an operand of a layer has. */
export function widestOf(levels: readonly Precision[]): Precision {
  return {
    activationBits: Math.max(...levels.map((level) => level.activationBits)),
    weightBits: Math.max(...levels.map((level) => level.weightBits)),
  };
}

/** Bits of a partial sum: no product of the widest operands, and no sum of a window's, overflows it. */
export function sumBitsOf(widest: Precision, windowSize: number): number {
  return widest.activationBits + widest.weightBits + bitsFor(windowSize);
}

/** What half of each buffer offers a layer, in bits; kept tensors take their part of the ifmap buffer first. */
export function halves({ accelerator: { buffers }, reservedBits }: Halved): Record<BufferName, number> {
  const half = (name: BufferName): number => {
    const free = buffers[name].capacity - (name === 'ifmap' ? reservedBits : 0);
    return Math.max(0, Math.floor(free / 2));
  };
  return Object.fromEntries(bufferNames.map((name) => [name, half(name)])) as Record<BufferName, number>;
}

type Halved = Pick<MappingRequest, 'accelerator' | 'reservedBits'>;

/** A request with everything worked out that all its mappings share. */
export interface MappingShape {
  readonly request: MappingRequest;
  /** What does not depend on what stays on chip. */
  readonly shared: SharedLayer;
  readonly geometry: WindowGeometry;
  /** All of every dimension: one tile. */
  readonly whole: TileSizes;
  readonly widest: Precision;
  readonly sumBits: number;
  readonly inputDepths: readonly number[];
  readonly outputDepths: readonly number[];
  /** Bits of an output at its widest. */
  readonly outputBits: number;
  /** Bits of a mask entry; 0 where the layer has no map. */
  readonly maskBits: number;
  readonly maskPerChannel: boolean;
  /** Tiles need the index of an order by levels. */
  readonly indexed: boolean;
  readonly halves: Readonly<Record<BufferName, number>>;
  readonly channel: ChannelRate;
  /** Rows and columns cut into tiles of a size, remembered. */
  readonly rows: (size: number) => AxisCut;
  readonly cols: (size: number) => AxisCut;
}

function remembered(make: (size: number) => AxisCut): (size: number) => AxisCut {
  const known = new Map<number, AxisCut>();
  return (size) => {
    const before = known.get(size);
    if (before !== undefined) return before;
    const made = make(size);
    known.set(size, made);
    return made;
  };
}

export function mappingShape(request: MappingRequest): MappingShape {
  const { layer, accelerator, levels, mask, outputWidths, batch } = request;
  const shared = sharedLayer(request);
  const geometry = shared.once('geometry', () => windowGeometry(layer));
  const widest = widestOf(levels);
  const mapped = mask !== 'none' && levels.length > 1;
  return {
    request,
    shared,
    geometry,
    whole: {
      batch,
      rows: layer.output.height,
      cols: layer.output.width,
      groups: layer.groups,
      filters: layer.filters / layer.groups,
      channels: geometry.channels,
    },
    widest,
    sumBits: sumBitsOf(widest, geometry.windowSize),
    inputDepths: depthsOf(inputWidths(levels, accelerator.storage)),
    outputDepths: depthsOf(outputWidths),
    outputBits: outputWidths.at(-1)!,
    maskBits: mapped ? bitsFor(levels.length) : 0,
    maskPerChannel: mask === 'per-channel',
    indexed: mapped && accelerator.array.order.gathers,
    halves: halves(request),
    channel: channelRate(accelerator),
    rows: shared.once('rows', () => remembered((size) => rowCut(geometry, size))),
    cols: shared.once('cols', () => remembered((size) => colCut(geometry, size))),
  };
}
