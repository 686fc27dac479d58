import { isFit, type FitRun } from '../../result.js';
import type { Chart, Charted, ChartMaker } from './chart.js';
import { figure, siScale } from './figures.js';
import { configuration, frameOptions, numberAxis, type LegendEntry } from './frame.js';
import { coloursOfSchemes } from './palette.js';
import { pointLabels } from './point-labels.js';
import { judgementOf, type Judgement } from './judgement.js';
import { context, runName } from './rows.js';
import { chartWidth } from './widths.js';

interface Cost {
  readonly name: string;
  readonly what: string;
  readonly value: (run: FitRun) => number;
  readonly unit: string;
  readonly base: number;
}

const costs: readonly Cost[] = [
  { name: 'pareto-latency', what: 'time per image', value: ({ totals }) => totals.timeNs, unit: 's', base: 1e-9 },
  {
    name: 'pareto-energy',
    what: 'energy per image',
    value: ({ totals }) => totals.energyPj['total']!,
    unit: 'J',
    base: 1e-12,
  },
];

/** Runs that no other one beats in both, cheapest first. */
export function paretoFront(
  runs: readonly FitRun[],
  cost: (run: FitRun) => number,
  quality: (run: FitRun) => number,
): FitRun[] {
  const front: FitRun[] = [];
  for (const run of [...runs].sort((a, b) => cost(a) - cost(b) || quality(b) - quality(a)))
    if (front.length === 0 || quality(run) > quality(front.at(-1)!)) front.push(run);
  return front;
}

function chartOf(
  { name, what, value, unit, base }: Cost,
  by: Judgement,
  runs: readonly FitRun[],
  charted: Charted,
): Chart {
  const quality = (run: FitRun): number => by.value(run)!;
  const scale = siScale(Math.max(...runs.map(value)), unit, base);
  const front = paretoFront(runs, value, quality);
  const colours = coloursOfSchemes(charted.runs, charted.baseline);
  const shown = (run: FitRun): number => quality(run) / by.base;
  const width = charted.width ?? chartWidth;
  const names = front.map((run) => runName(run, charted));
  const title = `Best ${by.short} for its ${what}: ${names.join(', ')}`;
  const described = runs.map(
    (run) =>
      `${runName(run, charted)} ${figure(shown(run))} ${by.unit} at ${figure(value(run) / scale.divisor)} ${scale.unit}`,
  );
  const point = (run: FitRun) => ({ x: value(run) / scale.divisor, y: shown(run) });
  // From one to the next as a step: between them, the cheaper one is the best that there is.
  const steps = front.flatMap((run, i) => [
    ...(i === 0 ? [] : [{ x: point(run).x, y: point(front[i - 1]!).y }]),
    point(run),
  ]);
  return {
    name,
    title,
    description: `${title}. ${by.what[0]!.toUpperCase()}${by.what.slice(1)} against ${what}: ${described.join('; ')}.`,
    width,
    height: 420,
    config: (theme) => {
      const legend: LegendEntry[] = [{ label: 'no run is both cheaper and better', colour: theme.ink, shape: 'dash' }];
      const subtitle = `${context(charted)}; ${by.origin}`;
      return configuration({
        type: 'scatter',
        data: {
          datasets: [
            {
              label: 'runs',
              data: runs.map(point),
              pointRadius: 7,
              backgroundColor: runs.map(({ scheme }) => colours.get(scheme)!),
              borderColor: theme.surface,
              borderWidth: 1,
            },
            {
              label: 'front',
              data: steps,
              showLine: true,
              pointRadius: 0,
              borderColor: theme.ink,
              borderWidth: 1.5,
            },
          ],
        },
        options: {
          ...frameOptions({ title, subtitle, legend, width }, theme),
          scales: {
            x: numberAxis(`${what} (${scale.unit})`, theme),
            y: numberAxis(`${by.what} (${by.unit})`, theme, { beginAtZero: false, grace: '15%' }),
          },
        },
        plugins: [
          pointLabels(
            runs.map((run) => ({ ...point(run), radius: 7, text: runName(run, charted) })),
            theme,
          ),
        ],
      });
    },
  };
}

/** Quality against cost, where at least two runs have a quality: against time, and against energy. */
export const pareto: ChartMaker = (charted) => {
  const fit = charted.runs.filter(isFit);
  // Qualities of several networks are no choice between them.
  const found = [...new Set(fit.map(({ network }) => network))].flatMap((network) => {
    const own = judgementOf(
      fit.filter((run) => run.network === network),
      2,
    );
    return own === undefined ? [] : [{ network, ...own }];
  });
  return found.flatMap(({ network, by, judged }) => {
    const named = found.length === 1 ? '' : `-${network.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`;
    return costs.map((cost) => chartOf({ ...cost, name: cost.name + named }, by, judged, charted));
  });
};
