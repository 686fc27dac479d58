import type { FitRun } from '../../result.js';
import { axisEnd, endLabels, namesAbove } from './bar-labels.js';
import type { Chart, Charted } from './chart.js';
import { ratioText, siScale, withUnit } from './figures.js';
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
import { baselineRun, context, groupsOf, leftOut, rowsOf, runName } from './rows.js';
import { chartWidth, isNarrow } from './widths.js';

/** A quantity of a run that is compared as bars; less is better, where nothing else is said. */
export interface BarQuantity {
  readonly name: string;
  /** What it is, for axis and subtitle: `time per image`. */
  readonly what: string;
  /** What the run that has least of it is: `fastest`, `the least energy`. */
  readonly best: string;
  readonly value: (run: FitRun) => number;
  /** Unit without prefix, and how many of it one of `value` is: `s`, 1e-9. */
  readonly unit: string;
  readonly base: number;
  readonly moreIsBetter?: true;
  /** How a run stands to the baseline: a ratio, where nothing else is said. */
  readonly versus?: (value: number, base: number) => string;
  /** The lower bound, marked on every bar in the same unit: what nothing could be below, and why. */
  readonly mark?: { readonly because: string; readonly value: (run: FitRun) => number };
  /** More to say of a run in the text alternative. */
  readonly note?: (run: FitRun, text: (value: number) => string) => string;
}

/** Says who wins: by how much and against what, or in how many cases where there are several networks. */
function verdict(charted: Charted, quantity: BarQuantity, text: (value: number) => string): string {
  const { value, best, what, moreIsBetter, versus = ratioText } = quantity;
  const groups = groupsOf(charted);
  const fit = groups.flatMap(({ runs }) => runs);
  const beats = (a: FitRun, b: FitRun): boolean => (moreIsBetter ? value(a) > value(b) : value(a) < value(b));
  const bestOf = (runs: readonly FitRun[]): FitRun => runs.reduce((a, b) => (beats(b, a) ? b : a));
  const winner = bestOf(fit);
  if (fit.length === 1) return `${runName(winner, charted)}: ${text(value(winner))} ${what}`;
  if (new Set(fit.map(({ network }) => network)).size > 1) {
    const winners = groups.map(({ runs }) => bestOf(runs).scheme);
    const wins = (scheme: string): number => winners.filter((one) => one === scheme).length;
    const most = winners.reduce((a, b) => (wins(b) > wins(a) ? b : a));
    return `${best} in ${String(wins(most))} of ${String(groups.length)} cases: ${most}`;
  }
  const several = groups.length > 1;
  const base = baselineRun(winner, charted);
  const start = `${best}: ${several ? runName(winner, charted) : winner.scheme}, ${text(value(winner))}`;
  if (base === undefined) return start;
  if (base === winner) return `${start}, the baseline`;
  return `${start}, ${versus(value(winner), value(base))} of ${several ? runName(base, charted) : base.scheme}`;
}

/** Horizontal bars, one per run, by machine; each with its value and its ratio to the baseline. None where nothing fits. Schemes have the colours that they have among `all`. */
export function barChart(charted: Charted, quantity: BarQuantity, all: Charted = charted): Chart[] {
  const rows = rowsOf(charted);
  const fit = rows.flatMap(({ run }) => (run === undefined ? [] : [run]));
  if (fit.length === 0) return [];
  const { name, what, value, unit, base, mark, note, versus } = quantity;
  const most = Math.max(...fit.map(value));
  const scale = unit === '%' || unit === 'dB' ? { divisor: base, unit } : siScale(most, unit, base);
  const text = (amount: number): string => withUnit(amount, scale);
  const title = verdict(charted, quantity, text);
  const several = new Set(fit.map(({ accelerator }) => accelerator)).size > 1;
  const compared = fit.some((run) => baselineRun(run, charted) !== undefined);
  const ratio = (run: FitRun): string => {
    const reference = baselineRun(run, charted);
    if (reference === undefined || value(reference) === 0) return '';
    return reference === run ? 'baseline' : (versus ?? ratioText)(value(run), value(reference));
  };
  const width = charted.width ?? chartWidth;
  const ends = rows.map(({ run }) =>
    run === undefined ? undefined : [text(value(run)), ratio(run)].filter((one) => one !== '').join('  '),
  );
  const subtitle = `${context(charted)}${compared ? `; ${versus === undefined ? '× is the ratio' : `${unit === '%' ? 'points are' : `${unit} with a sign are`} the difference`} to ${charted.baseline!}${several && !charted.baseline!.includes('/') ? ' on the same machine' : ''}` : ''}`;
  const described = fit.map((run) => {
    const parts = [
      text(value(run)),
      ...(ratio(run) === '' ? [] : [ratio(run)]),
      ...(mark === undefined ? [] : [`lower bound ${text(mark.value(run))}`]),
    ];
    return `${runName(run, charted)} ${parts.join(', ')}${note?.(run, text) ?? ''}`;
  });
  const bound = mark === undefined ? '' : `lower bound: ${mark.because}`;
  const frameOf = (ink: string): Frame => ({
    title,
    // A legend has no lines.
    subtitle: mark !== undefined && isNarrow(width) ? `${subtitle}; ${bound}` : subtitle,
    width,
    legend: mark === undefined ? [] : [{ label: isNarrow(width) ? 'lower bound' : bound, colour: ink, shape: 'mark' }],
  });
  return [
    {
      name,
      title,
      description: `${title}. Bars of ${what}${mark === undefined ? '' : `, with the ${bound}`}: ${described.join('; ')}.${leftOut(charted)}`,
      width,
      height: rowsHeight(rows, frameOf('')),
      config(theme) {
        const colours = coloursOfSchemes(all.runs, all.baseline);
        const options = frameOptions(frameOf(theme.ink), theme);
        const values = rows.map(({ run }) => (run === undefined ? null : value(run) / scale.divisor));
        return configuration({
          type: 'bar',
          data: {
            labels: rowLabels(rows),
            datasets: [
              {
                label: what,
                data: values,
                backgroundColor: rows.map(({ run }) => (run === undefined ? '' : colours.get(run.scheme))),
                order: 1,
                barPercentage: 0.9,
                maxBarThickness,
                categoryPercentage: 0.8,
              },
              ...(mark === undefined
                ? []
                : [
                    {
                      type: 'line',
                      order: 0,
                      label: bound,
                      data: rows.map(({ run }) => (run === undefined ? null : mark.value(run) / scale.divisor)),
                      showLine: false,
                      pointStyle: 'line',
                      rotation: 90,
                      radius: 9,
                      borderColor: theme.ink,
                      borderWidth: 2.5,
                    },
                  ]),
            ],
          },
          options: {
            ...options,
            indexAxis: 'y',
            scales: {
              x: numberAxis(`${what} (${scale.unit})`, theme, {
                grid: { display: false },
                ...axisTo(axisEnd(rows, ends, { start: 0, most: most / scale.divisor, width }), theme, width),
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
