import { describe, expect, it } from 'vitest';
import { finishedSvg } from '../../../src/report/charts/svg.js';
import { themes } from '../../../src/report/charts/palette.js';

const chart = {
  name: 'a',
  title: 'drq < 8 & "more"',
  description: 'what',
  width: 20,
  height: 10,
  config: () => ({
    type: 'bar' as const,
    data: { labels: [], datasets: [{ data: [], borderColor: themes.light.ink }] },
  }),
};
const finished = (inside: string): string =>
  finishedSvg(`<?xml version="1.0"?><svg width="20" height="10">${inside}</svg>`, chart);

/** A circle as Skia writes it. */
function drawnCircle(cx: number, cy: number, r: number, squeeze = 1): string {
  const at = (i: number, far: number): string => {
    const angle = (Math.PI * i) / 32;
    return `${(cx + r * far * Math.cos(angle)).toFixed(4)} ${(cy + squeeze * r * far * Math.sin(angle)).toFixed(4)}`;
  };
  const arcs = Array.from({ length: 32 }, (_, i) => `Q${at(2 * i + 1, 1.005)} ${at(2 * i + 2, 1)}`);
  return `<path fill="red" d="M${at(0, 1)}${arcs.join('')}Z"/>`;
}

describe('an SVG that is finished', () => {
  it('escapes title and description', () => {
    expect(finished('')).toContain('<title id="a-title">drq &lt; 8 &amp; &quot;more&quot;</title>');
  });

  it('has circles where many arcs were drawn, and leaves other shapes as they are', () => {
    expect(finished(drawnCircle(12.5, 7.25, 4))).toContain('<circle fill="red" cx="12.5" cy="7.25" r="4"/>');
    expect(finished(drawnCircle(12.5, 7.25, 4, 0.8))).not.toContain('<circle');
    expect(finished('<path d="M0 0L1 1"/>')).toContain('<path d="M0 0L1 1"/>');
  });

  it('spells out ligatures, each letter at its place', () => {
    expect(finished('<text x="0, 6, 12, 20, " y="4, ">seﬁe</text>')).toContain(
      '<text x="0 6 12 16 20" y="4">sefie</text>',
    );
    expect(finished('<text x="1, " y="4, ">ﬁ</text>')).toContain('>fi</text>');
  });

  it('writes places of letters to a tenth, and once what all of them have', () => {
    const text = (family: string): string =>
      `<text font-family="DejaVu Sans" x="1.26, 6.04, " y="4, ">${family}</text>`;
    const svg = finished(text('ab') + text('cd'));
    expect(svg).toContain('<text x="1.3 6" y="4">cd</text>');
    expect(svg.match(/font-family="DejaVu Sans, Verdana, sans-serif"/g)).toHaveLength(1);
  });

  it('has no words of its own where another chart of its page has them', () => {
    const svg = finishedSvg('<svg></svg>', { ...chart, name: 'narrow-a' }, 'a');
    expect(svg).toContain('aria-labelledby="a-title" aria-describedby="a-description"');
    expect(svg).not.toMatch(/<title|<desc/);
  });

  it('rounds places, and never what is written', () => {
    expect(finished('<text x="1.23456, " y="2">1.23456</text>')).toContain('<text x="1.23" y="2">1.23456</text>');
  });
});
