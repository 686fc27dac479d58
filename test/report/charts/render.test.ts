import { createCanvas, loadImage } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Chart } from '../../../src/report/charts/chart.js';
import { causes, themes, type ThemeName } from '../../../src/report/charts/palette.js';
import { chartNames, chartsOf } from '../../../src/report/charts/registry.js';
import { renderChart } from '../../../src/report/charts/render.js';
import { sampleRuns } from './sample-runs.js';

let charts: Chart[];
const chart = (name: string): Chart => charts.find((one) => one.name === name)!;

beforeAll(async () => {
  const charted = await sampleRuns();
  charts = chartNames.flatMap((name) => chartsOf(charted, name));
});

/** How many pixels have each colour, `#rrggbb`. */
async function pixels(png: Buffer) {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const words = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const times = new Map<number, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  // Bytes are red, green, blue and opacity.
  const hex = (word: number): string =>
    `#${[0, 8, 16].map((shift) => ((word >>> shift) & 255).toString(16).padStart(2, '0')).join('')}`;
  const colours = new Map([...times].map(([word, count]) => [hex(word), count]));
  return { width: image.width, height: image.height, colours };
}

const svgOf = async (one: Chart, theme: ThemeName = 'light'): Promise<string> =>
  new TextDecoder().decode(await renderChart(one, { format: 'svg', theme }));
const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]!);

describe('a PNG', () => {
  it.each(['light', 'dark'] as const)('has two pixels for one, and the colours of its theme: %s', async (theme) => {
    const one = chart('cycles');
    const { width, height, colours } = await pixels(Buffer.from(await renderChart(one, { format: 'png', theme })));
    expect([width, height]).toEqual([2 * one.width, 2 * one.height]);
    const { surface, ink, muted } = themes[theme];
    expect(colours.get(surface)).toBeGreaterThan((width * height) / 2);
    expect(colours.get(causes[0].colour)).toBeGreaterThan((width * height) / 100);
    // Text is there, of titles and of labels: without a font nothing of their colour would be.
    expect(colours.get(ink)).toBeGreaterThan(500);
    expect(colours.get(muted)).toBeGreaterThan(500);
  });

  it('of every chart holds a picture', async () => {
    for (const one of charts) {
      const { colours } = await pixels(Buffer.from(await renderChart(one, { format: 'png', theme: 'light' })));
      expect(colours.size, one.name).toBeGreaterThan(50);
    }
  });
});

describe('an SVG', () => {
  it('of every chart names and describes itself, holds its text as text, and is small', async () => {
    for (const one of charts) {
      const svg = await svgOf(one);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* role="img" aria-labelledby=/);
      expect(svg).toContain(`viewBox="0 0 ${String(one.width)} ${String(one.height)}"`);
      expect(svg).toContain(`<title id="${one.name}-title">${one.title}</title>`);
      expect(svg).toContain(`<desc id="${one.name}-description">${one.description.slice(0, 30)}`);
      expect(textsOf(svg).join(' ').replaceAll(/\s+/g, ' ')).toContain(one.title.slice(0, 40));
      // Chart.js squeezes text that is too long for its place.
      expect(svg).not.toMatch(/transform="matrix\(0\.\d+ 0 0 1/);
      expect(svg.length, one.name).toBeLessThan(60_000);
    }
  });

  it('is transparent, and has no colours but those of theme and parts', async () => {
    const svg = await svgOf(chart('cycles'), 'dark');
    const known = new Set<string>([
      ...(Object.values(themes.dark) as string[]),
      ...causes.map(({ colour }) => colour),
      '#000000',
      '#ffffff',
    ]);
    const names: Readonly<Record<string, string>> = { black: '#000000', white: '#ffffff' };
    const used = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map((match) => match[1]!.toLowerCase());
    const colours = new Set(used.filter((colour) => colour !== 'none').map((colour) => names[colour] ?? colour));
    expect([...colours].filter((colour) => !known.has(colour))).toEqual([]);
    expect(colours).toContain(themes.dark.ink);
    expect(svg).not.toContain(`width="860" height="${String(chart('cycles').height)}"/>`);
  });

  it('shares no id with that of another chart', async () => {
    const ids = async (name: string): Promise<string[]> =>
      [...(await svgOf(chart(name))).matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
    const [first, second] = [await ids('latency'), await ids('energy')];
    expect(first.length).toBeGreaterThan(2);
    expect(second.filter((id) => first.includes(id))).toEqual([]);
    const svg = await svgOf(chart('latency'));
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(first).toContain(id);
  });

  it('holds every name of a row whole', async () => {
    const texts = textsOf(await svgOf(chart('energy')));
    for (const name of ['int8', 'uniform:8', 'uniform:16', 'region:2@50,3@30,4@20']) expect(texts).toContain(name);
  });

  it('is the same each time', async () => {
    expect(await svgOf(chart('dram'))).toBe(await svgOf(chart('dram')));
  });
});

describe('where chartjs-node-canvas is not installed', () => {
  it('an error says what to install', async () => {
    vi.resetModules();
    vi.doMock('chartjs-node-canvas', () => {
      throw new Error("Cannot find package 'chartjs-node-canvas'");
    });
    try {
      const fresh = await import('../../../src/report/charts/render.js');
      await expect(fresh.renderChart(chart('area'), { format: 'png', theme: 'light' })).rejects.toMatchObject({
        name: 'SilhouetteError',
        problems: [{ where: 'charts', hint: expect.stringContaining('npm install chartjs-node-canvas') as string }],
      });
    } finally {
      vi.doUnmock('chartjs-node-canvas');
    }
  });
});
