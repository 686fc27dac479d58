import type { Unfit } from '../../core/unfit.js';
import { isFit, type Result, type Run } from '../../result.js';
import { constantChanges } from './constants.js';
import { changed, figuresOf, type Figure } from './figures.js';
import { inputChanges, type Inputs } from './inputs.js';
import { layerChanges, type LayerChange } from './layers.js';
import { matchRuns, pairName, type Reason, type RunName, type RunPair } from './matching.js';

/** A run and what it is compared with. */
export interface PairComparison {
  readonly name: string;
  readonly reason: Reason;
  readonly before: RunName;
  readonly after: RunName;
  /** Why a run cannot be, before and after; undefined where it fits. */
  readonly unfit: { readonly before: Unfit | undefined; readonly after: Unfit | undefined };
  /** Every figure of the totals, changed or not; none where one of the two does not fit. */
  readonly figures: readonly Figure[];
  /** Every layer, changed or not; none where one of the two does not fit. */
  readonly layers: readonly LayerChange[];
  /** No figure and no layer changed, and what does not fit does not fit as before. */
  readonly equal: boolean;
}

/** What changed from one result to another. */
export interface Comparison {
  readonly inputs: Inputs;
  readonly pairs: readonly PairComparison[];
  /** Runs without a partner. */
  readonly alone: { readonly before: readonly RunName[]; readonly after: readonly RunName[] };
  /** Nothing that is compared differs: neither inputs nor runs nor numbers. */
  readonly equal: boolean;
}

const runName = ({ network, accelerator, scheme }: RunName): RunName => ({ network, accelerator, scheme });
const unfitOf = (run: Run): Unfit | undefined => (isFit(run) ? undefined : run.unfit);

function comparePair(pair: RunPair): PairComparison {
  const { before, after, reason } = pair;
  const unfit = { before: unfitOf(before), after: unfitOf(after) };
  const both = isFit(before) && isFit(after);
  const figures = both
    ? figuresOf(
        { metrics: before.totals, distribution: before.distribution },
        { metrics: after.totals, distribution: after.distribution },
      )
    : [];
  const layers = both ? layerChanges(before.layers, after.layers) : [];
  const alike = both
    ? !figures.some(changed) && !layers.some((layer) => layer.changed)
    : JSON.stringify(unfit.before) === JSON.stringify(unfit.after);
  return {
    name: pairName(pair),
    reason,
    before: runName(before),
    after: runName(after),
    unfit,
    figures,
    layers,
    equal: alike,
  };
}

/**
 * What changed from `before` to `after`: inputs, runs, figures and layers. `matches` are `BEFORE=AFTER` texts, see {@link matchRuns}.
 * Equal results, however often they were made, give an equal comparison.
 *
 * @throws SilhouetteError where a match cannot be read or matches nothing.
 */
export function compareResults(before: Result, after: Result, matches: readonly string[] = []): Comparison {
  const { pairs, onlyBefore, onlyAfter } = matchRuns(before.runs, after.runs, matches);
  const inputs: Inputs = { ...inputChanges(before, after, pairs), constants: constantChanges(pairs) };
  const compared = pairs.map(comparePair);
  const { changes, constants, assumptions } = inputs;
  const differs = [changes, constants, assumptions.before, assumptions.after, onlyBefore, onlyAfter];
  return {
    inputs,
    pairs: compared,
    alone: { before: onlyBefore.map(runName), after: onlyAfter.map(runName) },
    equal: differs.every((list) => list.length === 0) && compared.every((pair) => pair.equal),
  };
}
