import type { BarElement, Chart, Plugin } from 'chart.js';
import { fontFamily } from './frame.js';
import type { Theme } from './palette.js';

/** Space that is left right of the longest bar for the text at its end. */
export const endLabelRoom = 150;

const narrowest = 6;

/** Text at the right end of every row, beyond all that the row shows. Drawn over the plot area, and beyond it. */
export function endLabels(texts: readonly (string | undefined)[], theme: Theme): Plugin {
  return {
    id: 'endLabels',
    afterDatasetsDraw(chart: Chart) {
      const { ctx } = chart;
      const elements = chart.data.datasets.map((_, i) => chart.getDatasetMeta(i).data);
      ctx.save();
      ctx.font = `12px "${fontFamily}"`;
      ctx.fillStyle = theme.ink;
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'left';
      texts.forEach((text, row) => {
        if (text === undefined) return;
        const ends = elements.flatMap((data) => {
          const x = data[row]?.x;
          return x === undefined || Number.isNaN(x) ? [] : [x];
        });
        const bar = elements[0]?.[row];
        if (bar !== undefined) ctx.fillText(text, Math.max(...ends, chart.chartArea.left) + 8, bar.y);
      });
      ctx.restore();
    },
  };
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

/** Text in the middle of every part of horizontal stacked bars, where there is room: `texts` by dataset, then by row. */
export function partLabels(texts: readonly (readonly string[])[], colours: readonly string[]): Plugin {
  return {
    id: 'partLabels',
    afterDatasetsDraw(chart: Chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `11px "${fontFamily}"`;
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'center';
      texts.forEach((ofRows, part) => {
        ctx.fillStyle = onColour(colours[part]!);
        const { data } = chart.getDatasetMeta(part);
        ofRows.forEach((text, row) => {
          const bar = data[row] as BarElement | undefined;
          if (bar === undefined) return;
          const { x, y, base } = bar.getProps(['x', 'y', 'base'], true) as { x: number; y: number; base: number };
          if (Math.abs(x - base) >= ctx.measureText(text).width + narrowest) ctx.fillText(text, (x + base) / 2, y);
        });
      });
      ctx.restore();
    },
  };
}
