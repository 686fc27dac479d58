import { HtmlValidate } from 'html-validate';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/index.js';
import { compareResults } from '../../../src/report/compare/comparison.js';
import { comparisonPage } from '../../../src/report/html/comparison.js';
import { editRuns, figureOf, only, simulated } from './results.js';

let plain: Result;
let narrow: Result;

beforeAll(async () => {
  plain = await simulated([]);
  narrow = await simulated(['array.rows=16']);
});

describe('the page', () => {
  const page = (before: Result, after: Result, name = 'a.json'): Promise<string> =>
    comparisonPage(compareResults(before, after), [name, 'b.json'], 'void 0;');

  it('is valid HTML with everything that differs, and the same again', async () => {
    const less = editRuns(only(narrow, 'uniform:8'), (run) => ({ ...run, layers: run.layers.slice(1) }));
    const text = await page(plain, less);
    expect(await page(structuredClone(plain), structuredClone(less))).toBe(text);
    const validator = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-inline-style': 'off', 'void-style': 'off', 'long-title': 'off', 'doctype-style': 'off' },
    });
    const { results } = await validator.validateString(text);
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`))).toEqual(
      [],
    );
    expect(text).toContain('<td class="text">only before</td>');
    expect(text).toContain('32 of 32 layers changed');
    expect(text).toContain('<li>cifar-resnet20, int8, uniform:4</li>');
    const { before, after } = figureOf(compareResults(plain, less), 'time');
    expect(text).toContain(`<td data-value="${String(after - before)}">`);
  });

  it('escapes what it is given', async () => {
    const evil = '<script>"&';
    const named = (from: Result, layer: string): Result =>
      editRuns(from, (run) => ({
        ...run,
        network: evil,
        layers: run.layers.map((one, i) => (i === 0 ? { ...one, name: layer } : one)),
      }));
    const text = await page(named(plain, '<img src="x">'), named(narrow, '<b>'), evil);
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).toContain('data-chart="layers-1"');
    expect(text).not.toMatch(/<img|<b>/);
    expect(text).toContain('&lt;script&gt;&quot;&amp;');
  });

  it('of equal results says so, and draws nothing', async () => {
    const text = await page(plain, structuredClone(plain));
    expect(text).toContain('The results are equal: 2 runs.');
    expect(text).not.toContain('id="run-1"');
    expect(text).not.toContain('<svg');
  });

  it('begins with pictures of what differs, in the colours of the page, and in words', async () => {
    const text = await page(plain, narrow);
    expect([...text.matchAll(/data-chart="([^"]+)"/g)].map((match) => match[1])).toEqual([
      'totals',
      'layers-1',
      'layers-2',
    ]);
    expect(text.indexOf('data-chart="totals"')).toBeLessThan(text.indexOf('<table'));
    expect(text.match(/<summary>In words<\/summary>Of 2 runs|<desc [^>]*>Of 2 runs/g)).toHaveLength(2);
    expect(text).toContain('var(--chart-ink)');
  });
});
