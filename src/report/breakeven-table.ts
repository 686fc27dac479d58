import Table from 'cli-table3';
import type { BreakEven, BreakEvenQuantity, Crossing } from '../breakeven.js';
import type { Fit } from '../core/unfit.js';
import type { Manifest } from '../result.js';

/** One curve: a family of schemes on one variant of a machine, with one kind of images. */
export interface BreakEvenRun {
  readonly accelerator: string;
  /** Where the machine's dataflow is not ours: what stands in for it. */
  readonly approximation?: string;
  readonly family: string;
  /** `elastic(4)`: the FIFO depth is in it. */
  readonly discipline: string;
  readonly steps: string;
  readonly blobs: number;
  readonly blobSize: number;
  readonly outcome: Fit<BreakEven>;
}

/** What `silhouette breakeven --out` writes. */
export interface BreakEvenReport {
  readonly schema: 'silhouette.breakeven/1';
  readonly tool: { readonly name: 'silhouette'; readonly version: string };
  readonly manifest: Manifest;
  readonly network: string;
  readonly quantity: BreakEvenQuantity;
  readonly high: string;
  readonly low: string;
  readonly baseline: string;
  readonly runs: readonly BreakEvenRun[];
}

/** Places that one cell names; beyond that, how many there are. */
const mostPlaces = 3;

/** `57.9 %`, `60.6, 73.3, 93.8 %`, `12.5 … 93.8 % (5×)`, or the word for a curve that never meets the baseline; `~` where it falls somewhere. */
export function crossingText({ kind, shares, monotone }: Crossing): string {
  const mark = monotone ? '' : ' ~';
  if (kind !== 'at') return `${kind}${mark}`;
  const places = shares.map((share) => (100 * share).toFixed(1));
  if (places.length <= mostPlaces) return `${places.join(', ')} %${mark}`;
  return `${places[0]!} … ${places.at(-1)!} % (${String(places.length)}×)${mark}`;
}

const ratio = (value: number, base: number): string => (base === 0 ? '–' : (value / base).toFixed(3));

function tableOf(head: readonly string[], left: number): InstanceType<typeof Table> {
  return new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i < left ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
}

const titles = [
  'run',
  'machine',
  'scheme',
  'array',
  'steps',
  'blobs',
  'size',
  'break-even',
  '×base at 0 %',
  'at 100 %',
];

/** Every run's break-even of the whole network, and its cost at the two ends of the curve as a ratio to the baseline. */
export function breakEvenTable({ runs, quantity }: BreakEvenReport): string {
  const table = tableOf(titles, 5);
  runs.forEach(({ accelerator, family, discipline, steps, blobs, blobSize, outcome }, i) => {
    const setting = [String(i + 1), accelerator, family, discipline, steps, String(blobs), String(blobSize)];
    if (!outcome.fits) {
      const { reason, demand, bound, unit, levers } = outcome.unfit;
      const content = `does not fit: ${reason}: needs ${String(demand)} ${unit}, has ${String(bound)}\n  try ${levers.join(', or ')}`;
      table.push([...setting, { content, colSpan: 3, hAlign: 'left' }]);
      return;
    }
    const { network, curve, baselineCosts } = outcome.value;
    const at = (point: number): string => ratio(curve.at(point)!.network[quantity], baselineCosts[quantity]);
    table.push([...setting, crossingText(network), at(0), at(-1)]);
  });
  return table.toString();
}

/** Runs side by side in one table of layers; more of them follow below. */
const runsAbreast = 8;

/** The break-even of every layer whose pixels differ, one column per run. */
export function layerBreakEvenTable({ runs }: BreakEvenReport): string {
  const fit = runs.flatMap(({ family, outcome }, i) =>
    outcome.fits ? [{ title: `${String(i + 1)} ${family}`, layers: outcome.value.layers }] : [],
  );
  const tables: string[] = [];
  for (let from = 0; from < fit.length; from += runsAbreast) {
    const group = fit.slice(from, from + runsAbreast);
    const masked = group.flatMap(({ layers }) => layers.filter(({ masked: cut }) => cut).map(({ name }) => name));
    const table = tableOf(['layer', ...group.map(({ title }) => title)], 1);
    for (const name of new Set(masked)) {
      const cells = group.map(({ layers }) => layers.find((layer) => layer.name === name && layer.masked)?.crossing);
      table.push([name, ...cells.map((crossing) => (crossing === undefined ? 'no mask' : crossingText(crossing)))]);
    }
    tables.push(table.toString());
  }
  return tables.join('\n\n');
}

const columns = [
  'network',
  'accelerator',
  'scheme',
  'discipline',
  'steps',
  'blobs',
  'blobSize',
  'baseline',
  'quantity',
  'layer',
  'masked',
  'breakEven',
  'shares',
  'monotone',
  'baselineCost',
  'costAtFirstShare',
  'costAtLastShare',
  'unfit',
];

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One row per run, with an empty layer, and one per layer of it; several shares are set apart by blanks. */
export function breakEvenCsv({ network, quantity, baseline, runs }: BreakEvenReport): string {
  const rows = runs.flatMap(({ accelerator, family, discipline, steps, blobs, blobSize, outcome }) => {
    const setting = [network, accelerator, family, discipline, steps, blobs, blobSize, baseline, quantity];
    if (!outcome.fits) return [[...setting, '', '', '', '', '', '', '', '', outcome.unfit.reason]];
    const { network: whole, layers, curve, baselineCosts } = outcome.value;
    const [first, last] = [curve[0]!, curve.at(-1)!];
    const place = ({ kind, shares, monotone }: Crossing) => [kind, shares.join(' '), String(monotone)];
    const ends = [baselineCosts, first.network, last.network].map((costs) => costs[quantity]);
    return [
      [...setting, '', '', ...place(whole), ...ends, ''],
      ...layers.map(({ name, masked, crossing, baseline: against }, i) => [
        ...setting,
        name,
        String(masked),
        ...place(crossing),
        ...[against, first.layers[i]!, last.layers[i]!].map((costs) => costs[quantity]),
        '',
      ]),
    ];
  });
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}
