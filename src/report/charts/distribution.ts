import type { Distribution, FitRun } from '../../result.js';
import { axisEnd, endLabels, namesAbove } from './bar-labels.js';
import type { Chart, Charted, ChartMaker } from './chart.js';
import { figure, siScale, withUnit } from './figures.js';
import {
  axisTo,
  configuration,
  frameOptions,
  maxBarThickness,
  numberAxis,
  rowAxis,
  rowLabels,
  rowsHeight,
  type Frame,
} from './frame.js';
import { coloursOfSchemes } from './palette.js';
import { context, leftOut, rowsOf, runName } from './rows.js';
import { chartWidth } from './widths.js';

interface Spread {
  readonly name: string;
  readonly what: string;
  readonly of: (run: FitRun) => Distribution;
  /** To `base` units, of which one is `unit`. */
  readonly unit: string;
  readonly base: (run: FitRun) => number;
}

const spreads: readonly Spread[] = [
  {
    name: 'distribution-latency',
    what: 'time per image',
    of: ({ distribution }) => distribution.cycles,
    unit: 's',
    base: ({ machine }) => 1 / machine.clockHz,
  },
  {
    name: 'distribution-energy',
    what: 'energy per image',
    of: ({ distribution }) => distribution.energyPj,
    unit: 'J',
    base: () => 1e-12,
  },
  {
    name: 'distribution-dram',
    what: 'DRAM traffic per image',
    of: ({ distribution }) => distribution.dramBits,
    unit: 'bit',
    base: () => 1,
  },
];

/** (p95 − p5) over the median. */
function relative({ p5, p50, p95 }: Distribution): number {
  return p50 === 0 ? 0 : (p95 - p5) / p50;
}

function titleOf(runs: readonly FitRun[], charted: Charted, { what, of }: Spread): string {
  const widest = runs.reduce((most, run) => (relative(of(run)) > relative(of(most)) ? run : most));
  const spread = relative(of(widest));
  const subject = `${what[0]!.toUpperCase()}${what.slice(1)}`;
  return spread === 0
    ? `${subject} is the same for nearly all images in every run`
    : `${subject} varies most in ${runName(widest, charted)}: p5 to p95 span ${figure(100 * spread)} % of the median`;
}

function spreadChart(charted: Charted, spread: Spread): Chart[] {
  const rows = rowsOf(charted);
  const runs = rows.flatMap(({ run }) => (run === undefined ? [] : [run]));
  // One image has no distribution.
  if (!runs.some(({ images }) => images > 1)) return [];
  const { name, what, of, unit, base } = spread;
  const scale = siScale(Math.max(...runs.map((run) => of(run).max * base(run))), unit);
  const at = (run: FitRun, part: keyof Distribution): number => (of(run)[part] * base(run)) / scale.divisor;
  const text = (run: FitRun, part: keyof Distribution): string => withUnit(of(run)[part] * base(run), scale);
  const rangeText = (run: FitRun): string => {
    const low = figure(at(run, 'p5'));
    return low === figure(at(run, 'p95')) ? text(run, 'p50') : `${low} to ${text(run, 'p95')}`;
  };
  const width = charted.width ?? chartWidth;
  const ends = rows.map(({ run }) => (run === undefined ? undefined : rangeText(run)));
  const [least, most] = [
    Math.min(...runs.map((run) => at(run, 'min'))),
    Math.max(...runs.map((run) => at(run, 'max'))),
  ];
  const title = titleOf(runs, charted, spread);
  const parts = ['min', 'p5', 'p50', 'p95', 'max'] as const;
  const described = runs.map(
    (run) => `${runName(run, charted)} ${parts.map((part) => `${part} ${text(run, part)}`).join(', ')}`,
  );
  const column = (part: keyof Distribution): (number | null)[] =>
    rows.map(({ run }) => (run === undefined ? null : at(run, part)));
  const frameOf = (ink: string, muted: string): Frame => ({
    title,
    width,
    subtitle: context(charted).replace('mean of ', 'over '),
    legend: [
      { label: 'p5 to p95', colour: muted },
      { label: 'median', colour: ink, shape: 'mark' },
      { label: 'least to most', colour: muted, shape: 'dash' },
    ],
  });
  return [
    {
      name,
      title,
      description: `${title}. ${what[0]!.toUpperCase()}${what.slice(1)} over images: ${described.join('; ')}.${leftOut(charted)}`,
      width,
      height: rowsHeight(rows, frameOf('', '')),
      config(theme) {
        const colours = coloursOfSchemes(charted.runs, charted.baseline);
        return configuration({
          type: 'bar',
          data: {
            labels: rowLabels(rows),
            datasets: [
              {
                label: 'p5 to p95',
                data: rows.map(({ run }) => (run === undefined ? null : [at(run, 'p5'), at(run, 'p95')])),
                backgroundColor: rows.map(({ run }) => (run === undefined ? '' : colours.get(run.scheme))),
                order: 1,
                grouped: false,
                minBarLength: 3,
                barPercentage: 0.7,
                maxBarThickness: 0.8 * maxBarThickness,
                categoryPercentage: 0.8,
              },
              {
                type: 'line',
                order: 0,
                label: 'median',
                data: column('p50'),
                showLine: false,
                pointStyle: 'line',
                rotation: 90,
                radius: 8,
                borderColor: theme.ink,
                borderWidth: 2.5,
              },
              {
                label: 'least to most',
                data: rows.map(({ run }) => (run === undefined ? null : [at(run, 'min'), at(run, 'max')])),
                backgroundColor: theme.muted,
                order: 2,
                grouped: false,
                barThickness: 2,
              },
            ],
          },
          options: {
            ...frameOptions(frameOf(theme.ink, theme.muted), theme),
            indexAxis: 'y',
            scales: {
              x: numberAxis(`${what} (${scale.unit})`, theme, {
                beginAtZero: false,
                ...axisTo(axisEnd(rows, ends, { start: least, most, width }), theme, width),
              }),
              y: rowAxis(rows, theme, width),
            },
          },
          plugins: [...namesAbove(rows, theme, width), endLabels(ends, theme)],
        });
      },
    },
  ];
}

/** p5 to p95, median and extremes over images of every run: time, energy and DRAM traffic. None where every run has one image. */
export const distribution: ChartMaker = (charted) => spreads.flatMap((spread) => spreadChart(charted, spread));
