import type { Comparison, PairComparison } from '../compare/comparison.js';
import { changed, type Figure } from '../compare/figures.js';
import { summaryFigures } from '../compare/words.js';
import { axisEnd, endLabels } from './bar-labels.js';
import type { Chart } from './chart.js';
import { changeText, figure, siScale, withUnit, wrapped } from './figures.js';
import {
  chartWidth,
  configuration,
  fontFamily,
  frameOptions,
  maxBarThickness,
  numberAxis,
  rowAxis,
  rowLabels,
  rowsHeight,
  zeroLine,
  type Frame,
} from './frame.js';
import { lessColour, moreColour } from './palette.js';
import { labelWidth, type Row } from './rows.js';

/** Pairs that are drawn, those that changed most; tables show all. */
const mostPairs = 20;

/** What a row is called and what its unit is, and what a run is that has less or more of it. */
const quantities: Readonly<
  Record<string, { label: string; less: string; more: string; unit: string; base: number } | undefined>
> = {
  time: { label: 'time', less: 'faster', more: 'slower', unit: 's', base: 1e-9 },
  energy: { label: 'energy', less: 'with less energy', more: 'with more energy', unit: 'J', base: 1e-12 },
  dramBits: {
    label: 'DRAM bits',
    less: 'with fewer DRAM bits',
    more: 'with more DRAM bits',
    unit: 'bit',
    base: 1,
  },
};

/** Doublings from before to after, so that half as much is as long as twice as much; undefined where one of them is 0. */
function doublings({ before, after }: Figure): number | undefined {
  return before > 0 && after > 0 ? Math.log2(after / before) : undefined;
}

const size = (one: Figure): number => Math.abs(doublings(one) ?? (changed(one) ? Infinity : 0));

/** `×0.812, 6.57 → 5.33 ms`. */
function endText(one: Figure): string {
  const { name, before, after } = one;
  const { unit, base } = quantities[name]!;
  const scale = siScale(Math.max(before, after), unit, base);
  if (!changed(one)) return `the same, ${withUnit(after, scale)}`;
  const values = `${figure(before / scale.divisor)} → ${withUnit(after, scale)}`;
  return [changeText(before, after), values].filter((text) => text !== '').join(', ');
}

/** What got better or worse, in how many pairs, and by how much at most. */
function titleOf(pairs: readonly PairComparison[], all: number): string {
  const findings = Object.entries(quantities).flatMap(([name, words]) => {
    const own = pairs.flatMap((pair) => summaryFigures(pair).filter((one) => one.name === name));
    const sides = [
      [words!.more, 'up to ', own.filter(({ before, after }) => after > before)],
      [words!.less, 'down to ', own.filter(({ before, after }) => after < before)],
    ] as const;
    return sides.flatMap(([word, to, figures]) => {
      if (figures.length === 0) return [];
      const { before, after } = figures.reduce((most, one) => (size(one) > size(most) ? one : most));
      const text = changeText(before, after);
      const far = text === '' ? '' : ` (${figures.length > 1 ? to : ''}${text})`;
      return [`${all === 1 ? word.replace('with ', '') : `${String(figures.length)} ${word}`}${far}`];
    });
  });
  return `${all === 1 ? pairs[0]!.name : `Of ${String(all)} runs`}: ${findings.join(', ')}`;
}

/** Names without what all pairs have in common. */
function shortNames(pairs: readonly PairComparison[]): string[] {
  const parts = pairs.map(({ name }) => name.split(', '));
  const told = parts.map((own) =>
    own.filter((part, i) => own.length !== 3 || parts.some((other) => other.length !== 3 || other[i] !== part)),
  );
  return told.map((own) => own.join(', '));
}

/** Ratios from 2^low to 2^high for an axis: powers of two, or round ones where there would be few. */
function axisRatios(low: number, high: number): number[] {
  if (high - low >= 2) {
    const step = Math.ceil((high - low) / 8);
    const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
    return Array.from({ length: last - first + 1 }, (_, i) => 2 ** (step * (first + i)));
  }
  const wanted = (2 ** high - 2 ** low) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * (wanted >= 5 * power ? 5 : wanted >= 2 * power ? 2 : 1);
  const [first, last] = [Math.ceil(2 ** low / step - 1e-9), Math.floor(2 ** high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => step * (first + i));
}

/** Time, energy and DRAM bits after ÷ before of every pair in which they changed, as bars to the left and right of ×1. None where nothing did. */
export function changedTotals({ pairs: all }: Comparison): Chart[] {
  const fit = all.filter(({ figures }) => figures.length > 0);
  const differing = fit.filter((pair) => summaryFigures(pair).some(changed));
  if (differing.length === 0) return [];
  const most = (pair: PairComparison): number => Math.max(...summaryFigures(pair).map(size));
  const shown = new Set([...differing].sort((a, b) => most(b) - most(a)).slice(0, mostPairs));
  const pairs = differing.filter((pair) => shown.has(pair));
  const names = shortNames(pairs);
  const rows = pairs.flatMap((pair, i): Row<Figure>[] => [
    ...(pairs.length > 1 ? [{ label: wrapped(names[i]!, labelWidth) }] : []),
    ...summaryFigures(pair).map((one) => ({ label: [quantities[one.name]!.label], run: one })),
  ]);
  const values = rows.map(({ run }) => (run === undefined ? undefined : doublings(run)));
  const ends = rows.map(({ run }) => (run === undefined ? undefined : endText(run)));
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const span = high - low || 1;
  const start = low - span / 50;
  const title = titleOf(differing, fit.length);
  const left = differing.length - pairs.length;
  const frame: Frame = {
    title,
    subtitle: `means per image, after ÷ before${left === 0 ? '' : `; the ${String(pairs.length)} of ${String(differing.length)} runs that changed most`}`,
    width: chartWidth,
    legend: [
      ...(low < 0 ? [{ label: 'less than before', colour: lessColour }] : []),
      ...(high > 0 ? [{ label: 'more than before', colour: moreColour }] : []),
    ],
  };
  const described = pairs.map((pair) => {
    const figures = summaryFigures(pair).map((one) => `${quantities[one.name]!.label} ${endText(one)}`);
    return `${pair.name}: ${figures.join(', ')}`;
  });
  return [
    {
      name: 'totals',
      title,
      description: `${title}. Bars of after ÷ before: ${described.join('; ')}.`,
      width: chartWidth,
      height: rowsHeight(rows, frame),
      config: (theme) =>
        configuration({
          type: 'bar',
          data: {
            labels: rowLabels(rows),
            datasets: [
              {
                label: 'after ÷ before',
                data: values.map((value) => value ?? null),
                backgroundColor: values.map((value) => ((value ?? 0) < 0 ? lessColour : moreColour)),
                barPercentage: 0.9,
                maxBarThickness,
                categoryPercentage: 0.8,
              },
            ],
          },
          options: {
            ...frameOptions(frame, theme),
            indexAxis: 'y',
            scales: {
              x: numberAxis('after ÷ before, on a logarithmic axis', theme, {
                grid: zeroLine(theme),
                min: start,
                max: axisEnd(rows, ends, start, low + span),
                afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
                  axis.ticks = axisRatios(low, low + span).map((ratio) => ({ value: Math.log2(ratio) }));
                },
                ticks: {
                  callback: (value: number) => `×${String(Number((2 ** value).toPrecision(12)))}`,
                  autoSkip: false,
                  maxRotation: 0,
                  color: theme.muted,
                  font: { family: fontFamily, size: 11 },
                },
              }),
              y: { ...rowAxis(rows, theme), border: { display: false } },
            },
          },
          plugins: [endLabels(ends, theme)],
        }),
    },
  ];
}
