import type { FitRun, LayerResult } from '../../result.js';
import type { Chart, Charted, ChartMaker } from './chart.js';
import { figure, percentText } from './figures.js';
import { configuration, frameOptions, numberAxis, type Frame, type LegendEntry } from './frame.js';
import { causes } from './palette.js';
import type { Theme } from './palette.js';
import { pointLabels } from './point-labels.js';
import { chartNamesOf, context, groupsOf, runName } from './rows.js';
import { chartWidth } from './widths.js';

/** A layer on the roofline. */
export interface RoofPoint {
  readonly layer: LayerResult;
  /** MACs per byte to or from DRAM. */
  readonly intensity: number;
  /** MACs per cycle that it reaches. */
  readonly rate: number;
  /** MACs per cycle if every PE were busy all the time, at the layer's own mix of precisions. */
  readonly ceiling: number;
  /** MACs per cycle that the DRAM could feed at this intensity; Infinity where memory is never waited for. */
  readonly roof: number;
  /** The cause of most of its cycles. */
  readonly cause: (typeof causes)[number];
}

/** Every layer that multiplies and that moves bits to or from DRAM. */
export function roofPoints({ layers, machine }: FitRun): RoofPoint[] {
  const { rows, cols, dramBitsPerCycle } = machine;
  return layers
    .filter(({ macs, dramBits, peCycles }) => macs > 0 && dramBits['total']! > 0 && (peCycles['busy'] ?? 0) > 0)
    .map((layer) => {
      const intensity = layer.macs / (layer.dramBits['total']! / 8);
      return {
        layer,
        intensity,
        rate: layer.macs / layer.cycles['total']!,
        ceiling: (rows * cols * layer.macs) / layer.peCycles['busy']!,
        roof: dramBitsPerCycle === null ? Infinity : (intensity * dramBitsPerCycle) / 8,
        cause: causes.reduce((most, cause) =>
          (layer.cycles[cause.key] ?? 0) > (layer.cycles[most.key] ?? 0) ? cause : most,
        ),
      };
    });
}

interface Limits {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Around all points of all runs, so that panels can be compared. */
function limitsOf(points: readonly RoofPoint[]): Limits {
  const around = (values: readonly number[]): [number, number] => [Math.min(...values) / 2, Math.max(...values) * 2];
  return {
    x: around(points.map(({ intensity }) => intensity)),
    y: around(points.flatMap(({ rate, ceiling }) => [rate, ceiling])),
  };
}

const height = 470;
const labelled = 3;
/** Share of the cycles below which a layer is not worth a name. */
const leastLabelled = 0.05;

function panel(run: FitRun, charted: Charted, name: string, limits: Limits): Chart[] {
  const points = roofPoints(run);
  if (points.length === 0) return [];
  const { macs, cycles, utilization } = run.totals;
  const under = points.filter(({ roof, ceiling }) => roof < ceiling).length;
  const rate = figure(macs / cycles['total']!);
  const title = `${runName(run, charted)}: ${rate} MACs per cycle, ${figure(100 * utilization)} % of its ceiling`;
  const multiplying = run.layers.filter((layer) => layer.macs > 0).length;
  const onChip = multiplying - points.length;
  const subtitle = `${context({ ...charted, runs: [run] })}; in ${String(under)} of ${String(points.length)} layers the DRAM roof lies below what the PEs could do; dots grow with the share of cycles`;
  const share = ({ layer }: RoofPoint): number => layer.cycles['total']! / cycles['total']!;
  const byShare = [...points].sort((a, b) => share(b) - share(a));
  const radius = (point: RoofPoint): number => 3 + 22 * Math.sqrt(share(point));
  const present = causes.filter((cause) => points.some((point) => point.cause === cause));
  const described = byShare
    .slice(0, 5)
    .map(
      ({ layer, intensity, rate: reached, ceiling, roof }) =>
        `${layer.name} ${figure(reached)} of ${figure(ceiling)} MAC/cycle at ${figure(intensity)} MAC/byte${roof === Infinity ? '' : `, DRAM roof ${figure(roof)}`}`,
    );
  const legend = (ink: string, muted: string): LegendEntry[] => [
    ...present.map(({ label, colour }): LegendEntry => ({
      label: `most cycles: ${label.split(':')[0]!}`,
      colour,
      shape: 'dot',
    })),
    { label: 'all PEs busy, at the layer’s precisions', colour: muted, shape: 'dash' },
    ...(run.machine.dramBitsPerCycle === null
      ? []
      : [
          {
            label: `DRAM roof, ${figure(run.machine.dramBitsPerCycle)} bit/cycle`,
            colour: ink,
            shape: 'dash',
          } as const,
        ]),
  ];
  const frame = (ink: string, muted: string): Frame => ({
    title,
    subtitle,
    legend: legend(ink, muted),
    width: chartWidth,
  });
  return [
    {
      name,
      title,
      description:
        `${title}. Roofline of ${String(points.length)} layers: MACs per cycle against MACs per byte to and from DRAM; dots grow with the share of cycles. ` +
        `The most cycles: ${described.join('; ')}. In ${String(under)} layers the DRAM roof is below the ceiling of the PEs.` +
        (onChip === 0 ? '' : ` ${String(onChip)} layers move nothing to or from DRAM and are not shown.`),
      width: chartWidth,
      height,
      config: (theme) =>
        configuration({
          type: 'scatter',
          data: {
            datasets: [
              ...present.map((cause) => {
                const those = byShare.filter((point) => point.cause === cause);
                return {
                  label: cause.label,
                  data: those.map(({ intensity, rate: y }) => ({ x: intensity, y })),
                  pointRadius: those.map(radius),
                  backgroundColor: `${cause.colour}d9`,
                  borderColor: theme.surface,
                  borderWidth: 1,
                };
              }),
              {
                label: 'ceiling',
                data: points.map(({ intensity, ceiling }) => ({ x: intensity, y: ceiling })),
                pointStyle: 'line',
                pointRadius: 6,
                borderColor: theme.muted,
                borderWidth: 2,
              },
              ...(run.machine.dramBitsPerCycle === null
                ? []
                : [
                    {
                      label: 'DRAM roof',
                      data: limits.x.map((x) => ({ x, y: (x * run.machine.dramBitsPerCycle!) / 8 })),
                      showLine: true,
                      pointRadius: 0,
                      borderColor: theme.ink,
                      borderWidth: 2,
                    },
                  ]),
            ],
          },
          options: {
            ...frameOptions(frame(theme.ink, theme.muted), theme),
            scales: {
              x: logAxis(`arithmetic intensity (MAC per byte to and from DRAM)`, limits.x, theme),
              y: logAxis('throughput (MAC/cycle)', limits.y, theme),
            },
          },
          plugins: [
            pointLabels(
              byShare.map((point, rank) => ({
                x: point.intensity,
                y: point.rate,
                radius: radius(point),
                ...(rank < labelled &&
                  share(point) >= leastLabelled && { text: `${point.layer.name} ${percentText(share(point), 1)}` }),
              })),
              theme,
            ),
          ],
        }),
    },
  ];
}

/** A logarithmic axis with a line at every power of ten. */
function logAxis(title: string, [min, max]: readonly [number, number], theme: Theme) {
  const { ticks, ...axis } = numberAxis(title, theme);
  const first = Math.ceil(Math.log10(min));
  const decades = Array.from({ length: Math.floor(Math.log10(max)) - first + 1 }, (_, i) => ({
    value: 10 ** (first + i),
  }));
  return {
    ...axis,
    type: 'logarithmic',
    min,
    max,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = decades;
    },
    ticks: { ...ticks, maxRotation: 0, callback: (value: number) => figureOfDecade(value) },
  };
}

/** 0.01, 1, 100, 10 k. */
function figureOfDecade(value: number): string {
  return value >= 1e4 ? `${String(Math.round(value / 1e3))} k` : String(Number(value.toPrecision(1)));
}

/** Every layer at its arithmetic intensity and the MACs per cycle that it reaches, under its own ceiling and the roof of the DRAM; a panel for each run, all with the same axes. */
export const roofline: ChartMaker = (charted) => {
  const runs = groupsOf(charted).flatMap((group) => group.runs);
  const all = runs.flatMap(roofPoints);
  if (all.length === 0) return [];
  const names = chartNamesOf('roofline', runs);
  const limits = limitsOf(all);
  return runs.flatMap((run, i) => panel(run, charted, names[i]!, limits));
};
