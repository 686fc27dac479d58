import type { Chart, Plugin } from 'chart.js';
import { fontFamily } from './frame.js';

/** What of a canvas we draw with; the rest of this package knows no types of browsers. */
export interface Pen {
  fillStyle: string;
  font: string;
  textAlign: 'left' | 'center';
  textBaseline: 'middle';
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  save(): void;
  restore(): void;
}

/** A plugin that draws over or under what a chart has drawn, with text of this size in the middle of its line; it leaves the canvas as it was. */
export function drawing(
  id: string,
  when: 'beforeDraw' | 'afterDatasetsDraw',
  size: number,
  draw: (pen: Pen, chart: Chart) => void,
): Plugin {
  return {
    id,
    [when](chart: Chart) {
      const pen = chart.ctx as unknown as Pen;
      pen.save();
      pen.font = `${String(size)}px "${fontFamily}"`;
      pen.textBaseline = 'middle';
      draw(pen, chart);
      pen.restore();
    },
  };
}
