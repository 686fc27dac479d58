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
/** Pixels to names that have no place at their dot: a line leads there. */
const leaders = [18, 36];

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Whether a box and the circle in the middle of another share anything. */
function touches(box: Box, dot: Box): boolean {
  const [x, y, radius] = [(dot.left + dot.right) / 2, (dot.top + dot.bottom) / 2, (dot.right - dot.left) / 2];
  const [near, level] = [Math.max(box.left, Math.min(x, box.right)), Math.max(box.top, Math.min(y, box.bottom))];
  return Math.hypot(near - x, level - y) < radius;
}

/** Where a text may stand at a dot, the best first: above, below, right, left, towards the corners, above or below with one end over the dot, and the same farther away. */
function places(dot: Box, width: number): Box[] {
  const [x, y, radius] = [(dot.left + dot.right) / 2, (dot.top + dot.bottom) / 2, (dot.right - dot.left) / 2];
  const [above, below] = [dot.top - gap - lineHeight, dot.bottom + gap];
  const diagonal = (radius + gap) * Math.SQRT1_2;
  const corners = [-1, 1].flatMap((side) =>
    [-1, 1].map((level): [number, number] => [
      side < 0 ? x - diagonal - width : x + diagonal,
      level < 0 ? y - diagonal - lineHeight : y + diagonal,
    ]),
  );
  const sides: [number, number][] = [
    [x - width / 2, above],
    [x - width / 2, below],
    [dot.right + gap, y - lineHeight / 2],
    [dot.left - gap - width, y - lineHeight / 2],
    ...corners,
    ...[above, below].flatMap((top): [number, number][] => [
      [dot.left, top],
      [dot.right - width, top],
    ]),
  ];
  const farther = leaders.flatMap((far) =>
    [above - far, below + far].flatMap((top) =>
      [x - width / 2, x - gap, x + gap - width].map((left): [number, number] => [left, top]),
    ),
  );
  return [...sides, ...farther].map(([left, top]) => ({ left, top, right: left + width, bottom: top + lineHeight }));
}

/** The line to a name above or below its dot that is farther away than others. */
function leader(dot: Box, name: Box): Box | undefined {
  const [top, bottom] = name.bottom < dot.top ? [name.bottom, dot.top] : [dot.bottom, name.top];
  const x = (dot.left + dot.right) / 2;
  return bottom - top < leaders[0]! ? undefined : { left: x - 0.5, right: x + 0.5, top, bottom };
}

/** Names of points, each where it lies on the fewest dots and on no name before it; of several such places, where it covers least. */
export function pointLabels(points: readonly LabelledPoint[], theme: Theme): Plugin {
  return drawing('pointLabels', 'afterDatasetsDraw', 11, (pen, { chartArea, scales }) => {
    pen.fillStyle = theme.ink;
    pen.textAlign = 'left';
    const dots = points.map(({ x, y, radius }): Box => {
      const [left, top] = [scales['x']!.getPixelForValue(x), scales['y']!.getPixelForValue(y)];
      return { left: left - radius, top: top - radius, right: left + radius, bottom: top + radius };
    });
    const names: Box[] = [];
    points.forEach(({ text }, i) => {
      if (text === undefined) return;
      // A name that is cut, or on another, cannot be read at all.
      const cost = (box: Box): number => {
        const size = lineHeight * (box.right - box.left);
        const lost = size - overlap(box, chartArea) + names.reduce((sum, name) => sum + overlap(box, name), 0);
        const covered = dots.filter((dot) => touches(box, dot));
        const area = covered.reduce((sum, dot) => sum + overlap(box, dot), 0);
        const line = leader(dots[i]!, box);
        const crossed = line === undefined ? [] : names.filter((name) => overlap(name, line) > 0);
        return (lost > 0.5 ? 1000 + lost : 0) + crossed.length + covered.length + area / (1 + size * dots.length);
      };
      const best = places(dots[i]!, pen.measureText(text).width).reduce((a, b) => (cost(b) < cost(a) ? b : a));
      names.push(best);
      const line = leader(dots[i]!, best);
      pen.fillStyle = theme.muted;
      if (line !== undefined) pen.fillRect(line.left, line.top, line.right - line.left, line.bottom - line.top);
      pen.fillStyle = theme.ink;
      pen.fillText(text, best.left, (best.top + best.bottom) / 2);
    });
  });
}
