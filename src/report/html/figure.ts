import type { Chart } from '../charts/chart.js';
import { renderChart } from '../charts/render.js';
import { html, trusted, type Html } from './markup.js';
import { leanSvg } from './lean-svg.js';
import { themedSvg } from './style.js';
import { scrolling } from './table.js';

/** A chart in the colours of its page, with what it says in words. */
async function figure(chart: Chart): Promise<Html> {
  const svg = await renderChart(chart, { format: 'svg', theme: 'light' });
  const drawn = trusted(leanSvg(themedSvg(new TextDecoder().decode(svg))));
  const words = html`<details class="screen"><summary>In words</summary>${chart.description}</details>`;
  return html`<figure data-chart="${chart.name}">
${scrolling(chart.title, drawn)}
<figcaption>${words}</figcaption>
</figure>
`;
}

async function drawn(charts: readonly Chart[]): Promise<Html> {
  const all: Html[] = [];
  for (const chart of charts) all.push(await figure(chart));
  return html`<div class="charts">${all}</div>`;
}

/** Charts below each other; nothing of none. Those beyond the first `most` are behind a line that says how many they are. */
export async function figures(charts: readonly Chart[], most = Infinity): Promise<Html | undefined> {
  if (charts.length === 0) return undefined;
  const [first, rest] = [charts.slice(0, most), charts.slice(most)];
  if (rest.length === 0) return drawn(first);
  const count = `${String(rest.length)} more run${rest.length === 1 ? '' : 's'}`;
  return html`${await drawn(first)}
<details class="more"><summary>${count}</summary>${await drawn(rest)}</details>`;
}
