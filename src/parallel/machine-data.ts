import type { Accelerator, ArrayConfig } from '../machine/accelerator.js';
import type { DataflowName } from '../machine/dataflows/dataflow.js';
import { dataflows } from '../machine/dataflows/registry.js';
import { disciplineFamilies } from '../machine/disciplines/registry.js';
import { memberOf } from '../machine/member.js';
import { windowOrders } from '../machine/orders/registry.js';
import { unitFamilies } from '../machine/units/registry.js';

/** An accelerator that can be sent to another thread: what has functions goes by its name. */
export interface MachineData extends Omit<Accelerator, 'array'> {
  readonly array: Omit<ArrayConfig, 'dataflow' | 'unit' | 'discipline' | 'order'> & {
    readonly dataflow: DataflowName;
    readonly unit: string;
    readonly discipline: string;
    readonly order: string;
  };
}

/** The data of a machine whose unit, discipline and order are those of the registries. */
export function machineData(machine: Accelerator): MachineData {
  const { dataflow, unit, discipline, order } = machine.array;
  return {
    ...machine,
    array: {
      ...machine.array,
      dataflow: dataflow.name,
      unit: unit.spec,
      discipline: discipline.spec,
      order: order.name,
    },
  };
}

/** The machine that {@link machineData} was made from; throws a RangeError for names that no registry has. */
export function machineOf(data: MachineData): Accelerator {
  const { dataflow, unit, discipline, order } = data.array;
  const windowOrder = Object.hasOwn(windowOrders, order) ? windowOrders[order] : undefined;
  if (windowOrder === undefined) throw new RangeError(`no registry has ${order}`);
  return {
    ...data,
    array: {
      ...data.array,
      dataflow: dataflows[dataflow],
      unit: memberOf(unit, unitFamilies),
      discipline: memberOf(discipline, disciplineFamilies),
      order: windowOrder,
    },
  };
}
