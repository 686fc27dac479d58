import type { Setting } from './measure.js';
import { recorded, synthetic, type Workload } from './workloads.js';

/** What is varied, and over which values; every other field is that of accelerators/drq.yaml. */
export const shares = [0.08, 0.2, 0.5];
export const steps = ['tap-inner', 'channel-inner'];
export const orders = ['raster', 'tiled', 'sorted'];
export const disciplines = ['decoupled', 'elastic(1)', 'elastic(4)', 'elastic(16)', 'global', 'lockstep(38)'];

/** About as much of the image in every row, in ever smaller spots: blobs × diameter² is nearly the same. */
export const coherence = [
  { blobs: 1, blobSize: 0.52 },
  { blobs: 3, blobSize: 0.3 },
  { blobs: 12, blobSize: 0.15 },
  { blobs: 48, blobSize: 0.075 },
  { blobs: 192, blobSize: 0.0375 },
];

/** Region sizes that DRQ's Table III names, and single pixels. */
export const regionSizes = [
  { rows: 4, cols: 16 },
  { rows: 4, cols: 8 },
  { rows: 2, cols: 4 },
  { rows: 1, cols: 1 },
];

/** `array.order=sorted`, for loading accelerators/drq.yaml. */
export const setting = (fields: Readonly<Record<string, string>>): string[] =>
  Object.entries(fields).map(([key, value]) => `${key.includes('.') ? key : `array.${key}`}=${value}`);

const order = (name: string): string[] => (name === 'raster' ? [] : [`array.order=${name}`]);

/**
 * Machines whose steps hold several channels. Rows and columns are chosen for this study: 406 fusion units have nearly the MAC area of
 * accelerators/drq.yaml; the bit-serial tiles are Stripes' and Loom's pallet of 16 windows.
 */
const spatial = { unit: 'spatial(8,2)', rows: '14', cols: '29' };
const reduce = { ...spatial, dataflow: 'reduce', 'buffers.weight.distributed': 'true' };
const tile = { rows: '16', cols: '16', discipline: 'lockstep(16)' };
export const packets: readonly { readonly title: string; readonly machine: readonly string[] }[] = [
  { title: 'temporal(4), 1 channel', machine: [] },
  { title: 'spatial(8,2), 4 … 16 channels', machine: setting(spatial) },
  { title: 'activation-serial(16), 16 channels', machine: setting({ ...tile, unit: 'activation-serial(16)' }) },
  { title: 'bit-serial(16,1), 16 channels', machine: setting({ ...tile, unit: 'bit-serial(16,1)' }) },
  {
    title: 'spatial(8,2), reduce, global: all channels of a tap',
    machine: setting({ ...reduce, discipline: 'global' }),
  },
  {
    title: 'spatial(8,2), reduce, decoupled: all channels of a tap',
    machine: setting({ ...reduce, discipline: 'decoupled' }),
  },
];

/** Arrays of 1520 PEs. */
export const shapes = ['8x190', '19x80', '38x40', '76x20'];
export const shapeMachine = (text: string): string[] => {
  const [rows, cols] = text.split('x') as [string, string];
  return text === '38x40' ? [] : setting({ rows, cols });
};

export interface Workloads {
  readonly resnet: Workload;
  readonly mobilenet: Workload;
  readonly selfie: Workload;
  /** Eight recorded images, where only one machine is looked at. */
  readonly selfies: Workload;
}

/** One synthetic image of each network at 20 %, and one recorded one: what is varied is the machine. */
export async function workloads(): Promise<Workloads> {
  const [selfie, selfies] = [await recorded(1), await recorded(8)];
  return { resnet: synthetic('resnet18', 0.2), mobilenet: synthetic('mobilenetv2', 0.2), selfie, selfies };
}

/** What accelerators/drq.yaml has: not set, so that a setting has one key. */
const defaults: Readonly<Record<string, string>> = {
  order: 'raster',
  discipline: 'elastic(4)',
  steps: 'tap-inner',
  dataflow: 'os',
  folds: 'barrier',
};

export const machineOf = (fields: Readonly<Record<string, string>>): string[] =>
  setting(Object.fromEntries(Object.entries(fields).filter(([key, value]) => defaults[key] !== value)));

/** Fold disciplines of dataflows whose sums pass from row to row. */
export const passing = ['decoupled', 'elastic(1)', 'elastic(4)', 'elastic(16)', 'global'];

/** Every setting, by question. What two questions share has one key. */
export function studies({ resnet, mobilenet, selfie, selfies }: Workloads) {
  return {
    shares: [
      ...shares.flatMap((share) =>
        ['raster', 'sorted'].map((name) => ({ workload: synthetic('resnet18', share), machine: order(name) })),
      ),
      ...shares.map((share) => ({ workload: synthetic('mobilenetv2', share), machine: [] })),
      { workload: selfies, machine: [] },
    ],
    orders: [resnet, mobilenet, selfie].flatMap((workload) =>
      orders.map((name) => ({ workload, machine: order(name) })),
    ),
    disciplines: disciplines.flatMap((discipline) => [
      { workload: resnet, machine: machineOf({ discipline }) },
      { workload: resnet, machine: machineOf({ discipline, order: 'sorted' }) },
      { workload: resnet, machine: machineOf({ discipline, steps: 'channel-inner' }) },
      { workload: selfie, machine: machineOf({ discipline }) },
    ]),
    dataflows: [
      ...passing.map((discipline) => ({ workload: resnet, machine: machineOf({ dataflow: 'ws', discipline }) })),
      { workload: resnet, machine: machineOf({ dataflow: 'ws', order: 'sorted' }) },
      ...['elastic(4)', 'global'].flatMap((discipline) =>
        ['ws', 'is'].map((dataflow) => ({ workload: selfie, machine: machineOf({ dataflow, discipline }) })),
      ),
    ],
    packets: packets.flatMap(({ machine }) => [
      { workload: resnet, machine },
      { workload: selfie, machine },
      ...(machine.includes('array.dataflow=reduce')
        ? []
        : [{ workload: resnet, machine: [...machine, ...order('sorted')] }]),
    ]),
    shapes: shapes.flatMap((text) =>
      ['raster', 'sorted'].map((name) => ({ workload: resnet, machine: [...shapeMachine(text), ...order(name)] })),
    ),
    pipelined: [{ workload: resnet, machine: machineOf({ folds: 'pipelined' }) }],
    batch: ['raster', 'sorted'].map((name) => ({
      workload: synthetic('resnet18', 0.2, { images: 4 }),
      machine: order(name),
      batch: 4,
    })),
    coherence: coherence.flatMap((spots, i) => [
      { workload: synthetic('resnet18', 0.2, spots), machine: [] },
      ...(i === 0 || i === coherence.length - 1
        ? [{ workload: synthetic('resnet18', 0.2, spots), machine: order('sorted') }]
        : []),
    ]),
    regionSizes: regionSizes.map((region) => ({ workload: synthetic('resnet18', 0.2, { region }), machine: [] })),
  } satisfies Readonly<Record<string, readonly Setting[]>>;
}
