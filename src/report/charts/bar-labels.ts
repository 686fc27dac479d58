import type { BarElement, Plugin } from 'chart.js';
import { textWidth } from './figures.js';
import { chartWidth } from './frame.js';
import type { Theme } from './palette.js';
import { drawing } from './pen.js';
import type { Row } from './rows.js';

const endSize = 12;
const partSize = 11;
/** Pixels between a bar and the text at its end, and around the text inside of it. */
const gap = 8;
/** Pixels of the chart beside names and plot area. */
const margins = 45;

/** What stands at the end of each row; undefined for names of groups. */
export type EndTexts = readonly (string | undefined)[];

/** Where an axis from `start` must end so that the longest bar, which ends at `most`, leaves room for the texts. */
export function axisEnd(rows: readonly Row<unknown>[], texts: EndTexts, start: number, most: number): number {
  const widest = (lines: readonly string[]): number => Math.max(0, ...lines.map((line) => textWidth(line, endSize)));
  const names = widest(rows.flatMap(({ label }) => label));
  const room = widest(texts.filter((text) => text !== undefined)) + gap;
  const plot = Math.max(chartWidth - margins - names, 2 * room);
  return start + ((most - start) * plot) / (plot - room);
}

/** Text at the right end of every row, beyond all that the row shows. */
export function endLabels(texts: EndTexts, theme: Theme): Plugin {
  return drawing('endLabels', 'afterDatasetsDraw', endSize, (pen, chart) => {
    const elements = chart.data.datasets.map((_, i) => chart.getDatasetMeta(i).data);
    pen.fillStyle = theme.ink;
    pen.textAlign = 'left';
    texts.forEach((text, row) => {
      const bar = elements[0]?.[row];
      if (text === undefined || bar === undefined) return;
      const ends = elements.flatMap((data) => {
        const { x, base = x } = (data[row] ?? {}) as { x?: number; base?: number };
        return x === undefined || Number.isNaN(x) ? [] : [Math.max(x, base!)];
      });
      pen.fillText(text, Math.max(...ends, chart.chartArea.left) + gap, bar.y);
    });
  });
}

/** Black or white, whichever stands out from a colour `#rrggbb` (WCAG 2). */
export function onColour(colour: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const x = parseInt(colour.slice(i, i + 2), 16) / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
  // Where both stand out equally: (L + 0.05)² = 1.05 · 0.05.
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! > 0.179 ? '#000000' : '#ffffff';
}

/** Text in the middle of every part of horizontal stacked bars, where there is room: `texts` by dataset, then by row. Datasets behind those are marks, which no text may touch. */
export function partLabels(texts: readonly (readonly string[])[], colours: readonly string[]): Plugin {
  return drawing('partLabels', 'afterDatasetsDraw', partSize, (pen, chart) => {
    pen.textAlign = 'center';
    const marks = chart.data.datasets.slice(texts.length).map((_, i) => chart.getDatasetMeta(texts.length + i).data);
    texts.forEach((ofRows, part) => {
      pen.fillStyle = onColour(colours[part]!);
      const { data } = chart.getDatasetMeta(part);
      ofRows.forEach((text, row) => {
        const bar = data[row] as BarElement | undefined;
        if (bar === undefined) return;
        const { x, y, base } = bar.getProps(['x', 'y', 'base'], true) as { x: number; y: number; base: number };
        const [middle, room] = [(x + base) / 2, pen.measureText(text).width + gap];
        const marked = marks.some((mark) => Math.abs((mark[row]?.x ?? NaN) - middle) < room / 2);
        if (Math.abs(x - base) >= room && !marked) pen.fillText(text, middle, y);
      });
    });
  });
}
