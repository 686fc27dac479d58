import { ratio, waiting } from './figures.js';
import type { Pair, Setting } from './measure.js';
import { pairOf, type Results } from './results.js';
import {
  coherence,
  disciplines,
  machineOf,
  orders,
  packets,
  regionSizes,
  setting,
  shapeMachine,
  shapes,
  shares,
  steps,
  type Workloads,
} from './studies.js';
import { synthetic } from './workloads.js';

/** One knob turned through its values on ResNet-18, all else as in accelerators/drq.yaml. */
export interface Knob {
  readonly title: string;
  readonly values: readonly { readonly value: string; readonly pair: Pair }[];
}

/** How far a knob moves region over DRQ: the greatest ratio over the least. */
export function reach({ values }: Knob): number {
  const ratios = values.map(({ pair }) => ratio(pair));
  return Math.max(...ratios) / Math.min(...ratios);
}

export interface Findings {
  /** Output stationary, elastic(4), raster, one channel a step: recorded masks, and synthetic ones. */
  readonly base: Pair;
  readonly recorded: Pair;
  readonly sorted: Pair;
  readonly sortedMobilenet: Pair;
  readonly mobilenet: Pair;
  readonly global: Pair;
  /** With channel-inner steps: the array stays on a tap for all of its channels. */
  readonly globalTap: Pair;
  readonly reduce: Pair;
  readonly reduceRecorded: Pair;
  readonly weightStationary: Pair;
  readonly pipelined: Pair;
  /** Four images that share their weights, sorted together, and in raster order. */
  readonly batched: Pair;
  readonly batchedRaster: Pair;
  /** By how far they move the ratio, greatest first. */
  readonly knobs: readonly Knob[];
}

/** The largest change of waiting inside folds that a knob makes to a scheme, as a factor. */
export const waitingReach = (knob: Knob, scheme: 'drq' | 'region'): number => {
  const values = knob.values.map(({ pair }) => waiting(pair[scheme]));
  return Math.max(...values) / Math.min(...values);
};

export function findings(results: Results, workloads: Workloads): Findings {
  const { resnet, mobilenet, selfie, selfies } = workloads;
  const at = (machine: readonly string[], workload = resnet, batch?: number): Pair => {
    const wanted: Setting = { workload, machine, ...(batch !== undefined && { batch }) };
    return pairOf(results, wanted);
  };
  const knob = (title: string, values: readonly (readonly [string, Pair])[]): Knob => ({
    title,
    values: values.map(([value, pair]) => ({ value, pair })),
  });
  const one = (title: string, field: string, values: readonly string[]): Knob =>
    knob(
      title,
      values.map((value) => [value, at(machineOf({ [field]: value }))]),
    );
  const depths = disciplines.filter((name) => name.startsWith('elastic'));
  const four = synthetic('resnet18', 0.2, { images: 4 });
  const knobs = [
    one('order of windows', 'order', orders),
    one('stall discipline', 'discipline', disciplines),
    one('FIFO depth', 'discipline', depths),
    one('order of steps', 'steps', steps),
    one('dataflow', 'dataflow', ['os', 'ws']),
    one('folds', 'folds', ['barrier', 'pipelined']),
    knob(
      'channels in a step',
      packets.map(({ title, machine }) => [title, at(machine)]),
    ),
    knob(
      'shape of the array',
      shapes.map((text) => [text, at(shapeMachine(text))]),
    ),
    knob(
      'share of 8-bit work',
      shares.map((share) => [`${String(100 * share)} %`, at([], synthetic('resnet18', share))]),
    ),
    knob(
      'coherence of the masks',
      coherence.map((spots) => [
        `${String(spots.blobs)} spots of ${String(spots.blobSize)}`,
        at([], synthetic('resnet18', 0.2, spots)),
      ]),
    ),
    knob(
      "size of DRQ's regions",
      regionSizes.map((region) => [
        `${String(region.rows)}×${String(region.cols)}`,
        at([], synthetic('resnet18', 0.2, { region })),
      ]),
    ),
  ].sort((a, b) => reach(b) - reach(a));
  const sorted = setting({ order: 'sorted' });
  const reduce = packets.find(({ machine }) => machine.includes('array.dataflow=reduce'))!.machine;
  return {
    base: at([]),
    recorded: at([], selfies),
    sorted: at(sorted),
    mobilenet: at([], mobilenet),
    sortedMobilenet: at(sorted, mobilenet),
    global: at(machineOf({ discipline: 'global' })),
    globalTap: at(machineOf({ discipline: 'global', steps: 'channel-inner' })),
    reduce: at(reduce),
    reduceRecorded: at(reduce, selfie),
    weightStationary: at(machineOf({ dataflow: 'ws' })),
    pipelined: at(machineOf({ folds: 'pipelined' })),
    batched: at(sorted, four, 4),
    batchedRaster: at([], four, 4),
    knobs,
  };
}
