import type { Precision } from '../../../src/core/precision.js';
import type { ArrayLayer } from '../../../src/network/layer.js';
import type { RegionMap } from '../../../src/trace/trace.js';

export interface Range {
  readonly from: number;
  readonly to: number;
}

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
  /** Bits that an output element of a batch is stored at. */
  readonly outputBits: (image: number, filter: number, pixel: number) => number;
  /** Windows of the batch, and filters of a group, that are on chip together. */
  readonly windowTiles: readonly Range[];
  readonly filterTiles: readonly Range[];
}

/** One element of an input of the batch. */
export interface Element {
  readonly image: number;
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

/** The numbers of a range, one by one. */
export function* range(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield i;
}

/** A range cut into folds of `side`; the last one is what remains. */
export function folds({ from, to }: Range, side: number): Range[] {
  const cut: Range[] = [];
  for (let start = from; start < to; start += side) cut.push({ from: start, to: Math.min(to, start + side) });
  return cut;
}

/** Bits that tell this many things apart. */
export function bitsToTell(things: number): number {
  let bits = 0;
  while (2 ** bits < things) bits++;
  return bits;
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

  constructor(private readonly walked: WalkedOperands) {
    const { layer, levels } = walked;
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
    const { maps, levels } = this.walked;
    if (maps === undefined) return levels[0]!;
    const { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells } = maps[image]!;
    const row = (channels === 1 ? 0 : channel * gridHeight) + Math.floor(y / regionHeight);
    return levels[cells[row * gridWidth + Math.floor(x / regionWidth)]!]!;
  }

  storedBits(element: Element): number {
    return this.walked.storage === 'dense' ? this.widestActivation : this.precision(element).activationBits;
  }
}
