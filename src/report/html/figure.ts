import type { Chart } from '../charts/chart.js';
import { renderChart } from '../charts/render.js';
import { html, trusted, type Html } from './markup.js';
import { themedSvg } from './style.js';
import { scrolling } from './table.js';

/** A chart in the colours of its page, with what it says in words. */
async function figure(chart: Chart): Promise<Html> {
  const svg = await renderChart(chart, { format: 'svg', theme: 'light' });
  const drawn = trusted(themedSvg(new TextDecoder().decode(svg)));
  const words = html`<details><summary>In words</summary>${chart.description}</details>`;
  return html`<figure data-chart="${chart.name}">
${scrolling(chart.title, drawn)}
<figcaption>${words}</figcaption>
</figure>
`;
}

/** Charts below each other; nothing of none. */
export async function figures(charts: readonly Chart[]): Promise<Html | undefined> {
  if (charts.length === 0) return undefined;
  const drawn: Html[] = [];
  for (const chart of charts) drawn.push(await figure(chart));
  return html`<div class="charts">${drawn}</div>`;
}
