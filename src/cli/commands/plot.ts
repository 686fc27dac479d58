import { extname } from 'node:path';
import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import { alternatives } from '../../formats/nearest.js';
import { checkWritable, writeWhole } from '../../formats/whole-file.js';
import type { Chart, Charted } from '../../report/charts/chart.js';
import { themes, type ThemeName } from '../../report/charts/palette.js';
import { chartNames, chartsOf, type ChartName } from '../../report/charts/registry.js';
import { pictureFormats, renderChart, type PictureFormat } from '../../report/charts/render.js';
import { isFit } from '../../result.js';
import { Attempts } from '../attempts.js';
import { baselineAmong } from '../baseline.js';
import { readResults } from '../result-files.js';

/** The command line of `plot`. */
export interface PlotArguments {
  readonly files: readonly string[];
  /** All of them where there is none. */
  readonly chart: readonly string[];
  readonly out: string | undefined;
  readonly baseline: string | undefined;
  readonly theme: string;
  readonly width: number | undefined;
}

/** Stands for the name of a picture in `--out`. */
const placeholder = '{name}';

function namesOf({ chart }: PlotArguments): ChartName[] {
  const unknown = chart.filter((name) => !(chartNames as readonly string[]).includes(name));
  throwIfAny(
    unknown.map((name) => ({
      where: `--chart ${name}`,
      message: 'no such chart',
      hint: alternatives(name, chartNames)!,
    })),
  );
  return chart.length === 0 ? [...chartNames] : ([...new Set(chart)] as ChartName[]);
}

function themeOf({ theme }: PlotArguments): ThemeName {
  if (Object.hasOwn(themes, theme)) return theme as ThemeName;
  const valid = Object.keys(themes);
  throw new SilhouetteError({ where: `--theme ${theme}`, message: 'no such theme', hint: alternatives(theme, valid)! });
}

/** Narrower, titles have a word in each line; wider, no screen shows them. */
const [leastWidth, mostWidth] = [300, 2000];

function widthOf({ width }: PlotArguments): number | undefined {
  if (width === undefined || (Number.isInteger(width) && width >= leastWidth && width <= mostWidth)) return width;
  throw new SilhouetteError({
    where: '--width',
    message: 'is no width of a chart',
    expected: `a whole number of pixels from ${String(leastWidth)} to ${String(mostWidth)}`,
    received: String(width),
  });
}

function outOf({ out }: PlotArguments): { path: string; format: PictureFormat } {
  const endings = pictureFormats.map((format) => `.${format}`).join(' or ');
  if (out === undefined)
    throw new SilhouetteError({
      where: '--out',
      message: 'is missing',
      expected: `a file that ends in ${endings}`,
      hint: `-o energy.svg for one picture, -o '${placeholder}.svg' for several`,
    });
  const ending = extname(out).slice(1).toLowerCase();
  const format = pictureFormats.find((known) => known === ending);
  if (format !== undefined) return { path: out, format };
  throw new SilhouetteError({
    where: `--out ${out}`,
    message: 'the ending names no format of pictures',
    expected: endings,
    hint: `-o '${out.replace(/[/\\]?$/, '')}/${placeholder}.svg' writes into a folder`,
  });
}

/** Charts that were asked for by name must be there; of all charts, those that the runs can show are. */
function chosen(names: readonly ChartName[], charted: Charted, { chart }: PlotArguments): Chart[] {
  const charts = names.map((name) => ({ name, charts: chartsOf(charted, name) }));
  throwIfAny(
    charts
      .filter((one) => chart.includes(one.name) && one.charts.length === 0)
      .map(({ name }) => ({ where: `--chart ${name}`, message: 'these runs hold nothing that it could show' })),
  );
  return charts.flatMap((one) => one.charts);
}

function pathsOf(charts: readonly Chart[], path: string): string[] {
  if (path.includes(placeholder)) return charts.map(({ name }) => path.replaceAll(placeholder, name));
  if (charts.length === 1) return [path];
  throw new SilhouetteError({
    where: `--out ${path}`,
    message: `there are ${String(charts.length)} pictures and one file: ${charts.map(({ name }) => name).join(', ')}`,
    hint: `put ${placeholder} into the file's name: -o '${path.replace(/(\.\w+)$/, `-${placeholder}$1`)}'`,
  });
}

/** Draws the charts, writes them, and returns what `plot` prints: each file with the title of its picture. */
export async function plot(args: PlotArguments): Promise<string> {
  const attempts = new Attempts();
  const names = await attempts.try(() => namesOf(args));
  const theme = await attempts.try(() => themeOf(args));
  const width = await attempts.try(() => widthOf(args));
  const out = await attempts.try(() => outOf(args));
  const results = await attempts.try(() => readResults(args.files));
  attempts.finish();
  const runs = results!.flatMap((result) => result.runs);
  if (!runs.some(isFit))
    throw new SilhouetteError({ where: args.files.join(', '), message: 'none of the runs fits its machine' });
  const baseline = baselineAmong(runs, args.baseline);
  const charts = chosen(names!, { runs, baseline, width }, args);
  const paths = pathsOf(charts, out!.path);
  const unwritable = await checkWritable(paths);
  // What is wrong with a folder is wrong with it for every picture.
  throwIfAny([...new Map(unwritable.map((problem) => [problem.hint ?? problem.where, problem])).values()]);
  const pictures: Uint8Array[] = [];
  for (const chart of charts) pictures.push(await renderChart(chart, { format: out!.format, theme: theme! }));
  for (const [i, picture] of pictures.entries()) await writeWhole(paths[i]!, [picture]);
  return charts.map(({ title }, i) => `${paths[i]!}: ${title}\n`).join('');
}
