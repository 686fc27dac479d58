import type { Precision } from '../../core/precision.js';
import type { ArrayLayer } from '../../network/layer.js';
import type { RegionMap } from '../../trace/trace.js';

/** An array as the reference engine builds it. Specs are those of an accelerator file. */
export interface ReferenceArray {
  readonly rows: number;
  readonly cols: number;
  readonly dataflow: 'os' | 'ws' | 'is' | 'reduce';
  readonly unit: string;
  readonly discipline: string;
  readonly steps: 'channel-inner' | 'tap-inner';
  readonly order: 'raster' | 'sorted' | 'tiled';
  readonly folds: 'barrier' | 'pipelined';
  readonly drain: 'overlapped' | 'serial';
  readonly edge: 'full' | 'clipped';
  readonly foldOverhead: number;
  readonly layerOffset: number;
  /** `first`: the layer is taken as the network's first, whose items are whole windows. */
  readonly im2col: 'none' | 'first';
}

/** One layer with its operands, integers of `fullBits`, and the levels that cut them. */
export interface ReferenceLayer {
  readonly layer: ArrayLayer;
  readonly fullBits: Precision;
  /** [channels, height, width] */
  readonly activations: Int32Array;
  /** Whether a bit of the activations is their sign; without one they are 0 … 2^bits − 1, as behind ReLU. */
  readonly signedActivations: boolean;
  /** [filters, channels / groups, kernel rows, kernel columns], always signed. */
  readonly weights: Int32Array;
  readonly levels: readonly Precision[];
  readonly map: RegionMap;
}

/** A spec taken apart: `elastic(4)`, `spatial(8,2)` or `global`. */
export interface Spec {
  readonly name: string;
  readonly parameters: readonly number[];
}

export function parseSpec(spec: string): Spec {
  const match = /^([a-z-]+)(?:\((\d+(?:,\s*\d+)*)\))?$/.exec(spec);
  if (match === null) throw new RangeError(`the reference engine cannot read ${spec}`);
  return { name: match[1]!, parameters: match[2]?.split(',').map(Number) ?? [] };
}

/** How many parameters each discipline takes, all of them at least 1, and the dataflows in which it exists. */
const disciplines: Readonly<
  Record<string, { readonly parameters: number; readonly dataflows: readonly ReferenceArray['dataflow'][] }>
> = {
  decoupled: { parameters: 0, dataflows: ['os', 'ws', 'is', 'reduce'] },
  elastic: { parameters: 1, dataflows: ['os', 'ws', 'is'] },
  global: { parameters: 0, dataflows: ['os', 'ws', 'is', 'reduce'] },
  lockstep: { parameters: 1, dataflows: ['os', 'reduce'] },
};

function isCount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

/** What of an array cannot be, one sentence each. */
function contradictions(array: ReferenceArray): string[] {
  const { dataflow, order, folds, drain, foldOverhead, layerOffset, im2col } = array;
  const { name, parameters } = parseSpec(array.discipline);
  const discipline = disciplines[name];
  const found: string[] = [];
  const forbid = (wrong: boolean, message: string): void => {
    if (wrong) found.push(message);
  };
  const known = discipline?.parameters === parameters.length && parameters.every((value) => isCount(value, 1));
  forbid(!known, `there is no discipline ${array.discipline}`);
  forbid(discipline?.dataflows.includes(dataflow) === false, `${name} does not exist in ${dataflow}`);
  forbid(
    dataflow === 'reduce' && name === 'lockstep' && parameters[0] !== 1,
    'all rows of reduce work on the same item: only lockstep(1) exists',
  );
  forbid(dataflow === 'reduce' && parseSpec(array.unit).name === 'outlier', 'outlier units do not work in reduce');
  forbid(folds === 'pipelined' && dataflow !== 'os', 'only os runs on from fold to fold');
  forbid(folds === 'pipelined' && drain === 'serial', 'pipelined folds have no serial drain');
  forbid(folds === 'pipelined' && foldOverhead !== 0, 'pipelined folds have no overhead');
  forbid(drain === 'serial' && dataflow !== 'os', 'only os holds results that could drain');
  forbid(order === 'tiled' && dataflow !== 'os' && dataflow !== 'is', `${dataflow} has no windows side by side`);
  forbid(im2col !== 'none' && dataflow !== 'reduce', `${dataflow} takes all taps of a window anyway`);
  forbid(!isCount(array.rows, 1) || !isCount(array.cols, 1), 'rows and columns are at least 1');
  forbid(!isCount(foldOverhead, 0), 'foldOverhead is at least 0');
  forbid(!isCount(layerOffset, -1), 'layerOffset is at least -1');
  return found;
}

/** Throws where a combination does not exist. */
export function checkArray(array: ReferenceArray): void {
  const found = contradictions(array);
  if (found.length > 0) throw new RangeError(`the reference engine cannot build this array: ${found.join('; ')}`);
}
