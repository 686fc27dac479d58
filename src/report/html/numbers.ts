import { isFit, type FitRun, type LayerResult, type Result, type Run } from '../../result.js';
import { resultCsv, resultRows } from '../csv.js';
import { html, trusted, type Html } from './markup.js';
import { dataElement } from './page.js';
import { listElement, tableElement } from './table.js';
import { namesAmong } from './verdict.js';

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

function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const body = rows.map(([first, ...rest]) => {
    const name = html`<th scope="row">${shown(first!)}</th>`;
    return html`<tr>${name}${rest.map(cell)}</tr>`;
  });
  const text = head.flatMap((_, i) => (typeof rows[0]?.[i] === 'string' ? [i] : []));
  return tableElement({ caption, head, text, rows: body });
}

/** Every quantity of the totals, a column for each run; what is 0 or empty in all of them is left out. */
function totals(result: Result): Html {
  const [columns, ...rows] = resultRows(result) as [readonly string[], ...(readonly Cell[])[]];
  const layerAt = columns.indexOf('layer');
  const own = rows.filter((row) => row[layerAt] === 'total' || row[layerAt] === '');
  const quantities = columns
    .map((title, i): readonly Cell[] => [title, ...own.map((row) => row[i]!)])
    .filter(([title, ...values]) => title !== 'layer' && values.some((value) => value !== '' && value !== 0));
  return table('Totals: means per image', ['quantity', ...result.runs.map(namesAmong(result.runs))], quantities);
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
  return listElement('What does not fit', needs);
}

/** The totals and the layers of a result as tables, and everything as CSV, which the page's script puts on the clipboard. */
export function numberTables(result: Result): Html {
  const fit = result.runs.filter(isFit);
  const button = html`<button type="button" id="copy-every-number" class="scripted"${trusted(' hidden')}>Copy every number of every layer as CSV</button>`;
  const every = dataElement('every-number', resultCsv(result));
  return html`${totals(result)}${unfit(result.runs)}${fit.length === 0 ? undefined : html`<h3>Layers</h3>${layers(fit)}`}<p>${button}</p>${every}`;
}
