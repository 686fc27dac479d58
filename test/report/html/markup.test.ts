import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, scriptJson, trusted } from '../../../src/report/html/markup.js';

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const unescaped = (text: string): string => text.replace(/&(#?\w+);/g, (_, name: string) => entities[name]!);

it('escapes whatever is put into a template, and loses nothing of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      const [, attribute, inside] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(markup)!;
      expect(unescaped(attribute!)).toBe(text);
      expect(unescaped(inside!)).toBe(text);
    }),
  );
});

it('leaves templates within templates as they are, and nothing out of nothing', () => {
  const item = html`<li>${'<a>'}</li>`;
  expect(html`<ul>${[item, undefined, 7, [trusted('<hr>')]]}</ul>`.markup).toBe('<ul><li>&lt;a&gt;</li>7<hr></ul>');
});

it('JSON in a script ends neither the script nor a line', () => {
  const value = { text: '</script><!--\u2028\u2029' };
  const text = scriptJson(value);
  expect(text).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});
