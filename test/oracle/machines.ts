import { quantity } from '../../src/core/quantity.js';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { Accelerator, ArrayConfig } from '../../src/machine/accelerator.js';
import { dataflows } from '../../src/machine/dataflows/registry.js';
import { disciplineFamilies } from '../../src/machine/disciplines/registry.js';
import type { BandwidthDram } from '../../src/machine/dram/bandwidth.js';
import { windowOrders } from '../../src/machine/orders/registry.js';
import { unitFamilies } from '../../src/machine/units/registry.js';

/** The family and the numbers of a spec such as `bit-serial(16,1)`. */
function parse(spec: string): [string, number[]] {
  const [name = '', numbers] = spec.split(/[()]/);
  return [name, numbers === undefined || numbers === '' ? [] : numbers.split(',').map(Number)];
}

/** What a test says of an array; the rest is as in a machine file that does not say it. */
export type ArraySpec = Pick<
  ReferenceArray,
  'rows' | 'cols' | 'unit' | 'discipline' | 'steps' | 'order' | 'drain' | 'edge'
> &
  Partial<ReferenceArray>;

/** The array of the fast engine that a reference array describes. */
export function arrayOf(array: ArraySpec): ArrayConfig {
  const [unit, parameters] = parse(array.unit);
  const [discipline, numbers] = parse(array.discipline);
  return {
    rows: array.rows,
    cols: array.cols,
    dataflow: dataflows[array.dataflow ?? 'os'],
    unit: unitFamilies[unit]!.make(...parameters),
    discipline: disciplineFamilies[discipline]!.make(...numbers),
    steps: array.steps,
    order: windowOrders[array.order]!,
    folds: array.folds ?? 'barrier',
    drain: array.drain,
    edge: array.edge,
    foldOverhead: array.foldOverhead ?? 0,
    layerOffset: array.layerOffset ?? 0,
    im2col: array.im2col ?? 'none',
  };
}

/** Memory that is never waited for. */
const freeDram: BandwidthDram = {
  model: 'bandwidth',
  bandwidth: quantity<'bit/s'>(Infinity),
  efficiency: 1,
  burst: quantity<'bit'>(512),
  latency: quantity<'ns'>(0),
  energy: quantity<'pJ/bit'>(15),
};

/** The same in bursts of one bit, so that traffic is exact. */
export const bitwiseDram: BandwidthDram = { ...freeDram, burst: quantity<'bit'>(1) };

/** A machine with buffers that hold any small layer whole, and memory and ports that are never waited for unless asked. */
export function machineOf(array: ArraySpec, overrides: Partial<Accelerator> = {}): Accelerator {
  const buffer = {
    capacity: quantity<'bit'>(2 ** 30),
    width: quantity<'bit'>(64),
    banks: 1,
    ports: 1 as const,
    distributed: true,
  };
  return {
    name: 'random',
    description: 'a machine of a test',
    technology: {
      node: quantity<'nm'>(45),
      voltage: quantity<'V'>(0.9),
      clock: quantity<'Hz'>(500e6),
      sram: 'itrs-lop',
    },
    array: arrayOf(array),
    buffers: { ifmap: buffer, weight: buffer, ofmap: buffer },
    dram: freeDram,
    storage: 'planes',
    mapping: { objective: 'dram', keep: true },
    components: [],
    sources: {},
    ...overrides,
  };
}
