import { isFit, type FitRun } from '../../result.js';
import { isJudged, type Judged } from './accuracy.js';
import type { Chart, Charted, ChartMaker } from './chart.js';
import { figure, siScale } from './figures.js';
import { configuration, frameOptions, numberAxis, type LegendEntry } from './frame.js';
import { coloursOfSchemes } from './palette.js';
import { pointLabels } from './point-labels.js';
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
export function paretoFront(runs: readonly Judged[], cost: (run: FitRun) => number): Judged[] {
  const front: Judged[] = [];
  for (const run of [...runs].sort((a, b) => cost(a) - cost(b) || b.accuracy - a.accuracy))
    if (front.length === 0 || run.accuracy > front.at(-1)!.accuracy) front.push(run);
  return front;
}

function chartOf({ name, what, value, unit, base }: Cost, runs: readonly Judged[], charted: Charted): Chart {
  const scale = siScale(Math.max(...runs.map(value)), unit, base);
  const front = paretoFront(runs, value);
  const colours = coloursOfSchemes(charted.runs, charted.baseline);
  const width = charted.width ?? chartWidth;
  const percent = ({ accuracy }: Judged): number => 100 * accuracy;
  const names = front.map((run) => runName(run, charted));
  const title = `Best accuracy for its ${what}: ${names.join(', ')}`;
  const described = runs.map(
    (run) =>
      `${runName(run, charted)} ${figure(percent(run))} % at ${figure(value(run) / scale.divisor)} ${scale.unit}`,
  );
  const point = (run: Judged) => ({ x: value(run) / scale.divisor, y: percent(run) });
  // From one to the next as a step: between them, the cheaper one is the best that there is.
  const steps = front.flatMap((run, i) => [
    ...(i === 0 ? [] : [{ x: point(run).x, y: point(front[i - 1]!).y }]),
    point(run),
  ]);
  return {
    name,
    title,
    description: `${title}. Accuracy against ${what}: ${described.join('; ')}.`,
    width,
    height: 420,
    config: (theme) => {
      const legend: LegendEntry[] = [{ label: 'no run is both cheaper and better', colour: theme.ink, shape: 'dash' }];
      const subtitle = `${context(charted)}; accuracy as the trace states it`;
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
            y: numberAxis('accuracy (%)', theme, { beginAtZero: false, grace: '15%' }),
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
  const judged = charted.runs.filter(isFit).filter(isJudged);
  // Accuracies of several networks are no choice between them.
  const networks = [...new Set(judged.map(({ network }) => network))];
  return networks.flatMap((network) => {
    const own = judged.filter((run) => run.network === network);
    if (own.length < 2) return [];
    const named = networks.length === 1 ? '' : `-${network.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`;
    return costs.map((cost) => chartOf({ ...cost, name: cost.name + named }, own, charted));
  });
};
