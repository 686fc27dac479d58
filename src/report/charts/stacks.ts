import type { FitRun, Numbers } from '../../result.js';
import { axisEnd, endLabels, namesAbove, partLabels } from './bar-labels.js';
import type { Chart, Charted } from './chart.js';
import { percentText, withUnit, type Scale } from './figures.js';
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
import type { energyGroups } from './palette.js';
import { leftOut, type Row } from './rows.js';
import { chartWidth } from './widths.js';

/** A part of stacked bars: the same in every row, in the order of the stack. */
export interface StackPart {
  readonly label: string;
  readonly colour: string;
  readonly value: (run: FitRun) => number;
}

/** Parts of a flat object of numbers in groups; the last group takes whatever no group names, so that they sum to the total. */
export function groupedParts(groups: typeof energyGroups, numbers: (run: FitRun) => Numbers): StackPart[] {
  const named = new Set(groups.flatMap(({ parts }) => parts));
  return groups.map(({ label, colour, parts }, i) => ({
    label,
    colour,
    value: (run) =>
      Object.entries(numbers(run)).reduce((sum, [key, amount]) => {
        if (key === 'total') return sum;
        const here = parts.includes(key) || (i === groups.length - 1 && !named.has(key));
        return here ? sum + amount : sum;
      }, 0),
  }));
}

export interface Stack {
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  /** For the axis, without unit. */
  readonly what: string;
  readonly rows: readonly Row[];
  readonly parts: readonly StackPart[];
  readonly total: (run: FitRun) => number;
  readonly scale: Scale;
  readonly nameOf: (run: FitRun) => string;
}

/** Horizontal stacked bars, one per row; every part with its share where there is room. Parts that no row has are left out. */
export function stackChart(charted: Charted, stack: Stack): Chart[] {
  const { name, title, what, rows, total, scale, nameOf } = stack;
  const fit = rows.flatMap(({ run }) => (run === undefined ? [] : [run]));
  if (fit.length === 0) return [];
  const parts = stack.parts.filter(({ value }) => fit.some((run) => value(run) > 0));
  const text = (amount: number): string => withUnit(amount, scale);
  const width = charted.width ?? chartWidth;
  const ends = rows.map(({ run }) => (run === undefined ? undefined : text(total(run))));
  const frame: Frame = { title, subtitle: stack.subtitle, legend: parts, width };
  const described = fit.map((run) => {
    const shares = parts
      .filter(({ value }) => value(run) > 0)
      .map(({ label, value }) => `${label} ${percentText(value(run), total(run))}`);
    return `${nameOf(run)} ${text(total(run))}: ${shares.join(', ')}`;
  });
  return [
    {
      name,
      title,
      description: `${title}. Stacked bars of ${what}: ${described.join('; ')}.${leftOut(charted)}`,
      width,
      height: rowsHeight(rows, frame),
      config: (theme) =>
        configuration({
          type: 'bar',
          data: {
            labels: rowLabels(rows),
            datasets: parts.map(({ label, colour, value }) => ({
              label,
              data: rows.map(({ run }) => (run === undefined ? null : value(run) / scale.divisor)),
              backgroundColor: colour,
              borderColor: theme.surface,
              borderWidth: { right: 1 },
              borderSkipped: false,
              barPercentage: 0.9,
              maxBarThickness,
              categoryPercentage: 0.8,
            })),
          },
          options: {
            ...frameOptions(frame, theme),
            indexAxis: 'y',
            scales: {
              x: numberAxis(`${what} (${scale.unit})`, theme, {
                stacked: true,
                grid: { display: false },
                ...axisTo(
                  axisEnd(rows, ends, {
                    start: 0,
                    most: Math.max(...fit.map(total)) / scale.divisor,
                    width,
                  }),
                  theme,
                  width,
                ),
              }),
              y: { ...rowAxis(rows, theme, width), stacked: true },
            },
          },
          plugins: [
            partLabels(
              parts.map(({ value }) =>
                rows.map(({ run }) => (run === undefined ? '' : percentText(value(run), total(run)))),
              ),
              parts.map(({ colour }) => colour),
            ),
            ...namesAbove(rows, theme, width),
            endLabels(ends, theme),
          ],
        }),
    },
  ];
}

/** The part that is the largest in most of the runs, with its smallest and largest share. */
export function largestPart(
  parts: readonly StackPart[],
  runs: readonly FitRun[],
  total: (run: FitRun) => number,
): { readonly label: string; readonly runs: number; readonly shares: string } {
  const largest = (run: FitRun): StackPart =>
    parts.reduce((most, part) => (part.value(run) > most.value(run) ? part : most));
  const winners = runs.map(largest);
  const count = (part: StackPart): number => winners.filter((winner) => winner === part).length;
  const part = winners.reduce((most, winner) => (count(winner) > count(most) ? winner : most));
  const shares = runs.filter((_, i) => winners[i] === part).map((run) => part.value(run) / total(run));
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map((share) => Math.round(100 * share));
  return {
    label: part.label,
    runs: shares.length,
    shares: low === high ? `${String(low)} %` : `${String(low)} to ${String(high)} %`,
  };
}
