import { createRequire } from 'node:module';
import type { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { ChartConfiguration, Plugin } from 'chart.js';
import { SilhouetteError } from '../../core/errors.js';
import type { Chart } from './chart.js';
import { fontFamily } from './frame.js';
import { themes, type ThemeName } from './palette.js';
import { drawing } from './pen.js';
import { finishedSvg } from './svg.js';

export const pictureFormats = ['png', 'svg'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface Rendering {
  readonly format: PictureFormat;
  readonly theme: ThemeName;
  /** Of an SVG: a chart on the same page whose title and description are this one's, too. */
  readonly wordsOf?: string;
}

/** Pixels of a PNG for one of the chart, so that it is sharp on fine screens and in print. */
const pngScale = 2;

const fontFiles = ['400', '700'].map(
  (weight) => `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`,
);

type Renderers = (format: PictureFormat, width: number, height: number) => ChartJSNodeCanvas;

let renderers: Promise<Renderers> | undefined;

/** Loads what draws, once; Chart.js is set up once for each size. */
async function load(): Promise<Renderers> {
  const { resolve } = createRequire(import.meta.url);
  try {
    const { ChartJSNodeCanvas: Canvas } = await import('chartjs-node-canvas');
    const fonts = fontFiles.map((file) => resolve(file));
    const known = new Map<string, ChartJSNodeCanvas>();
    // What it draws on is loaded here.
    new Canvas({ width: 1, height: 1 });
    return (format, width, height) => {
      const key = [format, width, height].join(' ');
      const renderer =
        known.get(key) ?? new Canvas({ width, height, ...(format === 'svg' && { type: 'svg' as const }) });
      if (known.size === 0) for (const font of fonts) renderer.registerFont(font, { family: fontFamily });
      known.set(key, renderer);
      return renderer;
    };
  } catch (error) {
    throw new SilhouetteError({
      where: 'charts',
      message: 'cannot be drawn: a package is missing',
      received: error instanceof Error ? error.message.split('\n')[0]! : String(error),
      hint: 'npm install chartjs-node-canvas@5 chart.js@4 @fontsource/dejavu-sans@5',
    });
  }
}

/** A PNG lies on the surface of its theme; an SVG is transparent. */
function background(colour: string): Plugin {
  return drawing('background', 'beforeDraw', 12, (pen, { width, height }) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, width, height);
  });
}

/** Throws a SilhouetteError that says what to install where charts cannot be drawn. */
export async function canDraw(): Promise<void> {
  await (renderers ??= load());
}

/**
 * Draws a chart: a PNG of twice as many pixels as its width and height, or an SVG with transparent background, title and description.
 * Equal charts give equal bytes. Throws a SilhouetteError that says what to install where chartjs-node-canvas is not.
 */
export async function renderChart(chart: Chart, { format, theme, wordsOf }: Rendering): Promise<Uint8Array> {
  const renderer = (await (renderers ??= load()))(format, chart.width, chart.height);
  const config = chart.config(themes[theme]) as ChartConfiguration;
  if (format === 'svg') {
    config.options = { ...config.options, devicePixelRatio: 1 };
    const drawn = renderer.renderToBufferSync(config, 'image/svg+xml').toString('utf8');
    return Buffer.from(finishedSvg(drawn, chart, wordsOf), 'utf8');
  }
  config.options = { ...config.options, devicePixelRatio: pngScale };
  config.plugins = [background(themes[theme].surface), ...(config.plugins ?? [])];
  return renderer.renderToBuffer(config, 'image/png');
}
