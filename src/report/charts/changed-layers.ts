import { sum } from '../../core/numbers.js';
import type { PairComparison } from '../compare/comparison.js';
import { largestFirst, type CostChange, type LayerChange } from '../compare/layers.js';
import { axisEnd, endLabels, partLabels } from './bar-labels.js';
import type { Chart } from './chart.js';
import { changeText, signedText, siScale, wrapped } from './figures.js';
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
import { causes, energyGroups } from './palette.js';
import { labelWidth, type Row } from './rows.js';

/** Layers that have a bar of their own. */
const mostLayers = 20;

/** Costs that are drawn: the first of these that changed. */
const costs = [
  {
    by: 'cycles',
    noun: ' cycles',
    partly: 'by cause',
    unit: '',
    base: 1,
    groups: causes.map(({ key, label, colour }) => ({ label, colour, parts: [key] as readonly string[] })),
  },
  { by: 'energy', noun: ' of energy', partly: 'by component', unit: 'J', base: 1e-12, groups: energyGroups },
] as const;
type Cost = (typeof costs)[number];

/** The name of a group without what explains it. */
const shortLabel = ({ label }: { readonly label: string }): string => label.split(':')[0]!;

/** A layer, or several of them. */
interface Change {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  /** By group of parts. */
  readonly parts: readonly number[];
}

/** The last group takes whatever no group names, so that they sum to the difference. */
function changeOf({ before, after, difference, parts }: CostChange, { groups }: Cost): Change {
  const amounts = groups.map(() => 0);
  for (const one of parts) {
    const group = groups.findIndex((some) => some.parts.includes(one.part));
    amounts[group === -1 ? groups.length - 1 : group]! += one.difference;
  }
  return { before, after, difference, parts: amounts };
}

function together(changes: readonly Change[], { groups }: Cost): Change {
  const total = (of: (change: Change) => number): number => sum(changes.map(of));
  return {
    before: total(({ before }) => before),
    after: total(({ after }) => after),
    difference: total(({ difference }) => difference),
    parts: groups.map((_, i) => total(({ parts }) => parts[i]!)),
  };
}

const above = (amounts: readonly number[]): number => sum(amounts.filter((amount) => amount > 0));
const below = (amounts: readonly number[]): number => sum(amounts.filter((amount) => amount < 0));

/** The index of what does most of a difference; of the largest where there is none in all. */
function largest(amounts: readonly number[], difference: number): number {
  const weight = (amount: number): number => (difference === 0 ? Math.abs(amount) : amount * Math.sign(difference));
  return amounts.reduce((most, amount, i) => (weight(amount) > weight(amounts[most]!) ? i : most), 0);
}

/** A bar: a layer that differs, or all those that have none of their own. */
interface Bar extends Row<Change> {
  readonly run: Change;
  /** Of the layer: how it stands to what it was. */
  readonly note: string;
}

function barsOf(layers: readonly LayerChange[], changes: readonly Change[], cost: Cost): Bar[] {
  const bars = layers.slice(0, mostLayers).map(({ name, in: where }, i): Bar => {
    const run = changes[i]!;
    const note = where === 'both' ? changeText(run.before, run.after) : `only ${where}`;
    return { label: wrapped(name, labelWidth), run, note };
  });
  const rest = changes.slice(mostLayers);
  if (rest.length === 0) return bars;
  const others = together(rest, cost);
  const label = [`${String(rest.length)} more layer${rest.length === 1 ? '' : 's'}`];
  return [...bars, { label, run: others, note: changeText(others.before, others.after) }];
}

/** How much it is in all, and the part and the layer that do most of it. */
function titleOf(run: string, layers: readonly LayerChange[], changes: readonly Change[], cost: Cost): string {
  const { by, noun, unit, base, groups } = cost;
  const { difference, parts } = together(changes, cost);
  const text = (amount: number): string => signedText(amount, siScale(Math.abs(amount), unit, base));
  const differences = changes.map((one) => one.difference);
  const [group, layer] = [largest(parts, difference), largest(differences, difference)];
  const inAll = difference === 0 ? `no difference of ${by} in all` : `${text(difference)}${noun}`;
  const part = `${shortLabel(groups[group]!)} (${text(parts[group]!)})`;
  return `${run}: ${inAll}, most from ${part} and ${layers[layer]!.name} (${text(differences[layer]!)})`;
}

/**
 * The layers whose cycles differ most between two runs, the largest difference first, by what it comes from; those of energy where no
 * cycles differ. None where neither does.
 */
export function changedLayers(pair: PairComparison, name: string): Chart[] {
  const differs = ({ costs: own }: LayerChange, { by }: Cost): boolean => own[by].parts.length > 0;
  const cost = costs.find((one) => pair.layers.some((layer) => differs(layer, one)));
  if (cost === undefined) return [];
  const { by, unit, base, groups } = cost;
  const layers = largestFirst(pair.layers, by).filter((layer) => differs(layer, cost));
  const changes = layers.map((layer) => changeOf(layer.costs[by], cost));
  const title = titleOf(pair.name, layers, changes, cost);
  const rows = barsOf(layers, changes, cost);
  const drawn = rows.map(({ run }) => run);
  const scale = siScale(Math.max(...drawn.flatMap(({ parts }) => [above(parts), -below(parts)])), unit, base);
  const text = (difference: number): string => signedText(difference, scale);
  const present = groups.flatMap((one, i) =>
    drawn.some(({ parts }) => parts[i] !== 0) ? [{ ...one, amounts: drawn.map(({ parts }) => parts[i]!) }] : [],
  );
  // Where parts go both ways, no bar ends where the difference in all is.
  const bothWays = ({ parts }: Change): boolean => above(parts) > 0 && below(parts) < 0;
  const mixed = drawn.some(bothWays);
  const ends = rows.map(({ run, note }) => [text(run.difference), note].filter((one) => one !== '').join(', '));
  const [low, high] = [
    Math.min(...drawn.map((one) => below(one.parts))),
    Math.max(...drawn.map((one) => above(one.parts))),
  ];
  const start = (low - (high - low) / 50) / scale.divisor;
  const frameOf = (ink: string): Frame => ({
    title,
    subtitle: 'after − before, means per image; the largest difference first',
    width: chartWidth,
    legend: [...present, ...(mixed ? [{ label: 'difference in all', colour: ink, shape: 'mark' as const }] : [])],
  });
  const described = rows.slice(0, 5).map(({ label, run }, i) => {
    const parts = groups.flatMap((group, k) =>
      run.parts[k] === 0 ? [] : [`${shortLabel(group)} ${text(run.parts[k]!)}`],
    );
    return `${label.join('')} ${ends[i]!} (${parts.join(', ')})`;
  });
  return [
    {
      name,
      title,
      description: `${title}. Stacked bars of the difference of ${by} in ${String(layers.length)} of ${String(pair.layers.length)} layers, ${cost.partly}. The most: ${described.join('; ')}.`,
      width: chartWidth,
      height: rowsHeight(rows, frameOf('')),
      config: (theme) =>
        configuration({
          type: 'bar',
          data: {
            labels: rowLabels(rows),
            datasets: [
              ...present.map(({ label, colour, amounts }) => ({
                label,
                data: amounts.map((amount) => amount / scale.divisor),
                backgroundColor: colour,
                order: 1,
                barPercentage: 0.9,
                maxBarThickness,
                categoryPercentage: 0.8,
              })),
              ...(mixed
                ? [
                    {
                      type: 'line',
                      order: 0,
                      label: 'difference in all',
                      data: drawn.map((one) => (bothWays(one) ? one.difference / scale.divisor : null)),
                      showLine: false,
                      pointStyle: 'line',
                      rotation: 90,
                      radius: 9,
                      borderColor: theme.ink,
                      borderWidth: 2.5,
                    },
                  ]
                : []),
            ],
          },
          options: {
            ...frameOptions(frameOf(theme.ink), theme),
            indexAxis: 'y',
            scales: {
              x: numberAxis(`Δ ${by} per image${scale.unit === '' ? '' : ` (${scale.unit})`}`, theme, {
                stacked: true,
                grid: zeroLine(theme),
                min: start,
                max: axisEnd(rows, ends, start, high / scale.divisor),
                // The ends of the axis are no round numbers: they are not labelled.
                ticks: {
                  includeBounds: false,
                  callback: (value: number) => String(Number(value.toPrecision(6))).replace('-', '−'),
                  maxTicksLimit: 9,
                  color: theme.muted,
                  font: { family: fontFamily, size: 11 },
                },
              }),
              y: { ...rowAxis(rows, theme), stacked: true, border: { display: false } },
            },
          },
          plugins: [
            partLabels(
              present.map(({ amounts }) => amounts.map((amount) => (amount === 0 ? '' : text(amount)))),
              present.map(({ colour }) => colour),
            ),
            endLabels(ends, theme),
          ],
        }),
    },
  ];
}
