import type { FitRun } from '../../result.js';
import type { Chart, Charted, ChartMaker } from './chart.js';
import { figure, percentText, siScale, withUnit } from './figures.js';
import { configuration, fontFamily, frameHeight, frameOptions, numberAxis, type Frame } from './frame.js';
import { causes } from './palette.js';
import { chartNamesOf, context, groupsOf, runName } from './rows.js';
import { chartWidth } from './widths.js';

const plotHeight = 210;
/** Pixels that a layer needs so that its name, on end, touches no other. */
const layerPitch = 12;
const letter = 6.2;

const total = ({ cycles }: FitRun['layers'][number]): number => cycles['total']!;

/** The fewest layers that make up half of the cycles, the most costly first. */
function half(run: FitRun): FitRun['layers'] {
  const sorted = [...run.layers].sort((a, b) => total(b) - total(a));
  const all = sorted.reduce((sum, layer) => sum + total(layer), 0);
  let sum = 0;
  return sorted.filter((layer) => {
    const isNeeded = sum < all / 2;
    sum += total(layer);
    return isNeeded;
  });
}

function titleOf(run: FitRun, charted: Charted): string {
  const needed = half(run);
  const first = needed[0];
  if (first === undefined) return `${runName(run, charted)} has no layers that cost cycles`;
  const share = percentText(total(first), run.totals.cycles['total']!);
  const layers = run.layers.filter((layer) => total(layer) > 0).length;
  const start = `${runName(run, charted)}: ${first.name} takes ${share} of the cycles`;
  return needed.length === 1 ? start : `${start}, ${String(needed.length)} of ${String(layers)} layers take half`;
}

const highest = (run: FitRun): number => Math.max(...run.layers.map(total), 1);

/** The cycles at the top of a panel, and the run whose panel has the scale that all others have, where this one has not. */
interface Top {
  readonly cycles: number;
  readonly largest?: FitRun;
}

/**
 * Runs share the scale of the largest one, so that they can be compared. Those whose highest bar would be below a third of it share another
 * one, and so on: what a small bar consists of must be seen, too.
 */
function topsOf(runs: readonly FitRun[]): Map<FitRun, Top> {
  const sorted = [...runs].sort((a, b) => highest(b) - highest(a));
  const tops = new Map<FitRun, Top>();
  let first = sorted[0]!;
  for (const run of sorted) {
    if (highest(run) < highest(first) / 3) first = run;
    tops.set(run, { cycles: highest(first), ...(first !== sorted[0] && { largest: sorted[0]! }) });
  }
  return tops;
}

/** The cycles of every layer by cause, a panel for each run. Panels of one machine have the same scale, or say that they have not; layers that cost nothing in any of its runs are left out. */
export const layers: ChartMaker = (charted) => {
  const groups = groupsOf(charted);
  const names = chartNamesOf(
    'layers',
    groups.flatMap(({ runs }) => runs),
  );
  let next = 0;
  return groups.flatMap(({ runs }) => {
    const costly = new Set(
      runs.flatMap((run) => run.layers.filter((layer) => total(layer) > 0).map(({ name }) => name)),
    );
    const tops = topsOf(runs);
    return runs.map((run) => panel(run, charted, names[next++]!, costly, tops.get(run)!));
  });
};

function panel(
  run: FitRun,
  charted: Charted,
  name: string,
  costly: ReadonlySet<string>,
  { cycles: most, largest }: Top,
): Chart {
  const shown = run.layers.filter((layer) => costly.has(layer.name));
  const scale = siScale(most, '');
  const present = causes.filter(({ key }) => shown.some(({ cycles }) => (cycles[key] ?? 0) > 0));
  const title = titleOf(run, charted);
  const width = Math.max(chartWidth, 90 + layerPitch * shown.length);
  const scaled =
    largest === undefined
      ? ''
      : `; another scale: bars ×${figure(highest(largest) / most)} as high as those of ${largest.scheme}`;
  const subtitle = `${context({ ...charted, runs: [run] })}${scaled}`;
  const frame: Frame = { title, subtitle, legend: present, width };
  const described = half(run)
    .slice(0, 5)
    .map((layer) => {
      const shares = present.map(
        ({ key, label }) => `${label.split(':')[0]!} ${percentText(layer.cycles[key] ?? 0, total(layer))}`,
      );
      return `${layer.name} ${withUnit(total(layer), scale)} (${shares.join(', ')})`;
    });
  const longest = Math.max(0, ...shown.map((layer) => layer.name.length));
  return {
    name,
    title,
    description: `${title}. Stacked bars of the cycles of ${String(shown.length)} layers in their order, by cause. The most: ${described.join('; ')}.`,
    width,
    height: frameHeight(frame) + plotHeight + Math.round(letter * longest) + 40,
    config: (theme) =>
      configuration({
        type: 'bar',
        data: {
          labels: shown.map((layer) => layer.name),
          datasets: present.map(({ key, label, colour }) => ({
            label,
            data: shown.map(({ cycles }) => (cycles[key] ?? 0) / scale.divisor),
            backgroundColor: colour,
            barPercentage: 1,
            categoryPercentage: 0.82,
          })),
        },
        options: {
          ...frameOptions(frame, theme),
          scales: {
            x: {
              stacked: true,
              grid: { display: false },
              border: { color: theme.grid },
              ticks: {
                autoSkip: false,
                minRotation: 90,
                maxRotation: 90,
                color: theme.muted,
                font: { family: fontFamily, size: 10 },
              },
            },
            y: numberAxis(`cycles${scale.unit === '' ? '' : ` (${scale.unit})`}`, theme, {
              stacked: true,
              max: (1.04 * most) / scale.divisor,
              // The top of the axis is no round number: it is not labelled.
              ticks: {
                includeBounds: false,
                maxTicksLimit: 6,
                color: theme.muted,
                font: { family: fontFamily, size: 11 },
              },
            }),
          },
        },
      }),
  };
}
