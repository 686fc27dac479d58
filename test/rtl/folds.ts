import type { ReferenceLayer } from '../../src/engine/reference/convolution.js';
import type { RtlCase } from './cases.js';

/** A fold as a testbench takes it: its sizes and settings, and words of operands. */
export interface Fold {
  readonly words: readonly number[];
  /** Where the sums of row and column (os), or of item and column (ws, is), belong in the outputs; −1: nowhere. */
  readonly place: (rowOrItem: number, col: number) => number;
}

interface Member {
  readonly tap: number;
  readonly channel: number;
}

/** Members of a packet; fewer than lanes where a block is shorter. */
type Packet = readonly Member[];

/** What the layer and array say, by number of window, filter and packet. */
interface Operands {
  readonly area: number;
  readonly filters: number;
  readonly packets: readonly Packet[];
  activation(window: number, member: Member): number;
  weight(filter: number, member: Member): number;
  output(filter: number, window: number): number;
}

/** {has a member, bits of the activation, bits of the weight, value}. */
function activationWord(activationBits: number, weightBits: number, value: number): number {
  return (1 << 18) | (activationBits << 13) | (weightBits << 8) | (value & 255);
}

/** An activation of another value and the same bits. */
function withoutValue(word: number): number {
  return word & ~255;
}

function packetsOf(taps: number, channels: number, lanes: number, inner: 'channel-inner' | 'tap-inner'): Packet[] {
  const packets: { at: [number, number]; packet: Packet }[] = [];
  for (let tap = 0; tap < taps; tap++)
    for (let from = 0; from < channels; from += lanes) {
      const members = Array.from({ length: Math.min(lanes, channels - from) }, (_, i) => ({ tap, channel: from + i }));
      packets.push({ at: inner === 'channel-inner' ? [tap, from] : [from, tap], packet: members });
    }
  return packets.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]).map(({ packet }) => packet);
}

function clamp(value: number, size: number): number {
  return value < 0 ? 0 : value >= size ? size - 1 : value;
}

function operandsOf(input: ReferenceLayer, group: number, lanes: number, { array }: RtlCase): Operands {
  const { layer, map, levels, activations, weights } = input;
  const { height, width } = layer.input;
  const channels = layer.input.channels / layer.groups;
  const filters = layer.filters / layer.groups;
  const taps = layer.kernel[0] * layer.kernel[1];
  const area = layer.output.height * layer.output.width;
  return {
    area,
    filters,
    packets: packetsOf(taps, channels, lanes, array.steps),
    activation(window, { tap, channel }) {
      const plane = group * channels + channel;
      const x =
        (window % layer.output.width) * layer.stride[1] -
        layer.padding[1] +
        (tap % layer.kernel[1]) * layer.dilation[1];
      const y =
        Math.floor(window / layer.output.width) * layer.stride[0] -
        layer.padding[0] +
        Math.floor(tap / layer.kernel[1]) * layer.dilation[0];
      const [nearY, nearX] = [clamp(y, height), clamp(x, width)];
      const row = Math.floor(nearY / map.regionHeight) + (map.channels > 1 ? plane : 0) * map.gridHeight;
      const level = map.levels[row * map.gridWidth + Math.floor(nearX / map.regionWidth)]!;
      const { activationBits, weightBits } = levels[level]!;
      const inside = nearY === y && nearX === x;
      return activationWord(activationBits, weightBits, inside ? activations[(plane * height + y) * width + x]! : 0);
    },
    weight: (filter, { tap, channel }) =>
      weights[((group * filters + filter) * channels + channel) * taps + tap]! & 255,
    output: (filter, window) => (group * filters + filter) * area + window,
  };
}

/** Ranges of at most `size`: their first, how many are real, and how many places they occupy. */
function ranges(count: number, size: number, edge: 'full' | 'clipped') {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => {
    const real = Math.min(size, count - i * size);
    const occupied = edge === 'full' ? size : real;
    return { first: i * size, real, occupied, at: (n: number) => i * size + Math.min(n, real - 1) };
  });
}

type Range = ReturnType<typeof ranges>[number];

function count<T>(length: number, make: (i: number) => T): T[] {
  return Array.from({ length }, (_, i) => make(i));
}

/** FIFO depth or rows of a group, and whether activations are signed. */
type Settings = readonly [parameter: number, signedActivations: 0 | 1];

/** Windows in rows, filters in columns; all packets of a row follow each other, each of `lanes` words. */
function osFold(operands: Operands, windows: Range, filters: Range, lanes: number, settings: Settings): Fold {
  const { packets, activation, weight, output } = operands;
  const padded = (packet: Packet, word: (member: Member) => number): number[] =>
    count(lanes, (lane) => (lane < packet.length ? word(packet[lane]!) : 0));
  const west = count(windows.occupied, (r) =>
    packets.flatMap((packet) => padded(packet, (member) => activation(windows.at(r), member))),
  );
  const north = count(filters.occupied, (c) =>
    packets.flatMap((packet) => padded(packet, (member) => weight(filters.at(c), member))),
  );
  return {
    words: [windows.occupied, filters.occupied, packets.length, ...settings, ...west.flat(), ...north.flat()],
    place: (r, c) => (r < windows.real && c < filters.real ? output(filters.at(c), windows.at(r)) : -1),
  };
}

/** Packets in rows; a row repeated beyond the last packet holds a zero, of the bits of that packet. */
function sumFold(operands: Operands, packets: Range, columns: Range, isHeld: boolean, settings: Settings): Fold {
  const { activation, weight, output, area, filters } = operands;
  const member = (r: number): Member => operands.packets[packets.at(r)]![0]!;
  const items = isHeld ? filters : area;
  const west = count(packets.occupied, (r) =>
    count(items, (item) => (isHeld ? weight(item, member(r)) : activation(item, member(r)))),
  );
  const north = count(packets.occupied, (r) =>
    count(columns.occupied, (c) => {
      const held = isHeld ? activation(columns.at(c), member(r)) : weight(columns.at(c), member(r));
      return r < packets.real ? held : withoutValue(held);
    }),
  );
  return {
    words: [packets.occupied, columns.occupied, items, ...settings, ...west.flat(), ...north.flat()],
    place: (item, c) => {
      if (c >= columns.real) return -1;
      return isHeld ? output(item, columns.at(c)) : output(columns.at(c), item);
    },
  };
}

/** All folds of a layer, group by group, in the order of the machine model. */
export function foldsOf(rtlCase: RtlCase, lanes: number, wordsPerPacket: number): Fold[] {
  const { input, array } = rtlCase;
  const { rows, cols, edge, dataflow } = array;
  const parameter = Number(/\((\d+)\)/.exec(array.discipline)?.[1] ?? 0);
  const settings = [parameter, input.signedActivations ? 1 : 0] as const;
  return count(input.layer.groups, (group) => {
    const operands = operandsOf(input, group, lanes, rtlCase);
    const { area, filters, packets } = operands;
    const packetRanges = ranges(packets.length, rows, edge);
    if (dataflow === 'os')
      return ranges(area, rows, edge).flatMap((windows) =>
        ranges(filters, cols, edge).map((columns) => osFold(operands, windows, columns, wordsPerPacket, settings)),
      );
    if (dataflow === 'ws')
      return packetRanges.flatMap((share) =>
        ranges(filters, cols, edge).map((columns) => sumFold(operands, share, columns, false, settings)),
      );
    return ranges(area, cols, edge).flatMap((columns) =>
      packetRanges.map((share) => sumFold(operands, share, columns, true, settings)),
    );
  }).flat();
}
