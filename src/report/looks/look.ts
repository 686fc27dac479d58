import type { LayerCounts } from '../../engine/counts.js';
import type { LevelField } from '../../engine/levels.js';
import type { PlacedNetwork } from '../../engine/place-network.js';
import { batchFields, countNetwork } from '../../engine/network.js';
import { stallMap, type StallMap } from '../../engine/stall-map.js';
import { isArrayLayer, type ArrayLayer } from '../../network/layer.js';
import type { ImageTrace } from '../../trace/trace.js';

/** One plane of levels as a layer's input has them, pixel by pixel. */
export interface LevelPlane {
  readonly layer: string;
  readonly height: number;
  readonly width: number;
  /** Row-major [height, width]. */
  readonly levels: Uint8Array;
  /** Which of the layer's channels; undefined where all share the plane. */
  readonly channel?: number;
  /** Share of pixels at each level. */
  readonly shares: readonly number[];
}

/** Where a layer waits on an image. */
export interface StallLook {
  readonly layer: string;
  readonly map: StallMap;
  /** The level under the middle of each window; of several channels, the share of those at the highest. */
  readonly levelAt: (window: number) => number;
  readonly levels: number;
  /** Cycles of the layer, and what all layers lose to sync. */
  readonly cycles: number;
  readonly allSync: number;
}

/** What one image looks like to a run. */
export interface Look {
  readonly planes: readonly LevelPlane[];
  readonly stalls: readonly StallLook[];
  /** Cycles that no map tells of, for their dataflow has none. */
  readonly mapless: boolean;
}

/** Layers that are looked at, of each kind. */
const mostLayers = 4;
const mostStalls = 3;

function shares(levels: Uint8Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const level of levels) counts[level]! += 1;
  return counts.map((own) => own / levels.length);
}

/** The plane of one channel. */
function planeOf({ name }: ArrayLayer, field: LevelField, count: number, channel: number): LevelPlane {
  const { height, width } = field;
  const size = height * width;
  const levels = field.levels.subarray(channel * size, (channel + 1) * size);
  const own = { layer: name, height, width, levels, shares: shares(levels, count) };
  return field.channels === 1 ? own : { ...own, channel };
}

/** The channels with the least, a middling and the largest share of the highest level. */
function chosenChannels(field: LevelField, count: number): number[] {
  if (field.channels === 1) return [0];
  const size = field.height * field.width;
  const high = Array.from({ length: field.channels }, (_, channel) => {
    const own = field.levels.subarray(channel * size, (channel + 1) * size);
    return { channel, share: shares(own, count).at(-1)! };
  }).sort((a, b) => a.share - b.share || a.channel - b.channel);
  return [...new Set([high[0]!, high[high.length >> 1]!, high.at(-1)!].map(({ channel }) => channel))];
}

function levelUnder(layer: ArrayLayer, field: LevelField): (window: number) => number {
  const { width: outputWidth } = layer.output;
  const { height, width, channels, levels } = field;
  const middle = (at: number, stride: number, kernel: number, dilation: number, padding: number, size: number) =>
    Math.min(size - 1, Math.max(0, at * stride - padding + dilation * ((kernel - 1) >> 1)));
  return (window) => {
    const local = window % (outputWidth * layer.output.height);
    const [row, col] = [Math.floor(local / outputWidth), local % outputWidth];
    const y = middle(row, layer.stride[0], layer.kernel[0], layer.dilation[0], layer.padding[0], height);
    const x = middle(col, layer.stride[1], layer.kernel[1], layer.dilation[1], layer.padding[1], width);
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += levels[(channel * height + y) * width + x]!;
    return sum / channels;
  };
}

function totalCycles({ cycles }: LayerCounts): number {
  return cycles.compute + cycles.sync + cycles.memory + cycles.fill + cycles.drain;
}

/** Looks at one image as a run sees it: its maps where they differ, and the layers that lose most to waiting. `placed` is of batch 1. */
export function lookAt(placed: PlacedNetwork, image: ImageTrace): Look {
  const { plan, levels } = placed;
  const fields = batchFields(plan, [image]);
  const counts = countNetwork(placed, fields);
  const masked = plan.network.layers.flatMap((layer, i) => {
    const field = fields[i]?.[0];
    return field === undefined || !isArrayLayer(layer) ? [] : [{ i, layer, field, count: levels[i]!.length }];
  });
  const byStall = [...masked].sort((a, b) => counts[b.i]!.cycles.sync - counts[a.i]!.cycles.sync || a.i - b.i);
  const stalls = byStall.slice(0, mostStalls).flatMap(({ i, layer, field, count }): StallLook[] => {
    const map = counts[i]!.cycles.sync === 0 ? undefined : stallMap(placed, i, fields);
    if (map === undefined) return [];
    return [
      {
        layer: layer.name,
        map,
        levelAt: levelUnder(layer, field),
        levels: count,
        cycles: totalCycles(counts[i]!),
        allSync: counts.reduce((sum, { cycles }) => sum + cycles.sync, 0),
      },
    ];
  });
  // One plane serves all channels: each resolution once. Channels of their own: the layers that wait most.
  const sizes = masked.map(({ field }) => `${String(field.height)}x${String(field.width)}`);
  const firsts = masked.filter((_, i) => sizes.indexOf(sizes[i]!) === i);
  const shared = masked.every(({ field }) => field.channels === 1);
  const looked = shared ? firsts.slice(0, mostLayers) : byStall.slice(0, mostStalls);
  const planes = looked.flatMap(({ layer, field, count }) =>
    chosenChannels(field, count).map((channel) => planeOf(layer, field, count, channel)),
  );
  return { planes, stalls, mapless: stalls.length === 0 && byStall.some(({ i }) => counts[i]!.cycles.sync > 0) };
}
