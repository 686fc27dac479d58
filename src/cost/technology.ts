import type { Problem } from '../core/errors.js';
import { throwIfAny } from '../core/errors.js';
import { logLog } from '../core/numbers.js';
import type { Technology } from '../machine/accelerator.js';
import type { Constant } from './constant.js';
import { BASE_VOLTAGE, nodeScalings, SCALING_SOURCE, VOLTAGE_RANGE, type NodeScaling } from './data/scaling.js';

/** What a number given at another node and 0.9 V is multiplied by. */
export interface Scaling {
  /** Of dynamic energies and of leakage. */
  readonly energy: Constant;
  readonly area: Constant;
}

const [largest, smallest] = [nodeScalings[0]!.nodeNm, nodeScalings.at(-1)!.nodeNm];

function factor({ energy: [a, b, c] }: NodeScaling, voltage: number): number {
  return a * voltage * voltage + b * voltage + c;
}

/** A value between the two nearest nodes of the table, on the log-log line through them. */
function between(nodeNm: number, of: (row: NodeScaling) => number): number {
  const above = nodeScalings.findLast((row) => row.nodeNm >= nodeNm)!;
  const below = nodeScalings.find((row) => row.nodeNm <= nodeNm)!;
  if (above === below) return of(above);
  return logLog(nodeNm, [above.nodeNm, of(above)], [below.nodeNm, of(below)]);
}

function isTabulated(nodeNm: number): boolean {
  return nodeScalings.some((row) => row.nodeNm === nodeNm);
}

/** What keeps a technology from being priced: a node or voltage outside of the equations, a clock that is not positive. */
export function technologyProblems({ node, voltage, clock }: Technology): Problem[] {
  const problems: Problem[] = [];
  if (!(node >= smallest && node <= largest))
    problems.push({
      where: 'technology.node',
      message: 'there are no prices for this node',
      expected: `${String(smallest)} nm to ${String(largest)} nm`,
      received: `${String(node)} nm`,
    });
  const [low, high] = VOLTAGE_RANGE;
  if (!(voltage >= low && voltage <= high))
    problems.push({
      where: 'technology.voltage',
      message: 'energies are not known at this voltage',
      expected: `${String(low)} V to ${String(high)} V`,
      received: `${String(voltage)} V`,
    });
  if (!(clock > 0 && clock < Infinity))
    problems.push({
      where: 'technology.clock',
      message: 'the clock must be positive and finite',
      expected: 'more than 0 Hz',
      received: `${String(clock)} Hz`,
    });
  return problems;
}

/** Energy and area at one node over those at another, both at 0.9 V: how SRAM beyond CACTI's nodes is scaled. */
export function nodeRatio(fromNm: number, toNm: number): { readonly energy: number; readonly area: number } {
  const energyAt = (nm: number): number => between(nm, (row) => factor(row, BASE_VOLTAGE));
  const areaAt = (nm: number): number => between(nm, (row) => row.area);
  return { energy: energyAt(toNm) / energyAt(fromNm), area: areaAt(toNm) / areaAt(fromNm) };
}

/**
 * Factors from a node at 0.9 V: energy by f(V) of Stillmaker and Baas, area by node; at the same node and voltage both are exactly
 * 1. Nodes that the paper does not list (28, 40 nm) lie on the log-log line between its neighbours. Throws a SilhouetteError with
 * {@link technologyProblems}.
 */
export function scalingFrom(fromNm: number, technology: Technology): Scaling {
  throwIfAny(technologyProblems(technology));
  const { node, voltage } = technology;
  const common = { unit: '1', source: SCALING_SOURCE, node: `${String(fromNm)} nm`, status: 'scaled' } as const;
  /** As uncertain as its step is large, at most 30 %: an assumption of ours. */
  const ratio = (value: number) => ({ value, uncertainty: Math.min(0.3, Math.abs(Math.log(value))) });
  const read = [fromNm, node].filter((one) => !isTabulated(one)).map((one) => `${String(one)} nm`);
  const interpolated =
    read.length === 0 ? '' : `; ${read.join(' and ')} on the log-log line between neighbouring nodes`;
  return {
    energy: {
      ...common,
      ...ratio(between(node, (row) => factor(row, voltage)) / between(fromNm, (row) => factor(row, BASE_VOLTAGE))),
      conditions: `from ${String(fromNm)} nm and ${String(BASE_VOLTAGE)} V; leakage of logic is assumed to scale alike${interpolated}`,
    },
    area: {
      ...common,
      ...ratio(between(node, (row) => row.area) / between(fromNm, (row) => row.area)),
      conditions: `from ${String(fromNm)} nm${interpolated}`,
    },
  };
}
