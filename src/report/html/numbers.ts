import { strToU8 } from 'fflate';
import { isFit, type FitRun, type LayerResult, type Result, type Run } from '../../result.js';
import { resultCsv, resultRows } from '../csv.js';
import { html, trusted, type Html } from './markup.js';
import { compressed } from '../live/compressed.js';
import { dataElement } from './page.js';
import { breakable, listElement, paperNote, tableElement } from './table.js';
import { namesAmong, unfitId } from './verdict.js';

type Cell = string | number;

const shown = (value: Cell): string => {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(5)).toString();
};

function cell(value: Cell): Html {
  if (typeof value === 'string') return html`<td class="text">${value}</td>`;
  const text = shown(value);
  return text === String(value) ? html`<td>${text}</td>` : html`<td data-value="${value}">${text}</td>`;
}

function table(
  caption: string,
  head: readonly (string | Html)[],
  rows: readonly (readonly Cell[])[],
  look?: 'totals',
): Html {
  const body = rows.map(([first, ...rest]) => {
    const name = html`<th scope="row">${shown(first!)}</th>`;
    return html`<tr>${name}${rest.map(cell)}</tr>`;
  });
  const text = head.flatMap((_, i) => (typeof rows[0]?.[i] === 'string' ? [i] : []));
  return tableElement({ caption, head, text, rows: body, ...(look !== undefined && { look }) });
}

/** Runs that a table has beside each other at most, so that nothing of it is hidden, on a screen or on paper. */
const mostBeside = 5;

/** Parts of about the same length, and no longer than that. */
function parts<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  const size = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Every quantity of the totals, a column for each run; what is 0 or empty in all runs of a table is left out. */
function totals(result: Result): Html {
  const [columns, ...rows] = resultRows(result) as [readonly string[], ...(readonly Cell[])[]];
  const nameOf = namesAmong(result.runs);
  // The row of a run stands before those of its layers.
  let at = 0;
  const named = result.runs.map((run) => {
    const row = rows[at]!;
    at += isFit(run) ? 1 + run.layers.length : 1;
    return { row, name: nameOf(run) };
  });
  const tables = parts(named, mostBeside);
  return html`${tables.map((beside, i) => {
    const quantities = columns
      .map((title, k): readonly Cell[] => [title, ...beside.map(({ row }) => row[k]!)])
      .filter(([title, ...values]) => title !== 'layer' && values.some((value) => value !== '' && value !== 0));
    const which = tables.length === 1 ? '' : `, ${String(i + 1)} of ${String(tables.length)}`;
    const heads = beside.map(({ name }) => html`<th scope="col">${breakable(name)}</th>`);
    return table(
      `Totals: means per image${which}`,
      [html`<th scope="col">quantity</th>`, ...heads],
      quantities,
      'totals',
    );
  })}`;
}

const layerColumns: readonly (readonly [string, (layer: LayerResult) => Cell])[] = [
  ['kind', ({ kind }) => kind],
  ['MACs', ({ macs }) => macs],
  ['cycles', ({ cycles }) => cycles['total'] ?? 0],
  ['compute', ({ cycles }) => cycles['compute'] ?? 0],
  ['sync', ({ cycles }) => cycles['sync'] ?? 0],
  ['memory', ({ cycles }) => cycles['memory'] ?? 0],
  ['fill + drain', ({ cycles }) => (cycles['fill'] ?? 0) + (cycles['drain'] ?? 0)],
  ['bound', ({ boundCycles }) => boundCycles],
  ['utilization', ({ utilization }) => utilization],
  ['energy pJ', ({ energyPj }) => energyPj['total'] ?? 0],
  ['DRAM bits', ({ dramBits }) => dramBits['total'] ?? 0],
];

function layers(runs: readonly FitRun[]): Html {
  const several = new Set(runs.map(({ network }) => network)).size > 1;
  const rows = runs.flatMap((run) =>
    run.layers.map((layer) => [
      layer.name,
      run.scheme,
      run.accelerator,
      ...(several ? [run.network] : []),
      ...layerColumns.map(([, read]) => read(layer)),
    ]),
  );
  return table(
    'Layers: means per image',
    ['layer', 'scheme', 'machine', ...(several ? ['network'] : []), ...layerColumns.map(([title]) => title)],
    rows,
  );
}

/** What runs would need that do not fit. */
function unfit(runs: readonly Run[]): Html | undefined {
  const nameOf = namesAmong(runs);
  const needs = runs.flatMap((run) => {
    if (isFit(run)) return [];
    const { reason, demand, bound, unit, levers } = run.unfit;
    return [
      `${nameOf(run)}: ${reason}: needs ${String(demand)} ${unit}, has ${String(bound)}; try ${levers.join(', or ')}`,
    ];
  });
  return listElement('What does not fit', needs, unfitId);
}

/** The layers as a table, which is too long for paper. */
function layerSection(runs: readonly FitRun[]): Html | undefined {
  const count = runs.reduce((sum, run) => sum + run.layers.length, 0);
  if (count === 0) return undefined;
  const note = `The table of ${String(count)} layers, all runs together, is not printed: it stands on the page, and as CSV behind its button and in simulate --csv.`;
  return html`<h3>Layers</h3>${paperNote(note)}<div class="screen">${layers(runs)}</div>`;
}

/** Everything as CSV, compressed; the page's script puts it on the clipboard. */
function everything(result: Result, hasLayers: boolean): Html {
  const what = hasLayers ? 'every number of every layer' : 'every number';
  const button = html`<button type="button" id="copy-every-number" class="scripted"${trusted(' hidden')}>Copy ${what} as CSV</button>`;
  return html`<p>${button}</p>${dataElement('every-number', compressed(strToU8(resultCsv(result))))}`;
}

/** The totals and the layers of a result as tables, and everything as CSV. */
export function numberTables(result: Result): Html {
  const fit = result.runs.filter(isFit);
  if (fit.length === 0) return html`${unfit(result.runs)}`;
  const hasLayers = fit.some((run) => run.layers.length > 0);
  return html`${totals(result)}${unfit(result.runs)}${layerSection(fit)}${everything(result, hasLayers)}`;
}
