import { beforeAll, describe, expect, it } from 'vitest';
import { textWidth } from '../../../src/report/charts/figures.js';
import { chartNames, chartsOf } from '../../../src/report/charts/registry.js';
import { renderChart } from '../../../src/report/charts/render.js';
import { narrowWidth } from '../../../src/report/charts/widths.js';
import { figures } from '../../../src/report/html/figure.js';
import { sampleRuns } from './sample-runs.js';

let charted: Awaited<ReturnType<typeof sampleRuns>>;

beforeAll(async () => {
  const sample = await sampleRuns();
  const runs = sample.runs.map((run) => ('totals' in run ? { ...run, accuracy: 0.9 } : run));
  charted = { ...sample, runs };
});

const unchanging = (name: string): boolean => /^(?:layers|roofline)-/.test(name);
const narrow = () => chartNames.flatMap((name) => chartsOf({ ...charted, width: narrowWidth }, name));
const wide = () => chartNames.flatMap((name) => chartsOf(charted, name));

describe('a chart for a telephone', () => {
  it('is there of all but layers and roofline, and says the same', () => {
    const pairs = narrow().map((chart, i) => [chart, wide()[i]!] as const);
    for (const [chart, other] of pairs) {
      expect(chart).toMatchObject({ name: other.name, title: other.title, description: other.description });
      expect(chart.width === narrowWidth, chart.name).toBe(!unchanging(chart.name));
    }
  });

  it('holds every name and every value whole, and nothing beyond its edge', async () => {
    for (const chart of narrow().filter(({ name }) => !unchanging(name))) {
      const svg = new TextDecoder().decode(await renderChart(chart, { format: 'svg', theme: 'light' }));
      expect(svg, chart.name).not.toMatch(/transform="matrix\(0\.\d+ 0 0 1/);
      const texts = [
        ...svg.matchAll(/<text[^>]*?(?:translate\(([-\d.]+)[^>]*)? font-size="(\d+)"[^>]* x="([^"]*)"[^>]*>([^<]*)</g),
      ];
      // Titles of vertical axes have places of their own.
      const level = texts.filter(([element]) => !element.includes('matrix') && !element.includes('rotate'));
      expect(level.length, chart.name).toBeGreaterThan(10);
      for (const [, moved = '0', size, xs, text] of level) {
        const places = xs!.split(' ').map((x) => Number(x) + Number(moved));
        expect(places[0], text).toBeGreaterThanOrEqual(0);
        expect(places.at(-1)! + textWidth(text!.at(-1)!, Number(size)), text).toBeLessThanOrEqual(narrowWidth + 4);
      }
      const joined = texts.map(([, , , , text]) => text).join('\n');
      const names = /^(?:area)/.test(chart.name) ? ['int8', 'region'] : ['uniform:16', 'region:2@50,3@30,4@20'];
      for (const name of names) expect(joined).toContain(name);
    }
  });

  it('has its explanation of the lower bound in lines, for legends have none', async () => {
    const chart = chartsOf({ ...charted, width: narrowWidth }, 'dram')[0]!;
    const svg = new TextDecoder().decode(await renderChart(chart, { format: 'svg', theme: 'light' }));
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]!);
    expect(texts).toContain('lower bound');
    expect(texts.join(' ').replaceAll(/\s+/g, ' ')).toContain(
      'lower bound: every operand once, less what stays on chip',
    );
  });
});

async function drawnPage(): Promise<string> {
  const page = await figures((width) => chartNames.flatMap((name) => chartsOf({ ...charted, width }, name)));
  return page!.markup;
}

describe('a figure of a page', () => {
  it('has both drawings and one text, and no two of its ids are alike', async () => {
    const page = await drawnPage();
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
    expect(ids.length).toBeGreaterThan(50);
    expect(new Set(ids).size).toBe(ids.length);
    for (const figure of page.split('</figure>').slice(0, -1)) {
      const name = /data-chart="([^"]+)"/.exec(figure)![1]!;
      expect(figure.match(/<svg /g), name).toHaveLength(unchanging(name) ? 1 : 2);
      expect(figure.match(/<desc /g)).toHaveLength(1);
      expect(figure.match(new RegExp(`aria-describedby="${name}-description"`, 'g'))).toHaveLength(
        unchanging(name) ? 1 : 2,
      );
    }
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('has variables wherever its theme has colours, and labels inside bars stay white', async () => {
    const page = await drawnPage();
    for (const name of ['ink', 'muted', 'grid', 'surface']) expect(page).toContain(`"var(--chart-${name})"`);
    const white = [...page.matchAll(/<(\w+)[^>]*="(?:white|#fff|#fffff[ef])"[^>]*>/gi)].map(([, element]) => element);
    expect(white.length).toBeGreaterThan(0);
    expect(new Set(white)).toEqual(new Set(['text']));
    // Gaps between parts of bars, and rims of dots.
    expect(page).toMatch(/<path[^>]*var\(--chart-surface\)/);
    expect(page).toMatch(/<(?:circle|path)[^>]* stroke="var\(--chart-surface\)"/);
  });
});
