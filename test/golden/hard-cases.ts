import { Random } from '../../src/core/random.js';
import type { Precision } from '../../src/core/precision.js';
import type { ReferenceArray, ReferenceLayer } from '../../src/engine/reference/convolution.js';
import type { ArrayLayer } from '../../src/network/layer.js';

/** A layer on an array, and the name that its golden has. */
export interface HardCase {
  readonly name: string;
  readonly input: ReferenceLayer;
  readonly array: ReferenceArray;
}

/** Level of a pixel, or of an element where channels have levels of their own. */
type LevelAt = (y: number, x: number, channel: number) => number;

interface Shape {
  readonly name: string;
  readonly channels: number;
  readonly filters?: number;
  readonly side: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
  readonly groups?: number;
  /** Bits of the levels, of activations and weights alike. */
  readonly bits: readonly number[];
  readonly level: LevelAt;
  readonly perChannel?: boolean;
  /** The unit that multiplies it; temporal(2) unless given. */
  readonly unit?: string;
}

/** A number below `most` that looks like chance, and is the same everywhere. */
function scattered(y: number, x: number, channel: number, most: number): number {
  let hash = Math.imul(y + 1, 0x9e3779b1) ^ Math.imul(x + 1, 0x85ebca6b) ^ Math.imul(channel + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % most;
}

const two = [4, 8];
const three = [2, 4, 8];
/** 3×3 taps and 32 channels are K = 288 steps, 9 × 9 windows 11 folds of 8 rows, the last of which has one. */
const deep = { channels: 32, filters: 4, side: 9, kernel: 3, padding: 1 };

const shapes: readonly Shape[] = [
  { name: 'one pixel', channels: 300, side: 1, kernel: 1, bits: two, level: () => 1 },
  {
    name: 'stride beyond the kernel',
    channels: 40,
    side: 29,
    kernel: 2,
    stride: 3,
    bits: three,
    level: (y, x) => scattered(y, x, 0, 3),
  },
  { name: 'K below the array', channels: 2, side: 12, kernel: 1, bits: two, level: (y, x) => scattered(y, x, 0, 2) },
  { name: 'all high', ...deep, bits: two, level: () => 1 },
  { name: 'all low', ...deep, bits: two, level: () => 0 },
  { name: 'checkerboard', ...deep, bits: two, level: (y, x) => (y + x) % 2 },
  { name: 'one high pixel', ...deep, bits: three, level: (y, x) => (y === 4 && x === 5 ? 2 : 0) },
  { name: 'columns in turn', ...deep, bits: two, level: (_, x) => x % 2 },
  { name: 'three scattered levels', ...deep, bits: three, level: (y, x) => scattered(y, x, 0, 3) },
  { name: 'a high half', ...deep, bits: three, level: (y) => (y < 5 ? 0 : 2) },
  { name: 'levels per channel', ...deep, bits: two, perChannel: true, level: (y, x, c) => scattered(y, x, c, 2) },
  { name: 'one high channel', ...deep, bits: two, perChannel: true, level: (_, __, c) => (c === 31 ? 1 : 0) },
  {
    name: 'a last fold of one row',
    channels: 24,
    side: 9,
    kernel: 3,
    padding: 1,
    bits: three,
    level: (y, x) => scattered(y, x, 1, 3),
  },
  {
    name: 'fewer windows than rows',
    channels: 32,
    side: 2,
    kernel: 3,
    padding: 1,
    bits: two,
    level: (y, x) => (y + x) % 2,
  },
  {
    name: 'dilated',
    channels: 24,
    side: 12,
    kernel: 3,
    padding: 2,
    dilation: 2,
    bits: three,
    level: (y, x) => scattered(y, x, 2, 3),
  },
  {
    name: 'groups',
    channels: 48,
    filters: 6,
    side: 9,
    kernel: 3,
    padding: 1,
    groups: 3,
    bits: two,
    level: (y, x) => scattered(y, x, 3, 2),
  },
  {
    name: 'lanes beyond the channels',
    channels: 5,
    side: 9,
    kernel: 3,
    padding: 1,
    bits: two,
    unit: 'activation-serial(16)',
    level: (y, x) => scattered(y, x, 4, 2),
  },
  {
    name: 'a last block of few lanes',
    channels: 35,
    side: 9,
    kernel: 3,
    padding: 1,
    bits: two,
    perChannel: true,
    unit: 'activation-serial(16)',
    level: (y, x, c) => scattered(y, x, c >> 3, 2),
  },
];

function layerOf(shape: Shape): ArrayLayer {
  const { name, channels, filters = 5, side, kernel, stride = 1, padding = 0, dilation = 1, groups = 1 } = shape;
  const out = Math.floor((side + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;
  return {
    name,
    kind: 'conv2d',
    from: ['input'],
    parameters: 0,
    input: { channels, height: side, width: side },
    output: { channels: filters, height: out, width: out },
    filters,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    dilation: [dilation, dilation],
    padding: [padding, padding, padding, padding],
    groups,
  };
}

function inputOf(shape: Shape): ReferenceLayer {
  const { channels, side, bits, level, perChannel } = shape;
  const layer = layerOf(shape);
  const random = new Random(shape.name);
  const planes = perChannel === true ? channels : 1;
  const levels = new Uint8Array(planes * side * side);
  for (let c = 0, i = 0; c < planes; c++)
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++, i++) levels[i] = level(y, x, c);
  const integers = (length: number) => Int32Array.from({ length }, () => random.below(256) - 128);
  return {
    layer,
    fullBits: { activationBits: 8, weightBits: 8 },
    levels: bits.map((width): Precision => ({ activationBits: width, weightBits: width })),
    map: { channels: planes, gridHeight: side, gridWidth: side, regionHeight: 1, regionWidth: 1, levels },
    activations: integers(channels * side * side),
    signedActivations: true,
    weights: integers(layer.filters * (channels / layer.groups) * layer.kernel[0] * layer.kernel[1]),
  };
}

const base = {
  rows: 8,
  cols: 4,
  order: 'raster',
  drain: 'overlapped',
  foldOverhead: 0,
  layerOffset: 0,
  im2col: 'none',
} as const;
/** How steps follow each other and folds meet; pipelined folds exist where sums stay. */
const ways = [
  { steps: 'channel-inner', folds: 'barrier', edge: 'clipped' },
  { steps: 'tap-inner', folds: 'barrier', edge: 'full' },
  { steps: 'tap-inner', folds: 'pipelined', edge: 'clipped' },
] as const;

/** A FIFO that no fold of these layers fills. */
const bottomless = 'elastic(512)';
const elastic = ['elastic(1)', 'elastic(4)', bottomless];

/** Disciplines of each dataflow. */
export const disciplinesOf = {
  os: [...elastic, 'global', 'decoupled', 'lockstep(4)'],
  ws: [...elastic, 'global', 'decoupled'],
  is: [...elastic, 'global', 'decoupled'],
  reduce: ['global', 'decoupled', 'lockstep(1)'],
} as const;

export type Dataflow = keyof typeof disciplinesOf;
export const dataflows = Object.keys(disciplinesOf) as Dataflow[];

/** Every shape in a dataflow by a discipline. */
export function hardCases(dataflow: Dataflow, discipline: string): HardCase[] {
  return shapes.flatMap((shape) => {
    const input = inputOf(shape);
    const unit = dataflow === 'reduce' ? 'spatial(8,2)' : (shape.unit ?? 'temporal(2)');
    return ways
      .filter(({ folds }) => folds === 'barrier' || dataflow === 'os')
      .map((way): HardCase => {
        const name = [shape.name, ...Object.values(way)].join(', ');
        return { name, input, array: { ...base, ...way, dataflow, unit, discipline } };
      });
  });
}
