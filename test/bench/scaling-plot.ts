import type { Measured } from './history.js';

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly (readonly [number, number])[];
}

interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
}

/** Of Okabe and Ito: told apart by everybody. */
const blue = '#0072B2';
const orange = '#D55E00';
const grey = '#8a8a8a';

const size = { width: 340, height: 300, left: 58, right: 14, top: 40, bottom: 48 };

/** 1, 2 or 5 times a power of ten: about four of them make up `most`. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= most / 4.5) ?? 10);
}

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content}</text>`;

function panelOf({ title, xLabel, yLabel, lines }: Panel): string {
  const all = lines.flatMap(({ points }) => points);
  const [xMost, yMost] = [Math.max(...all.map(([x]) => x)), 1.08 * Math.max(...all.map(([, y]) => y))];
  const [across, up] = [size.width - size.left - size.right, size.height - size.top - size.bottom];
  const x = (value: number): number => size.left + (across * value) / xMost;
  const y = (value: number): number => size.height - size.bottom - (up * value) / yMost;
  const parts = [text(size.left, 18, title, 'font-size="13" font-weight="600"')];
  for (let tick = 0, step = stepFor(yMost); tick <= yMost; tick += step) {
    parts.push(
      `<line x1="${String(size.left)}" x2="${String(size.width - size.right)}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="#e4e4e4"/>`,
    );
    parts.push(text(size.left - 6, y(tick) + 4, String(Number(tick.toPrecision(3))), 'text-anchor="end"'));
  }
  for (let tick = 0, step = stepFor(xMost); tick <= xMost; tick += step)
    parts.push(text(x(tick), size.height - size.bottom + 16, String(tick), 'text-anchor="middle"'));
  const base = y(0).toFixed(1);
  parts.push(
    `<line x1="${String(size.left)}" x2="${String(size.width - size.right)}" y1="${base}" y2="${base}" stroke="#333333"/>`,
  );
  parts.push(text(size.left + across / 2, size.height - 12, xLabel, 'text-anchor="middle"'));
  parts.push(
    `<text transform="translate(14 ${(size.top + up / 2).toFixed(1)}) rotate(-90)" text-anchor="middle">${yLabel}</text>`,
  );
  const [firstX, firstY] = lines[0]!.points[0]!;
  const end = Math.min(xMost, (yMost * firstX) / firstY);
  parts.push(
    `<line x1="${x(0).toFixed(1)}" y1="${base}" x2="${x(end).toFixed(1)}" y2="${y((end * firstY) / firstX).toFixed(1)}" stroke="${grey}" stroke-dasharray="5 4"/>`,
  );
  for (const { colour, points } of lines) {
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join(' ');
    parts.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const [px, py] of points)
      parts.push(`<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3.5" fill="${colour}"/>`);
  }
  return parts.join('\n');
}

/** Measured points of a scenario whose candidates are named by where they stand. */
function points(measured: Measured, scenario: string): [number, number][] {
  return Object.entries(measured[scenario]!)
    .map(([at, { ms }]): [number, number] => [Number(at), ms])
    .sort(([a], [b]) => a - b);
}

/** What time grows with, as a picture: milliseconds by images, by channels that share a map, and by array columns. */
export function scalingPlot(measured: Measured): string {
  const inner = { label: 'channel-inner', colour: blue };
  const panels: Panel[] = [
    {
      title: 'Images',
      xLabel: 'images',
      yLabel: 'ms',
      lines: [{ ...inner, points: points(measured, 'scaling-images') }],
    },
    {
      title: 'Channels that share a map',
      xLabel: 'input channels of a layer',
      yLabel: 'ms per layer',
      lines: [
        { ...inner, points: points(measured, 'scaling-channels') },
        { label: 'tap-inner', colour: orange, points: points(measured, 'scaling-channels-tap-inner') },
      ],
    },
    {
      title: 'Array columns',
      xLabel: 'columns',
      yLabel: 'ms per image',
      lines: [{ ...inner, points: points(measured, 'scaling-columns') }],
    },
  ];
  const width = panels.length * size.width;
  const legend = [
    ['channel-inner', blue, ''],
    ['tap-inner', orange, ''],
    ['proportional to the first point', grey, ' stroke-dasharray="5 4"'],
  ].map(([label, colour, dash], i) => {
    const at = size.left + i * 150;
    return `<line x1="${String(at)}" x2="${String(at + 26)}" y1="14" y2="14" stroke="${colour!}" stroke-width="2"${dash!}/>${text(at + 32, 18, label!)}`;
  });
  const height = size.height + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" font-family="system-ui, sans-serif" font-size="12" fill="#222222">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...legend,
    ...panels.map((panel, i) => `<g transform="translate(${String(i * size.width)} 30)">\n${panelOf(panel)}\n</g>`),
    '</svg>',
    '',
  ].join('\n');
}
