import { isFit, type ConstantResult } from '../../result.js';
import { grouped } from './grouped.js';
import type { RunPair } from './matching.js';

/** What a constant is, whatever it weighs. */
const facts = ['value', 'unit', 'status', 'uncertainty', 'source', 'node', 'conditions'] as const;
export type Fact = (typeof facts)[number];
export type ConstantFacts = Pick<ConstantResult, Fact>;

/** A constant that differs between runs; undefined where a run has it and its partner has not. */
export interface ConstantChange {
  readonly name: string;
  readonly before: ConstantFacts | undefined;
  readonly after: ConstantFacts | undefined;
  /** What of it differs; empty where one run has it alone. */
  readonly differs: readonly Fact[];
  /** The largest share of the energy of a run that it is a factor of, before and after; 0 where it is not there. */
  readonly share: { readonly before: number; readonly after: number };
  /** Pairs of runs that differ in it, by index. */
  readonly pairs: readonly number[];
}

type One = Omit<ConstantChange, 'pairs'>;

const factsOf = (constant: ConstantResult | undefined): ConstantFacts | undefined =>
  constant === undefined
    ? undefined
    : {
        value: constant.value,
        unit: constant.unit,
        status: constant.status,
        uncertainty: constant.uncertainty,
        source: constant.source,
        node: constant.node,
        conditions: constant.conditions,
      };

function between({ before, after }: RunPair): One[] {
  if (!isFit(before) || !isFit(after)) return [];
  const byName = (constants: readonly ConstantResult[]): Map<string, ConstantResult> =>
    new Map(constants.map((constant) => [constant.name, constant]));
  const [from, to] = [byName(before.constants), byName(after.constants)];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((name): One[] => {
    const [a, b] = [from.get(name), to.get(name)];
    const differs = a === undefined || b === undefined ? [] : facts.filter((fact) => a[fact] !== b[fact]);
    if (a !== undefined && b !== undefined && differs.length === 0) return [];
    const share = { before: a?.share ?? 0, after: b?.share ?? 0 };
    return [{ name, before: factsOf(a), after: factsOf(b), differs, share }];
  });
}

/** Constants that differ between runs and their partners, the largest share of energy first. */
export function constantChanges(pairs: readonly RunPair[]): ConstantChange[] {
  const lists = pairs.map(between);
  const keyOf = ({ name, before, after }: One): string => JSON.stringify([name, before ?? null, after ?? null]);
  return grouped(lists, keyOf)
    .map(({ item, pairs: own }): ConstantChange => {
      const alike = own.flatMap((pair) => lists[pair]!.filter((one) => keyOf(one) === keyOf(item)));
      const most = (side: 'before' | 'after'): number => Math.max(...alike.map(({ share }) => share[side]));
      return { ...item, share: { before: most('before'), after: most('after') }, pairs: own };
    })
    .sort(
      (a, b) =>
        Math.max(b.share.before, b.share.after) - Math.max(a.share.before, a.share.after) || (a.name < b.name ? -1 : 1),
    );
}
