import { extname } from 'node:path';
import { SilhouetteError, throwIfAny, type Problem } from '../../core/errors.js';
import { alternatives, nearest } from '../../formats/nearest.js';
import { readResult } from '../../formats/result-file.js';
import { checkWritable, writeWhole } from '../../formats/whole-file.js';
import type { Chart, Charted } from '../../report/charts/chart.js';
import { themes, type ThemeName } from '../../report/charts/palette.js';
import { chartNames, chartsOf, type ChartName } from '../../report/charts/registry.js';
import { pictureFormats, renderChart, type PictureFormat } from '../../report/charts/render.js';
import { isFit, type Run } from '../../result.js';
import { Attempts } from '../attempts.js';

/** The command line of `plot`. */
export interface PlotArguments {
  readonly files: readonly string[];
  /** All of them where there is none. */
  readonly chart: readonly string[];
  readonly out: string | undefined;
  readonly baseline: string | undefined;
  readonly theme: string;
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

const runKey = ({ network, accelerator, scheme }: Run): string => `${network}, ${accelerator}, ${scheme}`;

/** The runs of all files; no two of one network, machine and scheme, which nobody could tell apart in a picture. */
async function runsOf({ files }: PlotArguments): Promise<Run[]> {
  const twice = files.filter((file, i) => files.indexOf(file) < i);
  throwIfAny(twice.map((file) => ({ where: file, message: 'is given twice' })));
  const attempts = new Attempts();
  const results = await Promise.all(files.map((file) => attempts.try(() => readResult(file))));
  attempts.finish();
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  const runs = results.flatMap((result) => [...result!.runs]);
  results.forEach((result, i) => {
    for (const run of result!.runs) {
      const other = seen.get(runKey(run));
      if (other === undefined) seen.set(runKey(run), files[i]!);
      else
        problems.push({
          where: files[i]!,
          message: `has a run that is named as one in ${other}: ${runKey(run)}`,
          hint: 'give the machine of one a name of its own: simulate … --set name=NAME',
        });
    }
  });
  throwIfAny(problems);
  if (runs.some(isFit)) return runs;
  throw new SilhouetteError({ where: files.join(', '), message: 'none of the runs fits its machine' });
}

function baselineOf({ baseline }: PlotArguments, runs: readonly Run[]): string {
  if (baseline === undefined) return runs[0]!.scheme;
  const schemes = [...new Set(runs.map(({ scheme }) => scheme))];
  const valid = [...schemes, ...runs.map(({ accelerator, scheme }) => `${accelerator}/${scheme}`)];
  if (valid.includes(baseline)) return baseline;
  const close = nearest(baseline, valid);
  throw new SilhouetteError({
    where: `--baseline ${baseline}`,
    message: 'the baseline is not among the schemes',
    expected: `${schemes.join(', ')}, or one of them behind ACCELERATOR/`,
    ...(close !== undefined && { hint: `did you mean ${close}?` }),
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
  const out = await attempts.try(() => outOf(args));
  const runs = await attempts.try(() => runsOf(args));
  attempts.finish();
  const baseline = baselineOf(args, runs!);
  const charts = chosen(names!, { runs: runs!, baseline }, args);
  const paths = pathsOf(charts, out!.path);
  const unwritable = await checkWritable(paths);
  // What is wrong with a folder is wrong with it for every picture.
  throwIfAny([...new Map(unwritable.map((problem) => [problem.hint ?? problem.where, problem])).values()]);
  const pictures: Buffer[] = [];
  for (const chart of charts) pictures.push(await renderChart(chart, { format: out!.format, theme: theme! }));
  for (const [i, picture] of pictures.entries()) await writeWhole(paths[i]!, [picture]);
  return charts.map(({ title }, i) => `${paths[i]!}: ${title}\n`).join('');
}
