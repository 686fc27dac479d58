import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filled } from './document.js';
import type { HistoryLine } from './history.js';
import type { Figure } from './measure.js';
import { scalingPlot } from './scaling-plot.js';
import { figureTable, targetTable } from './targets.js';

const figure = (ms: number, ratio: number): Figure => {
  return { ms, best: ms, ratio: { median: ratio, least: ratio, most: ratio } };
};

const run: HistoryLine = {
  date: '2001-02-03T04:05:06.000Z',
  versions: { node: '20', v8: '11', silhouette: '0' },
  cpu: 'a CPU',
  cores: 2,
  scenarios: {
    region: { floor: figure(0.1, 1), engine: figure(2, 20) },
    drq: { engine: figure(5, 2) },
    dataset: { command: { ...figure(1, 1), peakMb: 900 } },
    'command-line': { '--help': figure(150, 2) },
  },
};

test('the table says of every target what was measured, and whether it is met', () => {
  const table = targetTable(run);
  expect(table).toContain('a CPU, 2 cores, Node 20 (V8 11), Silhouette 0, 2001-02-03');
  expect(table).toContain('| at most 10 × floor | 20 × floor (20 … 20) | no | `npm run bench -- --only region` |');
  expect(table).toContain('| at most 10 × floor | 2 × floor (2 … 2) | yes | `npm run bench -- --only drq` |');
  expect(table).toContain('| under 60 s, less than 1000 MB | 50 s, 900 MB | yes |');
  expect(table).toContain('| --help | under 0.2 s | 0.15 s | yes |');
  expect(table).toContain('| measured | not measured |  | `npm run bench -- --only region-tap-inner` |');
  expect(figureTable(run)).toContain('| region | engine | 2 | 20 | 20 … 20 |');
});

test('a part of a document is what stands between its comments', () => {
  const document = 'a\n\n<!-- bench: x -->\n\nold\n\n<!-- /bench: x -->\n\nb\n';
  expect(filled(document, 'x', 'new')).toBe('a\n\n<!-- bench: x -->\n\nnew\n\n<!-- /bench: x -->\n\nb\n');
  expect(() => filled(document, 'y', 'new')).toThrow(RangeError);
});

test('docs/performance.md has the parts that a run writes', () => {
  const document = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
  for (const part of ['targets', 'figures']) expect(filled(document, part, 'new')).toContain('\n\nnew\n\n');
});

test('the picture has axes with units, a legend, and a point for every measurement', () => {
  const line = (points: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(points).map(([at, ms]) => [at, figure(ms, 1)]));
  const picture = scalingPlot({
    'scaling-images': line({ 1: 3, 2: 6, 4: 12 }),
    'scaling-channels': line({ 32: 1, 64: 1.1 }),
    'scaling-channels-tap-inner': line({ 32: 2, 64: 2.2 }),
    'scaling-columns': line({ 8: 9, 16: 5, 32: 4 }),
  });
  expect(picture.match(/<circle/g)).toHaveLength(10);
  for (const words of ['images', 'input channels of a layer', 'columns', 'ms per layer', 'tap-inner', 'proportional'])
    expect(picture).toContain(words);
  expect(picture).not.toMatch(/NaN|undefined|Infinity/);
});
