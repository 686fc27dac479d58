import type { ChartConfiguration, ChartOptions, LegendItem } from 'chart.js';
import { textWidth, wrapped } from './figures.js';
import type { Theme } from './palette.js';
import type { Row } from './rows.js';

/** Registered from a package where pictures are drawn to files. */
export const fontFamily = 'DejaVu Sans';

/** All charts are as wide, so that they can stand below each other. */
export const chartWidth = 860;

/** Of the bars of rows, which may be higher where names take several lines. */
export const maxBarThickness = 20;

const titleSize = 15;
const size = 12;
const bold = 8 / 7;

/** An entry of the legend: a box, a dot, or the mark of a value on a horizontal bar. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  readonly shape?: 'box' | 'dot' | 'mark' | 'dash';
}

const shapes = {
  box: { pointStyle: 'rect', rotation: 0 },
  dot: { pointStyle: 'circle', rotation: 0 },
  mark: { pointStyle: 'line', rotation: 90 },
  dash: { pointStyle: 'line', rotation: 0 },
} as const;

export interface Frame {
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendEntry[];
  /** Of the chart, in pixels. */
  readonly width: number;
}

/** Lines that title and subtitle take. */
function lines({ title, subtitle, width }: Frame): { title: string[]; subtitle: string[] } {
  const room = width - 30;
  return {
    title: wrapped(title, room, (line) => bold * textWidth(line, titleSize)),
    subtitle: wrapped(subtitle, room, (line) => textWidth(line, size)),
  };
}

function legendLines({ legend, width }: Frame): number {
  const taken = legend.reduce((sum, { label }) => sum + 30 + textWidth(label, size), 0);
  return Math.ceil(taken / (width - 40));
}

/** Height of what stands above the plot area, in pixels. */
export function frameHeight(frame: Frame): number {
  const { title, subtitle } = lines(frame);
  return 20 * title.length + 16 * subtitle.length + 20 + 24 * legendLines(frame);
}

/** Title, subtitle and legend. */
export function frameOptions(frame: Frame, theme: Theme): ChartOptions {
  const { title, subtitle } = lines(frame);
  const items = (): LegendItem[] =>
    frame.legend.map(({ label, colour, shape = 'box' }) => ({
      text: label,
      fillStyle: colour,
      strokeStyle: colour,
      fontColor: theme.muted,
      lineWidth: shape === 'mark' || shape === 'dash' ? 2.5 : 0,
      ...shapes[shape],
    }));
  return {
    animation: false,
    responsive: false,
    color: theme.muted,
    font: { family: fontFamily, size },
    layout: { padding: { left: 10, right: 14, top: 4, bottom: 8 } },
    plugins: {
      title: {
        display: true,
        text: title,
        align: 'start',
        color: theme.ink,
        font: { family: fontFamily, size: titleSize, weight: 'bold', lineHeight: 1.25 },
        padding: { top: 8, bottom: 4 },
      },
      subtitle: {
        display: true,
        text: subtitle,
        align: 'start',
        color: theme.muted,
        font: { family: fontFamily, size, weight: 'normal' },
        padding: { top: 0, bottom: 6 },
      },
      legend: {
        display: frame.legend.length > 0,
        align: 'start',
        // Nothing is hidden by a click: the bars of a stack would no longer add up.
        onClick: () => undefined,
        labels: {
          usePointStyle: true,
          boxHeight: 10,
          padding: 12,
          font: { family: fontFamily, size },
          generateLabels: items,
        },
      },
      tooltip: { enabled: false },
    },
  };
}

/** An axis of numbers; its title names quantity and unit. */
export function numberAxis(title: string, theme: Theme, more: object = {}) {
  return {
    title: { display: true, text: title, color: theme.muted, font: { family: fontFamily, size } },
    grid: { color: theme.grid, tickColor: theme.grid },
    border: { color: theme.grid },
    ticks: { color: theme.muted, font: { family: fontFamily, size: 11 }, maxTicksLimit: 9 },
    beginAtZero: true,
    ...more,
  };
}

/** The grid of an axis of numbers below and above 0: the line between them. */
export function zeroLine(theme: Theme) {
  const lineWidth = ({ tick }: { tick?: { value: number } }): number => (tick?.value === 0 ? 1 : 0);
  return { color: theme.muted, lineWidth, drawTicks: false };
}

/** The axis of rows: names of groups stand out from those of schemes, and nothing is left out or cut. */
export function rowAxis(rows: readonly Row<unknown>[], theme: Theme) {
  const isHeading = (index: number): boolean => rows[index]?.run === undefined;
  return {
    grid: { display: false },
    border: { color: theme.grid },
    ticks: {
      autoSkip: false,
      color: ({ index }: { index: number }) => (isHeading(index) ? theme.ink : theme.muted),
      font: ({ index }: { index: number }) => ({
        family: fontFamily,
        size: 12,
        weight: isHeading(index) ? ('bold' as const) : ('normal' as const),
      }),
    },
  };
}

/** Labels as Chart.js takes them, in one or more lines. */
export function rowLabels(rows: readonly Row<unknown>[]): (string | string[])[] {
  return rows.map(({ label }) => (label.length === 1 ? label[0]! : [...label]));
}

/** Height of a chart of rows: every row is as high as the one of the most lines. */
export function rowsHeight(rows: readonly Row<unknown>[], frame: Frame): number {
  const most = Math.max(1, ...rows.map(({ label }) => label.length));
  return frameHeight(frame) + rows.length * Math.max(26, 15 * most + 8) + 60;
}

/** Configurations of mixed types are none of Chart.js's own types. */
export function configuration(parts: object): ChartConfiguration {
  return parts as ChartConfiguration;
}
