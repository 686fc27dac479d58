import { cut } from '../../core/low-bits.js';
import type { ReferenceArray, ReferenceLayer } from './array.js';
import type { Activation, ActivationPacket, WeightPacket } from './operand.js';
import type { MacUnit } from './units.js';

/** One output pixel with everything that it is computed from. */
export interface Window {
  /** Raster index. */
  readonly index: number;
  readonly y: number;
  readonly x: number;
  /** [tap][channel], taps in raster order. */
  readonly taps: readonly (readonly Activation[])[];
  /** In step order. */
  readonly packets: readonly ActivationPacket[];
  /** Levels tap by tap or channel by channel, as steps go. */
  readonly profile: readonly number[];
  readonly totalService: number;
}

/** What one pass through the array computes: the convolution of one group. There are no buffers here. */
export interface Group {
  /** In the order in which they take their places. */
  readonly windows: readonly Window[];
  /** Filters of the group, numbered in the layer. */
  readonly filters: readonly number[];
  /** [filter of the group][tap][channel] */
  readonly weightTaps: readonly (readonly WeightPacket[])[];
  /** [filter of the group][packet], in step order. */
  readonly weightPackets: readonly (readonly WeightPacket[])[];
}

/** Cuts [tap][channel] into blocks of at most `lanes` channels and sets them in step order. */
function packetsOf<T>(taps: readonly (readonly T[])[], lanes: number, steps: ReferenceArray['steps']): T[][] {
  const blocks = Array.from({ length: Math.ceil(taps[0]!.length / lanes) }, (_, block) => block * lanes);
  return steps === 'channel-inner'
    ? taps.flatMap((tap) => blocks.map((from) => tap.slice(from, from + lanes)))
    : blocks.flatMap((from) => taps.map((tap) => tap.slice(from, from + lanes)));
}

function tapOffsets([rows, cols]: readonly [number, number]): (readonly [number, number])[] {
  return Array.from({ length: rows * cols }, (_, tap) => [Math.floor(tap / cols), tap % cols]);
}

/** The level of a pixel of one channel. */
function levelAt({ map }: ReferenceLayer, channel: number, y: number, x: number): number {
  const plane = map.channels === 1 ? 0 : channel;
  const [cellY, cellX] = [Math.floor(y / map.regionHeight), Math.floor(x / map.regionWidth)];
  return map.levels[(plane * map.gridHeight + cellY) * map.gridWidth + cellX]!;
}

/** im2col of one window: padding is executed as zeros of the precision of the nearest pixel. */
function collectWindow(
  input: ReferenceLayer,
  array: ReferenceArray,
  unit: MacUnit,
  group: number,
  [oy, ox]: readonly [number, number],
): Window {
  const { layer, levels, activations, signedActivations, fullBits } = input;
  const { height, width } = layer.input;
  const channels = layer.input.channels / layer.groups;
  const levelTaps: number[][] = [];
  const taps = tapOffsets(layer.kernel).map(([i, j]) => {
    const y = oy * layer.stride[0] + i * layer.dilation[0] - layer.padding[0];
    const x = ox * layer.stride[1] + j * layer.dilation[1] - layer.padding[1];
    const realY = Math.min(Math.max(y, 0), height - 1);
    const realX = Math.min(Math.max(x, 0), width - 1);
    const isPadding = y !== realY || x !== realX;
    const tapLevels: number[] = [];
    levelTaps.push(tapLevels);
    return Array.from({ length: channels }, (_, c): Activation => {
      const channel = group * channels + c;
      const level = levelAt(input, channel, realY, realX);
      tapLevels.push(level);
      const precision = levels[level]!;
      const value = isPadding ? 0 : activations[(channel * height + y) * width + x]!;
      return { value: cut(value, fullBits.activationBits, precision.activationBits, signedActivations), precision };
    });
  });
  const packets = packetsOf(taps, unit.lanes, array.steps);
  return {
    index: oy * layer.output.width + ox,
    y: oy,
    x: ox,
    taps,
    packets,
    profile: packetsOf(levelTaps, 1, array.steps).flat(),
    totalService: packets.reduce((sum, packet) => sum + unit.service(packet), 0),
  };
}

/** By what `sorted` goes: total service, then the profile, then the raster. */
function sortKey({ totalService, profile, index }: Window): number[] {
  return [totalService, ...profile, index];
}

/** By what `tiled` goes: blocks as square as `side` windows can stand, then the raster. */
function blockKey(side: number): (window: Window) => number[] {
  let h = 1;
  for (let divisor = 1; divisor * divisor <= side; divisor++) if (side % divisor === 0) h = divisor;
  const w = side / h;
  return ({ y, x }) => [Math.floor(y / h), Math.floor(x / w), y, x];
}

function lexicographically(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs < 0 ? 0 : a[differs]! - b[differs]!;
}

function inOrder(windows: readonly Window[], { order, dataflow, rows, cols }: ReferenceArray): readonly Window[] {
  if (order === 'raster') return windows;
  const key = order === 'sorted' ? sortKey : blockKey(dataflow === 'os' ? rows : cols);
  return windows
    .map((window) => ({ window, key: key(window) }))
    .sort((a, b) => lexicographically(a.key, b.key))
    .map(({ window }) => window);
}

/** Everything that one group of a layer computes with. */
export function collectGroup(input: ReferenceLayer, array: ReferenceArray, unit: MacUnit, group: number): Group {
  const { layer, weights } = input;
  const channels = layer.input.channels / layer.groups;
  const groupFilters = layer.filters / layer.groups;
  const filters = Array.from({ length: groupFilters }, (_, f) => group * groupFilters + f);
  const offsets = tapOffsets(layer.kernel);
  const weightTaps = filters.map((filter) =>
    offsets.map((_, tap) =>
      Array.from({ length: channels }, (__, c) => weights[(filter * channels + c) * offsets.length + tap]!),
    ),
  );
  const windows: Window[] = [];
  for (let oy = 0; oy < layer.output.height; oy++)
    for (let ox = 0; ox < layer.output.width; ox++) windows.push(collectWindow(input, array, unit, group, [oy, ox]));
  return {
    windows: inOrder(windows, array),
    filters,
    weightTaps,
    weightPackets: weightTaps.map((taps) => packetsOf(taps, unit.lanes, array.steps)),
  };
}

/** [from, from + size) of the items, and how many places they occupy: beyond them the last one is repeated. */
export interface Share<T> {
  readonly used: readonly T[];
  readonly occupied: number;
}

/** Cuts items into shares of at most `size`. */
export function shares<T>(items: readonly T[], size: number, edge: ReferenceArray['edge']): Share<T>[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => {
    const used = items.slice(i * size, (i + 1) * size);
    return { used, occupied: edge === 'full' ? size : used.length };
  });
}

/** What stands in a place of a share. */
export function at<T>({ used }: Share<T>, place: number): T {
  return used[Math.min(place, used.length - 1)]!;
}
