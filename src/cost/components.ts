import { sum } from '../core/numbers.js';
import { totalCycles, totalDramBits } from '../engine/counts.js';
import type { Accelerator } from '../machine/accelerator.js';
import type { Component, ComponentAction } from '../machine/component.js';
import type { Constant, ConstantUnit } from './constant.js';
import type { AreaTerm, EnergyTerm } from './term.js';

const counted: Readonly<Record<ComponentAction, EnergyTerm['count']>> = {
  cycle: ({ cycles }) => totalCycles(cycles),
  busyPeCycle: ({ peCycles }) => peCycles.busy,
  mac: ({ macsByBits }) => sum(Object.values(macsByBits)),
  hopBit: ({ hopBits }) => hopBits,
  ifmapBit: ({ sramBits }) => sramBits.ifmapRead + sramBits.gatherRead + sramBits.ifmapWrite,
  weightBit: ({ sramBits }) => sramBits.weightRead + sramBits.weightWrite,
  ofmapBit: ({ sramBits }) => sramBits.ofmapRead + sramBits.ofmapWrite + sramBits.sumRead + sramBits.sumWrite,
  maskBit: ({ sramBits }) => sramBits.maskRead + sramBits.maskWrite,
  dramBit: ({ dramBits }) => totalDramBits(dramBits),
  output: ({ operations }) => operations.requantize,
};

function constantOf(component: Component, value: number, unit: ConstantUnit, node: string): Constant {
  const { formulas, source, uncertainty } = component;
  return { value, unit, source: source.note, node, conditions: formulas, status: source.status, uncertainty };
}

/** Energy and leakage of what the machine's file prices itself; at its own node and voltage, so that nothing is scaled. */
export function componentTerms({ components, technology }: Accelerator): EnergyTerm[] {
  const nanoseconds = 1e9 / technology.clock;
  const node = `${String(technology.node)} nm`;
  return components.flatMap((component) => {
    const { name, per, energy, leakage } = component;
    const terms: EnergyTerm[] = [];
    if (energy > 0)
      terms.push({
        part: 'component',
        action: per,
        count: counted[per],
        factors: [{ name: `component ${name} energy`, constant: constantOf(component, energy, 'pJ', node) }],
      });
    if (leakage > 0)
      terms.push({
        part: 'leakage',
        action: 'ns',
        count: ({ cycles }) => totalCycles(cycles) * nanoseconds,
        factors: [{ name: `component ${name} leakage`, constant: constantOf(component, leakage, 'mW', node) }],
      });
    return terms;
  });
}

/** Their areas. */
export function componentAreaTerms({ components, technology }: Accelerator): AreaTerm[] {
  const node = `${String(technology.node)} nm`;
  return components
    .filter(({ area }) => area > 0)
    .map((component) => ({
      part: 'component',
      action: component.name,
      count: 1,
      factors: [
        { name: `component ${component.name} area`, constant: constantOf(component, component.area, 'mm2', node) },
      ],
    }));
}
