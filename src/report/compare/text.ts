import Table from 'cli-table3';
import type { Unfit } from '../../core/unfit.js';
import type { Comparison, PairComparison } from './comparison.js';
import { changed, type Figure } from './figures.js';
import { largestFirst, type CostName, type LayerChange } from './layers.js';
import { nameOfRun, type RunName } from './matching.js';
import {
  constantText,
  costTitles,
  costUnits,
  counted,
  differenceText,
  differsText,
  inputText,
  inputValueText,
  runsText,
  partsText,
  placedText,
  ratioText,
  reasonText,
  shareText,
  summary,
  summaryFigures,
  valueText,
} from './words.js';

/** How much of a comparison is shown. */
export interface Shown {
  /** What the two results are called. */
  readonly files: readonly [before: string, after: string];
  /** What layers are ordered by. */
  readonly by: CostName;
  /** Layers of a pair, at most. */
  readonly layers: number;
  /** Everything, changed or not. */
  readonly all: boolean;
}

/** Constants that are shown unless all are asked for. */
const shownConstants = 10;

/** A table without the columns that say nothing in any row; those in `right` are aligned to the right. */
function table(head: readonly string[], right: readonly number[], rows: readonly (readonly string[])[]): string {
  const kept = head.map((_, i) => i === 0 || rows.some((row) => row[i] !== ''));
  const of = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => kept[i]);
  const text = new Table({
    head: of(head),
    colAligns: of(head.map((_, i): 'left' | 'right' => (right.includes(i) ? 'right' : 'left'))),
    style: { head: [], border: [], compact: true },
  });
  text.push(...rows.map(of));
  return text.toString();
}

function inputsText(comparison: Comparison, { all }: Shown): string[] {
  const { changes, constants, assumptions } = comparison.inputs;
  const rows = changes.map((one) => [
    inputText(one),
    inputValueText(one, one.before),
    inputValueText(one, one.after),
    runsText(comparison, one.pairs, all ? Infinity : 1),
  ]);
  const listed = all ? constants : constants.slice(0, shownConstants);
  const constantRows = listed.map((one) => [
    one.name,
    constantText(one.before),
    constantText(one.after),
    differsText(one),
    runsText(comparison, one.pairs, all ? Infinity : 1),
    shareText(one),
  ]);
  const more = constants.length - listed.length;
  const { before, after } = assumptions;
  const assumed = all
    ? [...before.map((text) => `assumed only before: ${text}`), ...after.map((text) => `assumed only after: ${text}`)]
    : [
        `other assumptions: ${String(before.length)} only before, ${String(after.length)} only after (--all lists them)`,
      ];
  return [
    ...(rows.length === 0
      ? []
      : [`what changed in the inputs\n${table(['input', 'before', 'after', 'runs'], [], rows)}`]),
    ...(constants.length === 0
      ? []
      : [
          `constants that changed, by their share of the energy\n${table(['constant', 'before', 'after', 'changed', 'runs', 'share'], [5], constantRows)}${
            more > 0 ? `\n${counted(more, 'constant')} more (--all lists them)` : ''
          }`,
        ]),
    ...(before.length + after.length === 0 ? [] : [assumed.join('\n')]),
  ];
}

function aloneText({ alone }: Comparison): string[] {
  const line = (runs: readonly RunName[], side: string): string[] =>
    runs.length === 0 ? [] : [`${side} only: ${runs.map(nameOfRun).join('; ')}`];
  const lines = [...line(alone.before, 'before'), ...line(alone.after, 'after')];
  if (lines.length === 0) return [];
  const both = alone.before.length > 0 && alone.after.length > 0;
  return [[...lines, ...(both ? ['--match BEFORE=AFTER compares runs of different names'] : [])].join('\n')];
}

/** A row per pair, where there are several. */
function overview({ pairs }: Comparison, { all }: Shown): string[] {
  const shown = pairs.filter((pair) => pair.figures.length > 0 && (all || !pair.equal));
  if (pairs.length < 2 || shown.length === 0) return [];
  const rows = shown.map((pair) => [
    pair.name,
    ...summaryFigures(pair).flatMap((one) => [
      valueText(one.before, one.unit),
      valueText(one.after, one.unit),
      ratioText(one),
    ]),
  ]);
  const head = ['run', ...['time', 'energy', 'DRAM bits'].flatMap((name) => [`${name} before`, 'after', 'ratio'])];
  return [`runs beside each other\n${table(head, head.map((_, i) => i).slice(1), rows)}`];
}

const figureRow = ({ name, unit, before, after }: Figure): string[] => [
  name,
  valueText(before, unit),
  valueText(after, unit),
  differenceText(after - before, unit),
  ratioText({ before, after }),
];

function figuresText({ figures }: PairComparison, { all }: Shown): string[] {
  const differing = figures.filter(changed);
  const rows = (all ? figures : differing.filter((one) => one.main)).map(figureRow);
  const others = [...new Set(differing.filter((one) => !one.main).map((one) => one.group))];
  return [
    ...(rows.length === 0
      ? []
      : [table(['mean per image', 'before', 'after', 'difference', 'ratio'], [1, 2, 3, 4], rows)]),
    ...(all || others.length === 0 ? [] : [`also changed: ${others.join(', ')} (--all shows them)`]),
  ];
}

function layerRow(layer: LayerChange, by: CostName): string[] {
  const cost = layer.costs[by];
  const unit = costUnits[by];
  return [
    layer.name,
    layer.in === 'after' ? '–' : valueText(cost.before, unit),
    layer.in === 'before' ? '–' : valueText(cost.after, unit),
    differenceText(cost.difference, unit),
    layer.in === 'both' ? ratioText(cost) : '–',
    partsText(cost, unit),
    placedText(layer),
  ];
}

function layersText({ layers }: PairComparison, { by, layers: most, all }: Shown): string[] {
  const differing = layers.filter((layer) => layer.costs[by].difference !== 0 || layer.in !== 'both');
  const others = layers.filter((layer) => layer.changed && !differing.includes(layer)).length;
  const shown = largestFirst(all ? layers : differing, by).slice(0, all ? undefined : most);
  const title = costTitles[by];
  if (differing.length === 0 && !all)
    return layers.length === 0
      ? []
      : [`no layer changed in ${title}${others === 0 ? '' : `, ${String(others)} in other figures`}`];
  const count = `${String(differing.length)} of ${counted(layers.length, 'layer')} changed in ${title}`;
  const lines = `${count}${others === 0 ? '' : `, ${String(others)} more in other figures`}`;
  if (shown.length === 0) return [lines];
  const rows = shown.map((layer) => layerRow(layer, by));
  const head = ['layer', 'before', 'after', 'difference', 'ratio', 'comes from', 'also changed'];
  const first = shown.length < differing.length ? `; the largest ${String(shown.length)}` : '';
  return [`${lines}${first}\n${table(head, [1, 2, 3, 4], rows)}`];
}

/** Why a run cannot be, in words. */
export function unfitText(unfit: Unfit | undefined): string {
  if (unfit === undefined) return 'fits';
  return `does not fit: ${unfit.reason}: needs ${String(unfit.demand)} ${unfit.unit}, has ${String(unfit.bound)}`;
}

function pairText(pair: PairComparison, shown: Shown): string {
  const reason = reasonText(pair);
  const title = `${pair.name}${reason === '' ? '' : ` (${reason})`}`;
  if (pair.figures.length === 0)
    return `${title}\n  before: ${unfitText(pair.unfit.before)}\n  after: ${unfitText(pair.unfit.after)}`;
  return [title, ...figuresText(pair, shown), ...layersText(pair, shown)].join('\n');
}

function equalPairs({ pairs }: Comparison): string[] {
  const names = pairs.filter((pair) => pair.equal).map(({ name }) => name);
  return names.length === 0 ? [] : [`no number changed: ${names.join('; ')}`];
}

/** A comparison as text: inputs, then numbers, run by run and layer by layer. Equal arguments give equal bytes. */
export function comparisonText(comparison: Comparison, shown: Shown): string {
  const [before, after] = shown.files;
  if (comparison.equal && !shown.all)
    return `${before} and ${after} are equal: ${counted(comparison.pairs.length, 'run')}\n`;
  const detailed = comparison.pairs.filter((pair) => shown.all || !pair.equal);
  return `${[
    `before: ${before}\nafter:  ${after}\n${summary(comparison).join(' ')}`,
    ...inputsText(comparison, shown),
    ...aloneText(comparison),
    ...overview(comparison, shown),
    ...detailed.map((pair) => pairText(pair, shown)),
    ...(shown.all ? [] : equalPairs(comparison)),
  ].join('\n\n')}\n`;
}
