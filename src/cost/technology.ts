import type { Problem } from '../core/errors.js';
import { throwIfAny } from '../core/errors.js';
import type { Technology } from '../machine/accelerator.js';
import type { Constant } from './constant.js';
import { BASE_NODE_NM, BASE_VOLTAGE, nodeScalings, SCALING_SOURCE, type NodeScaling } from './data/scaling.js';

/** What arithmetic given at 45 nm and 0.9 V is multiplied by at another node and voltage. */
export interface Scaling {
  /** Of dynamic energies and of MAC leakage. */
  readonly energy: Constant;
  readonly area: Constant;
}

function factor({ energy: [a, b, c] }: NodeScaling, voltage: number): number {
  return a * voltage * voltage + b * voltage + c;
}

function scalingOfNode(nodeNm: number): NodeScaling | undefined {
  return nodeScalings.find((scaling) => scaling.nodeNm === nodeNm);
}

/** What keeps a technology from being priced: an unknown node, a voltage or clock that is not positive. */
export function technologyProblems({ node, voltage, clock }: Technology): Problem[] {
  const problems: Problem[] = [];
  if (scalingOfNode(node) === undefined)
    problems.push({
      where: 'technology.node',
      message: 'there are no prices for this node',
      expected: nodeScalings.map(({ nodeNm }) => `${String(nodeNm)} nm`).join(' or '),
      received: `${String(node)} nm`,
    });
  for (const [name, value, unit] of [['voltage', voltage, 'V'] as const, ['clock', clock, 'Hz'] as const])
    if (!(value > 0 && value < Infinity))
      problems.push({
        where: `technology.${name}`,
        message: `the ${name} must be positive and finite`,
        expected: `more than 0 ${unit}`,
        received: `${String(value)} ${unit}`,
      });
  return problems;
}

/**
 * Factors from 45 nm and 0.9 V, where both are exactly 1: energy by f(V) of Stillmaker and Baas, area by node.
 * Throws a SilhouetteError with {@link technologyProblems}.
 */
export function scalingTo(technology: Technology): Scaling {
  throwIfAny(technologyProblems(technology));
  const { node, voltage } = technology;
  const target = scalingOfNode(node)!;
  const base = scalingOfNode(BASE_NODE_NM)!;
  const common = { unit: '1', source: SCALING_SOURCE, node: `${String(BASE_NODE_NM)} nm`, status: 'scaled' } as const;
  const from = `from ${String(BASE_NODE_NM)} nm`;
  return {
    energy: {
      ...common,
      value: factor(target, voltage) / factor(base, BASE_VOLTAGE),
      conditions: `${from} and ${String(BASE_VOLTAGE)} V; MAC leakage is assumed to scale alike`,
    },
    area: { ...common, value: target.area / base.area, conditions: from },
  };
}
