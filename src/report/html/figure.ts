import type { Chart } from '../charts/chart.js';
import { renderChart, type Rendering } from '../charts/render.js';
import { narrowWidth } from '../charts/widths.js';
import { html, trusted, type Html } from './markup.js';
import { leanSvg } from './lean-svg.js';
import { themedSvg } from './style.js';
import { scrolling } from './table.js';

async function drawing(chart: Chart, words: Pick<Rendering, 'wordsOf'> = {}): Promise<Html> {
  const svg = await renderChart(chart, { format: 'svg', theme: 'light', ...words });
  return trusted(leanSvg(themedSvg(new TextDecoder().decode(svg))));
}

/** A chart in the colours of its page, with what it says in words; as drawn for a telephone, too, where it can be: the style sheet shows one of both. */
async function figure(chart: Chart, narrow: Chart | undefined): Promise<Html> {
  const small =
    narrow === undefined
      ? undefined
      : html`<div class="narrow">${await drawing({ ...narrow, name: `narrow-${chart.name}` }, { wordsOf: chart.name })}</div>\n`;
  const words = html`<details class="screen"><summary>In words</summary>${chart.description}</details>`;
  return html`<figure data-chart="${chart.name}">
${scrolling(chart.title, await drawing(chart))}
${small}<figcaption>${words}</figcaption>
</figure>
`;
}

async function drawn(charts: readonly Chart[], narrow: ReadonlyMap<string, Chart>): Promise<Html> {
  const all: Html[] = [];
  for (const chart of charts) {
    const other = narrow.get(chart.name);
    all.push(await figure(chart, other?.width === chart.width ? undefined : other));
  }
  return html`<div class="charts">${all}</div>`;
}

/**
 * Charts below each other; nothing of none. `charts` makes them as wide as it is told, or all alike where it cannot. Those beyond the first
 * `most` are behind a line that says how many they are.
 */
export async function figures(
  charts: (width?: number) => readonly Chart[],
  most = Infinity,
): Promise<Html | undefined> {
  const wide = charts();
  if (wide.length === 0) return undefined;
  const narrow = new Map(charts(narrowWidth).map((chart) => [chart.name, chart]));
  const [first, rest] = [wide.slice(0, most), wide.slice(most)];
  if (rest.length === 0) return drawn(first, narrow);
  const count = `${String(rest.length)} more run${rest.length === 1 ? '' : 's'}`;
  return html`${await drawn(first, narrow)}
<details class="more"><summary>${count}</summary>${await drawn(rest, narrow)}</details>`;
}
