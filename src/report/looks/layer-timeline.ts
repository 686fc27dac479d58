import type { Quantity } from '../../core/quantity.js';
import { totalCycles, type LayerCounts } from '../../engine/counts.js';
import { batchFields, countNetwork } from '../../engine/network.js';
import type { PlacedNetwork } from '../../engine/place-network.js';
import type { ImageTrace } from '../../trace/trace.js';
import { watchedRun } from '../timeline-trace.js';
import { LayerRecorder } from '../timeline-trace/layer-recorder.js';
import { tracks, type LayerTimeline, type Slice, type Track } from '../timeline-trace/slices.js';
import type { MarkKind, Piece } from './timeline-marks.js';

/** A row of the picture. */
export interface TimelineRow {
  readonly track: Track;
  readonly pieces: readonly Piece[];
}

/** Cycles that the array waits, by what came last; several where they came at once. */
export interface Wait {
  readonly reason: string;
  readonly cycles: number;
}

/** What array, DRAM channel and buffers do in one layer. */
export interface LayerTimelineLook {
  readonly layer: string;
  /** What computes it. */
  readonly unit: 'array' | 'vector unit';
  /** Why the layer is looked at. */
  readonly why: string;
  readonly clock: Quantity<'Hz'>;
  /** Cycles from the first transfer to rest: `computing` and those of `waits`. */
  readonly cycles: number;
  readonly computing: number;
  /** Of `computing`, what narrow buffer ports add. */
  readonly starved: number;
  /** The longest first. */
  readonly waits: readonly Wait[];
  /** Those on which something happens, top to bottom. */
  readonly rows: readonly TimelineRow[];
}

/** A layer that is looked at. */
export interface ChosenLayer {
  readonly position: number;
  readonly why: string;
}

/** Smaller layers are not worth a picture of how they wait. */
const leastShare = 0.01;

/**
 * The layer that takes the most cycles, and the one that waits for DRAM for the largest share of its own among those with at least 1 %
 * of all cycles. They may be the same.
 */
export function chosenLayers(counts: readonly LayerCounts[]): ChosenLayer[] {
  const layers = counts.map(({ cycles, memoryStalls }, position) => {
    const own = totalCycles(cycles);
    return { position, cycles: own, waiting: own === 0 ? 0 : memoryStalls.dram / own };
  });
  const all = layers.reduce((sum, { cycles }) => sum + cycles, 0);
  const longest = layers.reduce((most, one) => (one.cycles > most.cycles ? one : most));
  const waiting = layers
    .filter(({ cycles }) => cycles >= leastShare * all)
    .reduce((most, one) => (one.waiting > most.waiting ? one : most), longest);
  const most = 'most cycles of all layers';
  const share = 'largest share of waiting for DRAM';
  if (waiting.position === longest.position)
    return [{ position: longest.position, why: waiting.waiting === 0 ? most : `${most}, ${share}` }];
  return [
    { position: longest.position, why: most },
    { position: waiting.position, why: share },
  ];
}

const reasonKinds: Readonly<Record<string, MarkKind>> = {
  inputs: 'inputs',
  weights: 'weights',
  sums: 'sums',
  'an ofmap half': 'store',
  store: 'store',
  mask: 'regions',
  prologue: 'regions',
  'copy to ifmap': 'copy',
};

/** What `loads` brings into a half of each buffer. */
const loadKinds: readonly (readonly [string, MarkKind])[] = [
  ['ifmap', 'inputs'],
  ['weight', 'weights'],
  ['ofmap', 'sums'],
];

function kindOf({ track, name, args }: Slice): MarkKind {
  switch (track) {
    case 'array':
      return 'compute';
    case 'array stalls':
      // Where several came last, they came at once: any of them may stand for all.
      return reasonKinds[String(args['for']).split(', ')[0]!] ?? 'wait';
    case 'DRAM channel':
      return reasonKinds[name]!;
    default:
      if (name === 'loads') return loadKinds.find(([buffer]) => track.startsWith(buffer))![1];
      if (name === 'leaves') return 'store';
      return name === 'copy to ifmap' ? 'copy' : 'held';
  }
}

/** Slices of one track as pieces that are apart: where slices are inside others, the innermost. */
export function innermost(slices: readonly Slice[]): Piece[] {
  const pieces: Piece[] = [];
  const open: Slice[] = [];
  let at = 0;
  const until = (time: number): void => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const end = Math.min(top.end, time);
      if (end > at) pieces.push({ kind: kindOf(top), start: at, end });
      at = Math.max(at, end);
      if (top.end > time) return;
      open.pop();
    }
  };
  for (const slice of [...slices].sort((a, b) => a.start - b.start || b.end - a.end)) {
    until(slice.start);
    at = slice.start;
    open.push(slice);
  }
  until(Infinity);
  return pieces;
}

function waitsOf(slices: readonly Slice[]): Wait[] {
  const cycles = new Map<string, number>();
  for (const { start, end, args } of slices) {
    const reason = String(args['for']);
    cycles.set(reason, (cycles.get(reason) ?? 0) + end - start);
  }
  return [...cycles].map(([reason, own]) => ({ reason, cycles: own })).sort((a, b) => b.cycles - a.cycles);
}

function rowsOf({ slices }: LayerTimeline): TimelineRow[] {
  const on = (track: Track): Piece[] => innermost(slices.filter((slice) => slice.track === track));
  const waiting = on('array stalls').map((piece): Piece => ({ ...piece, kind: 'wait' }));
  return tracks.flatMap((track): TimelineRow[] => {
    if (track === 'layers') return [];
    const own = on(track);
    const pieces = track === 'array' ? [...own, ...waiting].sort((a, b) => a.start - b.start) : own;
    return pieces.length === 0 ? [] : [{ track, pieces }];
  });
}

function namedLayers({ plan }: PlacedNetwork, names: readonly string[]): ChosenLayer[] {
  return plan.network.layers.flatMap(({ name }, position) =>
    names.includes(name) ? [{ position, why: 'asked for' }] : [],
  );
}

/**
 * What a network of batch 1 does on an image in the named layers that it has, or where none is named in those that
 * {@link chosenLayers} finds; without an image where its plan has no masks.
 */
export function layerTimelines(
  placed: PlacedNetwork,
  image: ImageTrace | undefined,
  names: readonly string[] = [],
): LayerTimelineLook[] {
  const fields = batchFields(placed.plan, image === undefined ? [] : [image]);
  const counts = countNetwork(placed, fields);
  const { clock, burstBits, layers } = watchedRun(placed, '', '');
  const chosen = names.length === 0 ? chosenLayers(counts) : namedLayers(placed, names);
  const watched = chosen.map(({ position, why }) => ({
    position,
    why,
    recorder: new LayerRecorder(layers[position]!, burstBits, false, () => undefined),
  }));
  countNetwork(placed, fields, (at) => watched.find(({ position }) => position === at)?.recorder);
  return watched.map(({ position, why, recorder }) => {
    const timeline = recorder.finish(0);
    const waits = waitsOf(timeline.slices.filter(({ track }) => track === 'array stalls'));
    const { cycles, name } = timeline;
    return {
      layer: name,
      unit: placed.layers[position]!.kind === 'array' ? 'array' : 'vector unit',
      why,
      clock,
      cycles,
      computing: cycles - waits.reduce((sum, wait) => sum + wait.cycles, 0),
      starved: counts[position]!.memoryStalls.sram,
      waits,
      rows: rowsOf(timeline),
    };
  });
}
