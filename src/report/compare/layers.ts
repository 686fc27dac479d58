import type { LayerResult, Numbers } from '../../result.js';
import { loopLetters, tileText } from '../layer-table.js';
import { changed, figuresOf, partsOf } from './figures.js';

/** What layers are compared, and ordered, by. */
export const costNames = ['cycles', 'energy', 'dram'] as const;
export type CostName = (typeof costNames)[number];

const numbersOf: Readonly<Record<CostName, (layer: LayerResult) => Numbers>> = {
  cycles: ({ cycles }) => cycles,
  energy: ({ energyPj }) => energyPj,
  dram: ({ dramBits }) => dramBits,
};

/** A cost of a layer in two runs: cycles, pJ or bits. */
export interface CostChange {
  readonly before: number;
  readonly after: number;
  /** after − before; what a layer that is not there costs is 0. */
  readonly difference: number;
  /** Parts that differ, the largest difference first. They sum to the difference. */
  readonly parts: readonly { readonly part: string; readonly difference: number }[];
}

export interface LayerChange {
  readonly name: string;
  /** Which of the two runs have it. */
  readonly in: 'both' | 'before' | 'after';
  readonly costs: Readonly<Record<CostName, CostChange>>;
  /** What is put on the machine in another way: kind, loops, tile, on chip. */
  readonly placed: readonly string[];
  /** Anything of it differs, be it no cost. */
  readonly changed: boolean;
}

function costChange(before: Numbers, after: Numbers): CostChange {
  const all = partsOf(before, after);
  const { total: from = 0 } = before;
  const { total: to = 0 } = after;
  const parts = all
    .filter((one) => one.part !== 'total' && changed(one))
    .map((one) => ({ part: one.part, difference: one.after - one.before }));
  return { before: from, after: to, difference: to - from, parts };
}

/** How a layer was put on its machine, in texts. */
const placement: Readonly<Record<string, (layer: LayerResult) => string>> = {
  kind: ({ kind }) => kind,
  loops: ({ mapping }) => (mapping === undefined ? '' : loopLetters(mapping)),
  tile: ({ mapping }) => (mapping === undefined ? '' : tileText(mapping)),
  'on chip': ({ keptInputs, output }) => [output, ...keptInputs].join(' '),
};

const measured = (layer: LayerResult) => ({ metrics: layer, distribution: layer.distribution });

function layerChange(name: string, before: LayerResult | undefined, after: LayerResult | undefined): LayerChange {
  const cost = (of: (layer: LayerResult) => Numbers): CostChange =>
    costChange(before === undefined ? {} : of(before), after === undefined ? {} : of(after));
  const both = before !== undefined && after !== undefined;
  const placed = both
    ? Object.entries(placement).flatMap(([what, of]) => (of(before) === of(after) ? [] : [what]))
    : [];
  return {
    name,
    in: both ? 'both' : before === undefined ? 'after' : 'before',
    costs: { cycles: cost(numbersOf.cycles), energy: cost(numbersOf.energy), dram: cost(numbersOf.dram) },
    placed,
    changed: !both || placed.length > 0 || figuresOf(measured(before), measured(after)).some(changed),
  };
}

/** Layers by name; of several with one name each has a number. */
function named(layers: readonly LayerResult[]): Map<string, LayerResult> {
  const map = new Map<string, LayerResult>();
  for (const layer of layers) {
    let name = layer.name;
    for (let i = 2; map.has(name); i++) name = `${layer.name} (${String(i)})`;
    map.set(name, layer);
  }
  return map;
}

/** The layers of two runs by name: those before in their order, then those that only the run after has. */
export function layerChanges(before: readonly LayerResult[], after: readonly LayerResult[]): LayerChange[] {
  const [from, to] = [named(before), named(after)];
  return [...new Set([...from.keys(), ...to.keys()])].map((name) => layerChange(name, from.get(name), to.get(name)));
}

/** Layers by the size of their difference in a cost, the largest first. */
export function largestFirst(layers: readonly LayerChange[], by: CostName): LayerChange[] {
  const size = ({ costs }: LayerChange): number => Math.abs(costs[by].difference);
  return [...layers].sort((a, b) => size(b) - size(a));
}
