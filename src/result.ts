import type { Unfit } from './core/unfit.js';
import type { DataflowName } from './machine/dataflows/dataflow.js';
import type { StepOrder } from './machine/step-order.js';
import type { LayerKind } from './network/layer.js';
import type { NetworkQuality } from './trace/recorded.js';

/** A flat object of numbers: keys sorted, zeros omitted, parts summing to `total` where there is one. */
export type Numbers = Readonly<Record<string, number>>;

/** What a layer or a network costs, as the mean over images. Units are in the names; cycles and counts have none. */
export interface Metrics {
  readonly macs: number;
  /** By activation × weight bits: `8x4`. */
  readonly macsByBits: Numbers;
  /** total = compute + sync + memory + fill + drain. */
  readonly cycles: Numbers;
  /** busy, syncOperand, syncRoom, fillDrain, edge, memory: sum to rows · cols · cycles.total. */
  readonly peCycles: Numbers;
  /** Same machine, mapping and order, but decoupled and with unlimited memory. */
  readonly boundCycles: number;
  /** peCycles.busy / (rows · cols · cycles.total). */
  readonly utilization: number;
  readonly timeNs: number;
  readonly energyPj: Numbers;
  /** Memory stalls by whose fault they are, dram and sram: sum to cycles.memory. */
  readonly memoryStalls: Numbers;
  /** total, ifmap, weight, ofmap, partialSum (spilled and fetched), mask (read and written): whole bursts. */
  readonly dramBits: Numbers;
  /** What every mapping must move: each operand of a layer once, without rounding to bursts. */
  readonly compulsoryBits: number;
  /** read and write: what tensors that stay on chip spare the channel. */
  readonly keptBits: Numbers;
  /** dramBits.total − compulsoryBits + keptBits.total − packingBits.total: what came more than once. */
  readonly refetchedBits: number;
  /** What bursts hold beyond the bits that were wanted: total, weight, mask, partialSum, vector, and `bits4` for the plane that completes 4 bits. */
  readonly packingBits: Numbers;
  /** activate, precharge, read, write, refresh; empty where the DRAM model has no commands. */
  readonly dramCommands: Numbers;
  /** total, ifmap, weight, ofmap, mask, index (read and written), gather. */
  readonly sramBits: Numbers;
}

/** Nearest-rank percentiles over images. */
export interface Distribution {
  readonly mean: number;
  readonly min: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Distributions {
  readonly cycles: Distribution;
  readonly energyPj: Distribution;
  readonly dramBits: Distribution;
}

/** How a layer was put on its machine; what a mapping file can pin. */
export interface LayerMapping {
  /** Loops over tiles, outermost first; groups are outside them. */
  readonly order: readonly string[];
  readonly batch: number;
  readonly rows: number;
  readonly cols: number;
  readonly groups: number;
  readonly filters: number;
  readonly channels: number;
}

export interface LayerResult extends Metrics {
  readonly name: string;
  readonly kind: LayerKind;
  /** Of layers on the array. */
  readonly mapping?: LayerMapping;
  /** Inputs that were on chip already, by the layer that made them. */
  readonly keptInputs: readonly string[];
  /** Where its output went. */
  readonly output: 'dram' | 'chip' | 'both';
  readonly distribution: Distributions;
}

/** A constant that the energy rests on. */
export interface ConstantResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly status: 'measured' | 'published' | 'scaled' | 'assumed';
  /** In proportion: 0.3 is ±30 %. 0 for what is measured. */
  readonly uncertainty: number;
  readonly source: string;
  readonly node: string;
  readonly conditions: string;
  /** Of all terms that it is a factor of: a scaling is a factor of many, so that shares do not sum to 1. */
  readonly energyPj: number;
  readonly share: number;
}

/** A product of the energy: count × the constants of these names, powers in mW × ns. */
export interface EnergyTermResult {
  readonly part: string;
  readonly action: string;
  readonly count: number;
  readonly energyPj: number;
  readonly factors: readonly string[];
}

/** A product of the area: count × the constants of these names, um2 as mm². */
export interface AreaTermResult {
  readonly part: string;
  readonly action: string;
  readonly count: number;
  readonly areaMm2: number;
  readonly factors: readonly string[];
}

export interface Totals extends Metrics {
  /** Energy with every constant that is not measured at the lower, and upper, end of its uncertainty at once. */
  readonly energyIntervalPj: { readonly low: number; readonly high: number };
  readonly areaMm2: number;
  /** mac, fifo, sramIfmap, sramWeight, sramOfmap, component: sum to areaMm2. */
  readonly areaPartsMm2: Numbers;
  readonly powerMw: number;
}

/** What a run needs of its machine to be drawn against its ceilings, and to be said why it waits. */
export interface MachineResult {
  readonly rows: number;
  readonly cols: number;
  /** As its file writes them: `os`, `temporal(4)`, `elastic(4)`, `channel-inner`, `barrier`. */
  readonly dataflow: DataflowName;
  readonly unit: string;
  readonly discipline: string;
  readonly steps: StepOrder;
  /** Whether folds begin where the one before has left. */
  readonly folds: 'barrier' | 'pipelined';
  readonly clockHz: number;
  /** Most that the DRAM moves in a cycle of the array; null where memory is never waited for. */
  readonly dramBitsPerCycle: number | null;
}

interface RunIdentity {
  readonly network: string;
  readonly accelerator: string;
  /** Where the machine's dataflow is not ours: what stands in for it. */
  readonly approximation?: string;
  readonly scheme: string;
}

export interface FitRun extends RunIdentity {
  readonly images: number;
  /** Consecutive images that share the weights which the mapping fetches. */
  readonly batch: number;
  readonly masks: 'recorded' | 'synthetic' | 'none';
  /** 0…1, of this scheme on this network, as the trace states it. */
  readonly accuracy?: number;
  /** How near this scheme's integers come to floating point on this network, as the trace measured it. */
  readonly quality?: NetworkQuality;
  readonly machine: MachineResult;
  readonly totals: Totals;
  readonly distribution: Distributions;
  readonly layers: readonly LayerResult[];
  /** Energy as a sum of products. */
  readonly energyTerms: readonly EnergyTermResult[];
  /** Area likewise. */
  readonly areaTerms: readonly AreaTermResult[];
  /** What both are products of, the most energy first. */
  readonly constants: readonly ConstantResult[];
  /** What cannot be, such as a power that no package carries away. */
  readonly warnings: readonly string[];
  readonly assumptions: readonly string[];
}

export interface UnfitRun extends RunIdentity {
  readonly unfit: Unfit;
}

export type Run = FitRun | UnfitRun;

export function isFit(run: Run): run is FitRun {
  return 'totals' in run;
}

/** Where a result came from, so that it can be made again. */
export interface Manifest {
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  /** Overrides of accelerator fields, `array.rows=64`. */
  readonly overrides: readonly string[];
  /** Seed of whatever was random, null where nothing was. */
  readonly seed: string | null;
}

export interface Result {
  readonly schema: 'silhouette.result/1';
  readonly tool: { readonly name: 'silhouette'; readonly version: string };
  readonly manifest: Manifest;
  readonly runs: readonly Run[];
}

/** One image of one run, for per-image tables. */
export interface ImageRow {
  readonly network: string;
  readonly accelerator: string;
  readonly scheme: string;
  readonly masks: FitRun['masks'];
  readonly image: string;
  readonly cycles: number;
  readonly boundCycles: number;
  readonly energyPj: number;
  readonly dramBits: number;
}
