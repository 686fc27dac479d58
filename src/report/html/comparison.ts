import { changedLayers } from '../charts/changed-layers.js';
import { changedTotals } from '../charts/changed-totals.js';
import type { Comparison, PairComparison } from '../compare/comparison.js';
import { changed, type Figure } from '../compare/figures.js';
import { largestFirst, type CostName, type LayerChange } from '../compare/layers.js';
import { nameOfRun, type RunName } from '../compare/matching.js';
import { unfitText } from '../compare/text.js';
import {
  constantText,
  costTitles,
  costUnits,
  counted,
  differenceText,
  differsText,
  inputText,
  partsText,
  placedText,
  ratioOf,
  ratioText,
  reasonText,
  runsText,
  shareText,
  summary,
  summaryFigures,
  valueText,
} from '../compare/words.js';
import { figures } from './figure.js';
import { html, type Html } from './markup.js';
import { pageText, type Section } from './page.js';
import { listElement, tableElement } from './table.js';

/** A text, one that may be long, or a number as it is shown with its value. */
type Cell = string | { readonly long: string } | { readonly text: string; readonly value: number | undefined };

/** Characters beyond which a text is broken into lines. */
const longest = 40;

function cell(content: Cell): Html {
  if (typeof content === 'string') return html`<td class="text">${content}</td>`;
  if ('long' in content) return html`<td class="text wide">${content.long}</td>`;
  const { text, value } = content;
  return value === undefined ? html`<td>${text}</td>` : html`<td data-value="${value}">${text}</td>`;
}

/**
 * The first cell of a row names it; columns that say nothing are left out.
 */
function table(caption: string, head: readonly string[], rows: readonly (readonly [string, ...Cell[]])[]): Html {
  const heading = head.map((title, i) => {
    const texts = rows.some((row) => typeof row[i] === 'string' || 'long' in row[i]!);
    return texts ? html`<th scope="col" class="text">${title}</th>` : html`<th scope="col">${title}</th>`;
  });
  const said = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => rows.some((row) => row[i] !== ''));
  const body = rows.map((row) => {
    const [, ...cells] = said(row);
    return html`<tr><th scope="row">${row[0]}</th>${cells.map(cell)}</tr>\n`;
  });
  return tableElement({ caption, head: said(heading), rows: body });
}

/** All runs that something is said of, by name. */
function whose(comparison: Comparison, pairs: readonly number[] | undefined): Cell {
  const text = runsText(comparison, pairs, Infinity);
  return text.length > longest ? { long: text } : text;
}

function inputs(comparison: Comparison): Html {
  const { changes, constants, assumptions } = comparison.inputs;
  if (changes.length + constants.length + assumptions.before.length + assumptions.after.length === 0)
    return html`<p>Both results were made from the same inputs, by the same version of Silhouette.</p>`;
  const rows = changes.map((one): [string, ...Cell[]] => [
    inputText(one),
    one.before ?? '–',
    one.after ?? '–',
    whose(comparison, one.pairs),
  ]);
  const constantRows = constants.map((one): [string, ...Cell[]] => [
    one.name,
    constantText(one.before),
    constantText(one.after),
    differsText(one),
    whose(comparison, one.pairs),
    { text: shareText(one), value: Math.max(one.share.before, one.share.after) },
  ]);
  return html`${rows.length === 0 ? undefined : table('Inputs that changed', ['input', 'before', 'after', 'runs'], rows)}
${constants.length === 0 ? undefined : html`<h3>Constants</h3>${table('Constants that changed. A share is that of the energy that the constant is a factor of.', ['constant', 'before', 'after', 'changed', 'runs', 'share'], constantRows)}`}
${listElement('Assumed before only', assumptions.before)}${listElement('Assumed after only', assumptions.after)}`;
}

const number = (value: number, unit: Figure['unit']): Cell => ({ text: valueText(value, unit), value });

/** after less before, and after ÷ before. */
function change(before: number, after: number, unit: Figure['unit']): Cell[] {
  const ratio = { text: ratioText({ before, after }), value: ratioOf({ before, after }) };
  return [{ text: differenceText(after - before, unit), value: after - before }, ratio];
}

function overview({ pairs }: Comparison): Html {
  const titles = ['time', 'energy', 'DRAM bits'].flatMap((name) => [name, 'after', 'ratio']);
  const rows = pairs.map((pair): [string, ...Cell[]] => {
    const figures = summaryFigures(pair);
    if (figures.length === 0) return [pair.name, ...titles.map(() => '–')];
    return [
      pair.name,
      ...figures.flatMap(({ before, after, unit }) => [
        number(before, unit),
        number(after, unit),
        change(before, after, unit)[1]!,
      ]),
    ];
  });
  return table('Means per image, before and after', ['run', ...titles], rows);
}

function alone({ alone: { before, after } }: Comparison): Html {
  const names = (runs: readonly RunName[]): string[] => runs.map(nameOfRun);
  return html`${listElement('Before only', names(before))}${listElement('After only', names(after))}`;
}

function figureTable(caption: string, figures: readonly Figure[]): Html {
  const rows = figures.map(({ name, unit, before, after }): [string, ...Cell[]] => [
    name,
    number(before, unit),
    number(after, unit),
    ...change(before, after, unit),
  ]);
  return table(caption, ['figure', 'before', 'after', 'difference', 'ratio'], rows);
}

const absent: Cell = { text: '–', value: undefined };

/** Cycles with what they come from; of the other costs the difference, for a table that can be read without scrolling. */
function layerCells({ costs, in: where }: LayerChange): Cell[] {
  const { cycles } = costs;
  const changeIn = (by: CostName): Cell[] => {
    const { before, after } = costs[by];
    const [difference, ratio] = change(before, after, costUnits[by]);
    return [difference!, where === 'both' ? ratio! : absent];
  };
  return [
    where === 'after' ? absent : number(cycles.before, costUnits.cycles),
    where === 'before' ? absent : number(cycles.after, costUnits.cycles),
    ...changeIn('cycles'),
    partsText(cycles, costUnits.cycles),
    ...changeIn('energy'),
    ...changeIn('dram'),
  ];
}

const layerTitles = [
  'layer',
  'cycles',
  'after',
  'difference',
  'ratio',
  'comes from',
  ...(['energy', 'dram'] as const).flatMap((by) => [`Δ ${costTitles[by]}`, 'ratio']),
  'also',
];

function layerTable(run: string, layers: readonly LayerChange[]): Html {
  const caption = `${run}, layer by layer: cycles before and after, and the differences of energy and DRAM bits`;
  const rows = largestFirst(layers, 'cycles').map((layer): [string, ...Cell[]] => [
    layer.name,
    ...layerCells(layer),
    placedText(layer),
  ]);
  return table(caption, layerTitles, rows);
}

async function pairBody(pair: PairComparison, number: number): Promise<Html> {
  const reason = reasonText(pair);
  const said = reason === '' ? undefined : html`<p>Names differ: ${reason}.</p>`;
  if (pair.figures.length === 0)
    return html`${said}<p>Before: ${unfitText(pair.unfit.before)}</p><p>After: ${unfitText(pair.unfit.after)}</p>`;
  const differing = pair.figures.filter(changed);
  const [main, minor] = [differing.filter((one) => one.main), differing.filter((one) => !one.main)];
  const layers = pair.layers.filter((layer) => layer.changed);
  const rest = html`<details><summary>${counted(minor.length, 'figure')} more</summary>${figureTable(`${pair.name}, means per image: other figures that changed`, minor)}</details>`;
  return html`${said}
${await figures(changedLayers(pair, `layers-${String(number)}`))}
${main.length === 0 ? undefined : figureTable(`${pair.name}, means per image: totals that changed`, main)}
${minor.length === 0 ? undefined : rest}
<h3>${String(layers.length)} of ${counted(pair.layers.length, 'layer')} changed</h3>
${layers.length === 0 ? undefined : layerTable(pair.name, layers)}`;
}

/**
 * A comparison as one HTML document that needs nothing else; `files` are what the two results are called, `script` is the page's own (`page.js` of
 * the build). Equal arguments give equal bytes.
 */
export async function comparisonPage(
  comparison: Comparison,
  [before, after]: readonly [before: string, after: string],
  script: string,
): Promise<string> {
  const { pairs, alone: unpaired } = comparison;
  const equal = pairs.filter((pair) => pair.equal).map(({ name }) => name);
  const sections: Section[] = [];
  if (pairs.length > 0)
    sections.push({
      id: 'runs',
      title: 'Runs beside each other',
      body: html`${await figures(changedTotals(comparison))}${overview(comparison)}${listElement('No number changed', equal)}`,
    });
  sections.push({ id: 'inputs', title: 'Inputs', body: inputs(comparison) });
  for (const [i, pair] of pairs.entries()) {
    const number = i + 1;
    if (pair.equal) continue;
    sections.push({ id: `run-${String(number)}`, title: pair.name, body: await pairBody(pair, number) });
  }
  if (unpaired.before.length + unpaired.after.length > 0)
    sections.push({ id: 'alone', title: 'Runs that were not compared', body: alone(comparison) });
  return pageText({
    title: `${before} → ${after}`,
    verdict: summary(comparison),
    sections,
    scripts: { page: script },
  });
}
