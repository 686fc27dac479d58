import { expect, test } from 'vitest';
import { flameGraph, framesOf } from './flame-graph.js';

const call = (functionName: string, url = 'file:///somewhere/src/engine/a.ts') => {
  return { functionName, scriptId: '1', url, lineNumber: 9, columnNumber: 0 };
};

const profile = {
  startTime: 0,
  endTime: 1000,
  nodes: [
    { id: 1, callFrame: call('(root)', ''), children: [6, 5] },
    { id: 6, callFrame: call('bench', 'file:///somewhere/test/bench/b.ts'), children: [2] },
    { id: 2, callFrame: call('whole'), children: [3, 4] },
    { id: 3, callFrame: call('part<a>') },
    { id: 4, callFrame: call('rest', 'node:internal/x') },
    { id: 5, callFrame: call('(idle)', '') },
  ],
  samples: [2, 3, 3, 4, 5, 6],
  timeDeltas: [100, 200, 200, 500, 7000, 50],
};

test('a frame takes its own time and that of what it called; idle time and the bench are left out', () => {
  const root = framesOf(profile);
  expect(root.total).toBe(1000);
  const [whole] = root.calls.values();
  expect(whole).toMatchObject({ name: 'whole', place: 'src/engine/a.ts:10', total: 1000 });
  expect([...whole!.calls.values()].map(({ name, total }) => [name, total])).toEqual([
    ['part<a>', 400],
    ['rest', 500],
  ]);
});

test('a flame graph stands alone and names file, line and share', () => {
  const picture = flameGraph(framesOf(profile), 'a < b');
  expect(picture).toMatch(/^<svg xmlns=/);
  expect(picture).toContain('a &lt; b');
  expect(picture).toContain('part&lt;a&gt; src/engine/a.ts:10: 40.0 %');
  expect(picture).not.toMatch(/idle|href|<script|somewhere/);
});
