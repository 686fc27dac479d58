import { gcd } from '../core/numbers.js';
import type { Quantity } from '../core/quantity.js';
import { walkTiles } from '../engine/layer-walk.js';
import type { PlacedLayer, PlacedNetwork } from '../engine/place-network.js';
import type { WatchedLayer } from './timeline-trace/layer-recorder.js';
import type { RunTimeline, WatchedRun } from './timeline-trace/recorder.js';
import { tracks, type LayerTimeline, type Slice, type SliceArguments, type Track } from './timeline-trace/slices.js';

/** Lines in one string of {@link timelineJson}. */
const chunkLines = 4096;

/** Process ids are multiples of this; the tracks of a process count on from its id, so that no two share a thread id. */
const processStride = 100;

const categories: Readonly<Record<Track, string>> = {
  layers: 'layer',
  array: 'array',
  'array stalls': 'stall',
  'DRAM channel': 'dram',
  'ifmap half 0': 'buffer',
  'ifmap half 1': 'buffer',
  'weight half 0': 'buffer',
  'weight half 1': 'buffer',
  'ofmap half 0': 'buffer',
  'ofmap half 1': 'buffer',
};

const trackOrder = new Map(tracks.map((track, i) => [track, i]));

/** Said of the whole file. */
export type TimelineMeta = Readonly<Record<string, unknown>>;

/**
 * The runs as a file in the Trace Event Format (JSON object form), in pieces: one process per run, one thread per
 * track, complete events. Times are microseconds of the machine's clock in whole nanoseconds, which is what viewers
 * keep; where a cycle is not, every edge is rounded to the nearest, so that slices still nest. `cycle` and `cycles`
 * among the arguments are exact.
 */
export function* timelineJson(runs: readonly RunTimeline[], meta: TimelineMeta = {}): Generator<string> {
  let lines: string[] = [];
  let separator = '{"traceEvents":[\n';
  const flush = (): string => {
    const text = separator + lines.join(',\n');
    separator = ',\n';
    lines = [];
    return text;
  };
  for (const [i, run] of runs.entries()) {
    const pid = processStride * (i + 1);
    lines.push(...nameEvents(run, pid, i).map((event) => JSON.stringify(event)));
    for (const layer of run.layers)
      for (const event of layerEvents(layer, pid, run.run.clock)) {
        lines.push(JSON.stringify(event));
        if (lines.length >= chunkLines) yield flush();
      }
  }
  if (lines.length > 0 || separator.startsWith('{')) yield flush();
  const about = runs.map(({ run: { clock, burstBits, ...named }, cycles }) => ({
    ...named,
    clockHz: clock,
    burstBits,
    cycles,
  }));
  yield `\n],\n"displayTimeUnit":"ns",\n"otherData":${JSON.stringify({ ...meta, runs: about })}}\n`;
}

/** Names and order of a process and its tracks. */
function nameEvents({ run: { accelerator, scheme, image } }: RunTimeline, pid: number, order: number) {
  const event = (name: string, tid: number, args: SliceArguments) => ({ name, ph: 'M', ts: 0, pid, tid, args });
  return [
    event('process_name', pid, { name: `${accelerator}, ${scheme}` }),
    event('process_labels', pid, { labels: image }),
    event('process_sort_index', pid, { sort_index: order }),
    ...tracks.flatMap((track, t) => [
      event('thread_name', pid + t, { name: track }),
      event('thread_sort_index', pid + t, { sort_index: t }),
    ]),
  ];
}

/** Nanoseconds of a cycle's edge, whole. */
function nanoseconds(clock: Quantity<'Hz'>): (cycle: number) => number {
  const hertz = Math.round(clock);
  const common = gcd(1e9, hertz);
  const [times, by] = [1e9 / common, hertz / common];
  return (cycle) => Math.round((cycle * times) / by);
}

/** Track by track, each in the order of time, an outer slice before those inside it. */
function inOrder(slices: readonly Slice[]): Slice[] {
  return [...slices].sort(
    (a, b) => trackOrder.get(a.track)! - trackOrder.get(b.track)! || a.start - b.start || b.end - a.end,
  );
}

function* layerEvents({ offset, slices }: LayerTimeline, pid: number, clock: Quantity<'Hz'>) {
  const toNs = nanoseconds(clock);
  for (const { track, name, start, end, args } of inOrder(slices)) {
    const [from, to] = [toNs(offset + start), toNs(offset + end)];
    yield {
      name,
      cat: categories[track],
      ph: 'X',
      ts: from / 1000,
      dur: (to - from) / 1000,
      pid,
      tid: pid + trackOrder.get(track)!,
      args: { ...args, cycle: offset + start, cycles: end - start },
    };
  }
}

/** What a recorder must know of a placed network to watch it. */
export function watchedRun(placed: PlacedNetwork, scheme: string, image: string): WatchedRun {
  const { accelerator, plan, layers } = placed;
  return {
    accelerator: accelerator.name,
    scheme,
    image,
    clock: accelerator.technology.clock,
    burstBits: layers.map(burstBitsOf)[0] ?? 0,
    layers: layers.map((layer, i) => watchedLayer(layer, plan.network.layers[i]!)),
  };
}

function burstBitsOf(layer: PlacedLayer): number {
  return layer.kind === 'array' ? layer.mapped.dram.burstBits : layer.vector.dram.burstBits;
}

function watchedLayer(
  layer: PlacedLayer,
  { name, kind }: { readonly name: string; readonly kind: string },
): WatchedLayer {
  if (layer.kind === 'vector') return { name, about: { kind } };
  const { mapping } = layer.mapped;
  const { tiling, choice } = mapping;
  const of = (place: number, all: readonly unknown[]): string => `${String(place)} of ${String(all.length)}`;
  let steps: ReturnType<typeof walkTiles> | undefined;
  return {
    name,
    about: { kind, loops: choice.order.join(' ') },
    tile: (tile) => {
      steps ??= walkTiles(mapping);
      const { group, window, filter, channel } = steps[tile]!;
      return {
        ...(tiling.groups.length > 1 && { groups: of(group, tiling.groups) }),
        windows: of(window, tiling.windows),
        filters: of(filter, tiling.filters),
        channels: of(channel, tiling.channels),
      };
    },
  };
}
