import { ceilDiv } from '../../core/numbers.js';
import { precisionName } from '../../core/precision.js';
import type { Unfit } from '../../core/unfit.js';
import { bufferNames, type BufferName } from '../../machine/accelerator.js';
import { inputDemand, valueBits, weightDemand } from './capacity.js';
import type { MappingRequest } from './request.js';
import type { MappingShape } from './shape.js';
import type { SizeSpace } from './sizes.js';

/** Inputs and outputs of a layer are walked pixel by pixel; the largest photograph has fewer. */
const MAX_PIXELS = 2 ** 28;

/** More tiles than this for one layer mean buffers of a few bytes: a machine that nobody builds. */
export const MAX_TILES = 2 ** 20;

/** Why a layer has no mapping; its reason does not begin with the layer's name yet. */
export type Shortage = Unfit;

export function tooManyPixels({ layer, batch }: MappingRequest): Shortage | undefined {
  const { input, output } = layer;
  const pixels = Math.max(input.height * input.width, output.height * output.width) * batch;
  if (pixels <= MAX_PIXELS) return undefined;
  return {
    reason: 'more pixels than can be simulated',
    demand: pixels,
    bound: MAX_PIXELS,
    unit: 'pixels',
    levers: ['a smaller input', 'a smaller batch'],
  };
}

export function tooManyTiles(tiles: number): Shortage {
  return {
    reason: 'the buffers cut it into more tiles than are worth simulating',
    demand: tiles,
    bound: MAX_TILES,
    unit: 'tiles',
    levers: bufferNames.map((name) => `a larger buffers.${name}.capacity`),
  };
}

const smaller: Readonly<Record<BufferName, string>> = {
  ifmap: 'kernel',
  weight: 'kernel',
  ofmap: 'number of input channels',
};

/** A buffer whose half must hold `demand` bits and does not. */
export function tooSmall(shape: MappingShape, name: BufferName, what: string, demand: number): Shortage {
  const { reservedBits } = shape.request;
  const reserved = name === 'ifmap' ? reservedBits : 0;
  const beside = reserved > 0 ? ' beside what is kept on chip' : '';
  return {
    reason: `${what} at ${precisionName(shape.widest)} bits does not fit half of buffers.${name}${beside}`,
    demand,
    bound: shape.halves[name],
    unit: 'bit',
    levers: [
      `--set buffers.${name}.capacity='${String(ceilDiv(2 * demand + reserved, 8192))} KiB'`,
      'a scheme with fewer bits',
      `a layer with a smaller ${smaller[name]}`,
    ],
  };
}

/**
 * Why no tile fits: the first buffer that cannot hold the least that a tile needs of it. The output buffer is judged by
 * the tiles that fit the other two, so that a capacity of what is said here makes the layer fit.
 */
export function shortageOf(shape: MappingShape, space: SizeSpace): Shortage {
  const channels = space.channels.at(-1)!;
  let inputs = Infinity;
  let output = Infinity;
  for (const rows of space.rows)
    for (const cols of space.cols) {
      const demand = inputDemand(shape, 1, shape.rows(rows), shape.cols(cols), 1, channels);
      inputs = Math.min(inputs, demand);
      for (const own of space.channels) {
        const all = inputDemand(shape, 1, shape.rows(rows), shape.cols(cols), 1, own);
        const weights = weightDemand(shape, { groups: 1, filters: 1, channels: own });
        if (all > shape.halves.ifmap || weights > shape.halves.weight) continue;
        output = Math.min(output, rows * cols * valueBits(shape, own));
      }
    }
  if (inputs > shape.halves.ifmap) return tooSmall(shape, 'ifmap', 'the input of the smallest tile', inputs);
  const weights = weightDemand(shape, { groups: 1, filters: 1, channels });
  if (weights > shape.halves.weight) return tooSmall(shape, 'weight', 'one filter of the smallest tile', weights);
  return tooSmall(shape, 'ofmap', 'one output', output);
}
