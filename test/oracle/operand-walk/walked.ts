import type { Precision } from '../../../src/core/precision.js';
import type { MappingChoice } from '../../../src/engine/mapping/choice.js';
import type { ArrayLayer } from '../../../src/network/layer.js';
import type { RegionMap } from '../../../src/trace/trace.js';
import { bitsToTell, range, type Range } from '../memory-walk/ranges.js';

/** A layer of a batch as buffers and PEs see it. */
export interface WalkedOperands {
  readonly layer: ArrayLayer;
  readonly levels: readonly Precision[];
  readonly batch: number;
  /** One per image; undefined where the whole layer runs at level 0. */
  readonly maps: readonly RegionMap[] | undefined;
  readonly storage: 'planes' | 'dense';
  readonly dataflow: 'os' | 'ws' | 'is' | 'reduce';
  /** As in an accelerator file. */
  readonly unit: string;
  readonly steps: 'channel-inner' | 'tap-inner';
  readonly order: 'raster' | 'sorted' | 'tiled';
  /** Items of a reduce array are windows, not taps of a window. */
  readonly wholeWindows: boolean;
  readonly rows: number;
  readonly cols: number;
  /** Bits of one access of the ifmap buffer. */
  readonly wordBits: number;
  /** Bits that an output element of a batch is stored at, with `dense` too. */
  readonly outputBits: (image: number, filter: number, pixel: number) => number;
  readonly choice: MappingChoice;
  /** The input was left on chip by its maker. */
  readonly inputKept: boolean;
  /** The output stays on chip for its readers, whether or not it is stored too. */
  readonly outputKept: boolean;
  /** Per image the distinct maps of readers that are known ahead, by which outputs are requantised. */
  readonly readerMasks: readonly (readonly RegionMap[])[];
  /** Levels that an entry of these maps tells apart. */
  readonly readerLevels: number;
}

/** One element of an input of the batch. */
export interface Element {
  readonly image: number;
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

/** Where taps stand and what activations are worth, looked up one by one. */
export class Operands {
  readonly area: number;
  readonly taps: number;
  readonly groupChannels: number;
  readonly widestActivation: number;
  readonly widestWeight: number;
  /** Bits of a partial sum: a product of the widest operands, and room for as many as a window has. */
  readonly sumBits: number;

  /** Levels that the layer runs at. */
  readonly levels: readonly Precision[];

  constructor(private readonly walked: WalkedOperands) {
    const { layer, maps } = walked;
    const levels = maps === undefined ? walked.levels.slice(0, 1) : walked.levels;
    this.levels = levels;
    this.area = layer.output.height * layer.output.width;
    this.taps = layer.kernel[0] * layer.kernel[1];
    this.groupChannels = layer.input.channels / layer.groups;
    this.widestActivation = levels.reduce((most, level) => Math.max(most, level.activationBits), 0);
    this.widestWeight = levels.reduce((most, level) => Math.max(most, level.weightBits), 0);
    this.sumBits = this.widestActivation + this.widestWeight + bitsToTell(this.taps * this.groupChannels);
  }

  /** The input pixel under a tap of a window of the batch; one beyond the edge stands on the edge. */
  pixel(window: number, tap: number): { image: number; y: number; x: number } {
    const { input, output, kernel, stride, dilation, padding } = this.walked.layer;
    const image = Math.floor(window / this.area);
    const oy = Math.floor((window % this.area) / output.width);
    const ox = (window % this.area) % output.width;
    const y = oy * stride[0] + Math.floor(tap / kernel[1]) * dilation[0] - padding[0];
    const x = ox * stride[1] + (tap % kernel[1]) * dilation[1] - padding[1];
    return { image, y: Math.min(Math.max(y, 0), input.height - 1), x: Math.min(Math.max(x, 0), input.width - 1) };
  }

  /** The elements under a tap of a window, channel by channel. */
  *under(window: number, tap: number, channels: Range): Generator<Element> {
    const pixel = this.pixel(window, tap);
    for (const channel of range(channels.from, channels.to)) yield { ...pixel, channel };
  }

  precision({ image, channel, y, x }: Element): Precision {
    const { maps } = this.walked;
    if (maps === undefined) return this.levels[0]!;
    const { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells } = maps[image]!;
    const row = (channels === 1 ? 0 : channel * gridHeight) + Math.floor(y / regionHeight);
    return this.levels[cells[row * gridWidth + Math.floor(x / regionWidth)]!]!;
  }

  storedBits(element: Element): number {
    return this.walked.storage === 'dense' ? this.widestActivation : this.precision(element).activationBits;
  }
}
