import { quantity } from '../../src/core/quantity.js';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { Accelerator, ArrayConfig } from '../../src/machine/accelerator.js';
import { disciplineFamilies } from '../../src/machine/disciplines/registry.js';
import { windowOrders } from '../../src/machine/orders/registry.js';
import { unitFamilies } from '../../src/machine/units/registry.js';

function parse(spec: string): [string, number] {
  const [name = '', parameter = '0'] = spec.split(/[()]/);
  return [name, Number(parameter)];
}

/** The array of the fast engine that a reference array describes. */
export function arrayOf(array: ReferenceArray): ArrayConfig {
  const [unit, bits] = parse(array.unit);
  const [discipline, depth] = parse(array.discipline);
  return {
    rows: array.rows,
    cols: array.cols,
    dataflow: 'os',
    unit: unitFamilies[unit]!.make(bits),
    discipline: disciplineFamilies[discipline]!.make(depth),
    steps: array.steps,
    order: windowOrders[array.order]!,
    folds: 'barrier',
    drain: array.drain,
    edge: array.edge,
  };
}

/** A machine with buffers that hold any small layer whole, and memory that is never waited for unless asked. */
export function machineOf(array: ReferenceArray, overrides: Partial<Accelerator> = {}): Accelerator {
  const buffer = { capacity: quantity<'bit'>(2 ** 30), width: quantity<'bit'>(64), banks: 1 };
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
    dram: {
      model: 'bandwidth',
      bandwidth: quantity<'bit/s'>(Infinity),
      efficiency: 1,
      burst: quantity<'bit'>(512),
      latency: quantity<'ns'>(0),
      energy: quantity<'pJ/bit'>(15),
    },
    storage: 'planes',
    sources: {},
    ...overrides,
  };
}
