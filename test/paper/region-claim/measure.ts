import {
  isFit,
  loadAccelerator,
  parseOverride,
  simulate,
  type FitRun,
  type LayerResult,
  type MappingPin,
} from '../../../src/index.js';
import { commonLayers, drqScheme, type Workload } from './workloads.js';

/**
 * What is kept of a run, mean over images. Without prefix: sums over the layers that both schemes treat; `all`: the whole
 * network, region's branch included.
 *
 * `even`: cycles of the same layers if their work were spread evenly, nobody waited and memory were unlimited: in each layer the bounds of
 * uniform:8 and uniform:4 on the same tiles, weighted by the layer's own share of 8-bit MACs.
 * `best`: with `sorted`, the sum over layers of the cheaper of sorted and raster; else cycles.
 */
export const columns = [
  'cycles',
  'bound',
  'even',
  'best',
  'sync',
  'fill',
  'memory',
  'ports',
  'macs',
  'macs8',
  'dramBits',
  'maskBits',
  'sramMaskBits',
  'sramIndexBits',
  'sramGatherBits',
  'energyPj',
  'predictorPj',
  'resizePj',
  'allCycles',
  'allBound',
  'allDramBits',
  'allMaskBits',
  'allEnergyPj',
  'branchCycles',
  'branchPj',
] as const;
export type Column = (typeof columns)[number];
export type Row = Readonly<Record<Column, number>>;
/** Columns that prices change. */
export const priced: readonly Column[] = ['energyPj', 'predictorPj', 'resizePj', 'allEnergyPj', 'branchPj'];

export interface Pair {
  readonly drq: Row;
  readonly region: Row;
}

export interface Setting {
  readonly workload: Workload;
  /** Fields of accelerators/drq.yaml that are set: `array.order=sorted`. */
  readonly machine: readonly string[];
  readonly batch?: number;
}

export function keyOf({ workload, machine, batch = 1 }: Setting): string {
  const set = machine.map((text) => text.replace(/^array\./, ''));
  return [workload.name, ...(batch > 1 ? [`batch=${String(batch)}`] : []), ...set].join(' | ');
}

type Layers = ReadonlyMap<string, LayerResult>;
const layersOf = (run: FitRun): Layers => new Map(run.layers.map((layer) => [layer.name, layer]));

/** The tiles of a run's layers, so that another can have the same. */
function pins(run: FitRun): Map<string, MappingPin> {
  return new Map(
    run.layers.flatMap(({ name, mapping }) => {
      if (mapping === undefined) return [];
      const { order, ...tiles } = mapping;
      return [[name, { order: order as unknown as MappingPin['order'], tiles }] as const];
    }),
  );
}

/** Runs of both schemes by key: a sorted machine is compared with the same one in raster order. */
const known = new Map<string, Promise<FitRun[]>>();

function bothSchemes(setting: Setting): Promise<FitRun[]> {
  const key = keyOf(setting);
  const found = known.get(key) ?? runs(setting, [drqScheme, setting.workload.region]);
  known.set(key, found);
  return found;
}

async function runs(
  setting: Setting,
  schemes: readonly string[],
  mappings?: ReadonlyMap<string, MappingPin>,
): Promise<FitRun[]> {
  const { workload, machine, batch = 1 } = setting;
  const { network, trace, images } = workload;
  const accelerator = await loadAccelerator('drq', machine.map(parseOverride));
  const result = await simulate({
    network,
    trace,
    images,
    batch,
    schemes,
    accelerators: [accelerator],
    ...(mappings !== undefined && { mappings }),
  });
  return result.runs.map((run) => {
    if (isFit(run)) return run;
    throw new Error(`${keyOf(setting)}: ${run.scheme} does not fit: ${run.unfit.reason}`);
  });
}

/** Share of a layer's MACs at 8×8 bits. */
const share8 = ({ macs, macsByBits }: LayerResult): number => (macsByBits['8x8'] ?? 0) / macs;

function rowOf(run: FitRun, common: readonly string[], uniform: readonly [Layers, Layers], raster?: Layers): Row {
  const layers = layersOf(run);
  const [eight, four] = uniform;
  const add = (of: (layer: LayerResult) => number): number =>
    common.reduce((sum, name) => sum + of(layers.get(name)!), 0);
  const part = (field: 'cycles' | 'dramBits' | 'sramBits' | 'energyPj' | 'memoryStalls', key: string): number =>
    add((layer) => layer[field][key] ?? 0);
  const branch = run.layers.find(({ kind }) => kind === 'auxiliary');
  return {
    cycles: part('cycles', 'total'),
    bound: add((layer) => layer.boundCycles),
    even: add((layer) => {
      const high = share8(layer);
      return high * eight.get(layer.name)!.boundCycles + (1 - high) * four.get(layer.name)!.boundCycles;
    }),
    best: add((layer) => Math.min(layer.cycles['total']!, raster?.get(layer.name)!.cycles['total'] ?? Infinity)),
    sync: part('cycles', 'sync'),
    fill: part('cycles', 'fill') + part('cycles', 'drain'),
    memory: part('cycles', 'memory'),
    ports: part('memoryStalls', 'sram'),
    macs: add((layer) => layer.macs),
    macs8: add((layer) => layer.macsByBits['8x8'] ?? 0),
    dramBits: part('dramBits', 'total'),
    maskBits: part('dramBits', 'mask'),
    sramMaskBits: part('sramBits', 'mask'),
    sramIndexBits: part('sramBits', 'index'),
    sramGatherBits: part('sramBits', 'gather'),
    energyPj: part('energyPj', 'total'),
    predictorPj: part('energyPj', 'predictor'),
    resizePj: part('energyPj', 'resize'),
    allCycles: run.totals.cycles['total']!,
    allBound: run.totals.boundCycles,
    allDramBits: run.totals.dramBits['total']!,
    allMaskBits: run.totals.dramBits['mask'] ?? 0,
    allEnergyPj: run.totals.energyPj['total']!,
    branchCycles: branch?.cycles['total'] ?? 0,
    branchPj: branch?.energyPj['total'] ?? 0,
  };
}

/** DRQ and region on one machine, over one workload. */
export async function measure(setting: Setting): Promise<Pair> {
  const { workload, machine } = setting;
  const common = commonLayers(workload);
  const [eight] = await runs(setting, ['uniform:8']);
  const [four] = await runs(setting, ['uniform:4'], pins(eight!));
  const uniform = [layersOf(eight!), layersOf(four!)] as const;
  const [drq, region] = await bothSchemes(setting);
  const order = 'array.order=sorted';
  const raster = { ...setting, machine: machine.filter((text) => text !== order) };
  const [drqRaster, regionRaster] = machine.includes(order) ? (await bothSchemes(raster)).map(layersOf) : [];
  return { drq: rowOf(drq!, common, uniform, drqRaster), region: rowOf(region!, common, uniform, regionRaster) };
}
