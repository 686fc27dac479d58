import type { Plugin } from 'chart.js';
import type { Theme } from './palette.js';
import { drawing } from './pen.js';

/** A point of a scatter chart, with a name where it is to be named. */
export interface LabelledPoint {
  /** In the units of the axes `x` and `y`. */
  readonly x: number;
  readonly y: number;
  /** In pixels. */
  readonly radius: number;
  readonly text?: string;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const lineHeight = 14;
const gap = 3;

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Where a text may stand at a point: above, below, right, left. */
function places(point: Box, width: number): Box[] {
  const [x, y] = [(point.left + point.right) / 2, (point.top + point.bottom) / 2];
  return [
    [x - width / 2, point.top - gap - lineHeight],
    [x - width / 2, point.bottom + gap],
    [point.right + gap, y - lineHeight / 2],
    [point.left - gap - width, y - lineHeight / 2],
  ].map(([left, top]) => ({ left: left!, top: top!, right: left! + width, bottom: top! + lineHeight }));
}

/** Names of points, each where it covers least of the points and of the names before it. */
export function pointLabels(points: readonly LabelledPoint[], theme: Theme): Plugin {
  return drawing('pointLabels', 'afterDatasetsDraw', 11, (pen, { chartArea, scales }) => {
    pen.fillStyle = theme.ink;
    pen.textAlign = 'left';
    const boxes = points.map(({ x, y, radius }): Box => {
      const [left, top] = [scales['x']!.getPixelForValue(x), scales['y']!.getPixelForValue(y)];
      return { left: left - radius, top: top - radius, right: left + radius, bottom: top + radius };
    });
    const taken = [...boxes];
    points.forEach(({ text }, i) => {
      if (text === undefined) return;
      const cost = (box: Box): number => {
        const outside = lineHeight * (box.right - box.left) - overlap(box, chartArea);
        return taken.reduce((sum, other) => sum + overlap(box, other), outside);
      };
      const best = places(boxes[i]!, pen.measureText(text).width).reduce((a, b) => (cost(b) < cost(a) ? b : a));
      taken.push(best);
      pen.fillText(text, best.left, (best.top + best.bottom) / 2);
    });
  });
}
