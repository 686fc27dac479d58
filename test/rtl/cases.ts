import { Random } from '../../src/core/random.js';
import type { Precision } from '../../src/core/precision.js';
import type { ReferenceArray, ReferenceLayer } from '../../src/engine/reference/convolution.js';
import type { ArrayLayer } from '../../src/network/layer.js';

/** A layer with operands, and the array that it runs on. */
export interface RtlCase {
  readonly input: ReferenceLayer;
  readonly array: ReferenceArray;
}

/** What the array of a case is, but for its size and what any array may have. */
export interface Kind {
  readonly dataflow: 'os' | 'ws' | 'is';
  readonly unit: string;
  readonly discipline: 'elastic' | 'global' | 'lockstep';
}

/** How large cases may get. */
export interface Limits {
  /** Rows and columns of the array: of any case, and of every case at least. */
  readonly most: number;
  readonly least: number;
  /** FIFOs. */
  readonly depth: number;
  readonly groupChannels: number;
  readonly groupFilters: number;
  /** Pixels by which the input may be larger than the kernel, each way. */
  readonly extra: number;
  /** On each side. */
  readonly padding: number;
  /** Levels of any layer, and of every layer at least. */
  readonly mostLevels: number;
  readonly leastLevels: number;
  /** Height and width of a region. */
  readonly region: number;
}

const bits = { activationBits: 8, weightBits: 8 } as const;

function randomLayer(random: Random, limits: Limits): ArrayLayer {
  const from1 = (most: number): number => 1 + random.below(most);
  const groups = from1(2);
  const kernel = [from1(3), from1(3)] as const;
  const stride = [from1(2), from1(2)] as const;
  const dilation = [from1(2), from1(2)] as const;
  const pad = (): number => random.below(limits.padding + 1);
  const padding = [pad(), pad(), pad(), pad()] as const;
  const reach = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1] as const;
  const height = Math.max(1, reach[0] - padding[0] - padding[2]) + random.below(limits.extra + 1);
  const width = Math.max(1, reach[1] - padding[1] - padding[3]) + random.below(limits.extra + 1);
  const filters = groups * from1(limits.groupFilters);
  return {
    name: 'random',
    kind: 'conv2d',
    from: ['input'],
    parameters: 0,
    input: { channels: groups * from1(limits.groupChannels), height, width },
    output: {
      channels: filters,
      height: Math.floor((height + padding[0] + padding[2] - reach[0]) / stride[0]) + 1,
      width: Math.floor((width + padding[1] + padding[3] - reach[1]) / stride[1]) + 1,
    },
    filters,
    kernel,
    stride,
    dilation,
    padding,
    groups,
  };
}

function randomInput(random: Random, limits: Limits): ReferenceLayer {
  const layer = randomLayer(random, limits);
  const { channels, height, width } = layer.input;
  const levels = Array.from(
    { length: limits.leastLevels + random.below(limits.mostLevels - limits.leastLevels + 1) },
    (): Precision => {
      return { activationBits: 1 + random.below(8), weightBits: 1 + random.below(8) };
    },
  );
  const [regionHeight, regionWidth] = [1 + random.below(limits.region), 1 + random.below(limits.region)];
  const planes = random.below(2) === 0 ? 1 : channels;
  const [gridHeight, gridWidth] = [Math.ceil(height / regionHeight), Math.ceil(width / regionWidth)];
  const signedActivations = random.below(2) === 0;
  const integers = (length: number, signed: boolean): Int32Array =>
    Int32Array.from({ length }, () => random.below(256) - (signed ? 128 : 0));
  return {
    layer,
    fullBits: bits,
    levels,
    map: {
      channels: planes,
      gridHeight,
      gridWidth,
      regionHeight,
      regionWidth,
      levels: Uint8Array.from({ length: planes * gridHeight * gridWidth }, () => random.below(levels.length)),
    },
    activations: integers(channels * height * width, signedActivations),
    signedActivations,
    weights: integers(layer.filters * layer.kernel[0] * layer.kernel[1] * (channels / layer.groups), true),
  };
}

function randomCase(random: Random, kind: Kind, limits: Limits): RtlCase {
  const size = (): number => limits.least + random.below(limits.most - limits.least + 1);
  const rows = size();
  const parameter = { elastic: limits.depth, global: 0, lockstep: Math.max(1, rows - 1) }[kind.discipline];
  const spec = parameter === 0 ? kind.discipline : `${kind.discipline}(${String(1 + random.below(parameter))})`;
  return {
    input: randomInput(random, limits),
    array: {
      rows,
      cols: size(),
      dataflow: kind.dataflow,
      unit: kind.unit,
      discipline: spec,
      steps: random.below(2) === 0 ? 'channel-inner' : 'tap-inner',
      order: 'raster',
      folds: 'barrier',
      drain: kind.dataflow === 'os' && random.below(2) === 0 ? 'serial' : 'overlapped',
      edge: random.below(2) === 0 ? 'full' : 'clipped',
      foldOverhead: 0,
      layerOffset: 0,
      im2col: 'none',
    },
  };
}

/** The same cases for the same seed. */
export function randomCases(seed: string, count: number, kind: Kind, limits: Limits): RtlCase[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => randomCase(random, kind, limits));
}
