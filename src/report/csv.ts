import { energyPartNames } from '../cost/price.js';
import { isFit, type Distributions, type ImageRow, type LayerResult, type Metrics, type Result } from '../result.js';
import { loopLetters, tileText } from './layer-table.js';

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const groups = {
  cycles: ['total', 'compute', 'sync', 'memory', 'fill', 'drain'],
  peCycles: ['busy', 'syncOperand', 'syncRoom', 'fillDrain', 'edge', 'memory'],
  energyPj: ['total', ...energyPartNames],
  memoryStalls: ['dram', 'sram'],
  dramBits: ['total', 'ifmap', 'weight', 'ofmap', 'partialSum', 'mask'],
  keptBits: ['total', 'read', 'write'],
  packingBits: ['total'],
  dramCommands: ['activate', 'precharge', 'read', 'write', 'refresh'],
  sramBits: ['total', 'ifmap', 'weight', 'ofmap', 'partialSum', 'mask', 'index', 'gather'],
} as const;

const distributed = ['cycles', 'energyPj', 'dramBits'] as const;
const percentiles = ['min', 'p5', 'p50', 'p95', 'p99', 'max'] as const;
const distributionColumns = distributed.flatMap((quantity) => percentiles.map((part) => [quantity, part] as const));

type Group = keyof typeof groups;

const groupColumns = (Object.keys(groups) as Group[]).flatMap((group) =>
  groups[group].map((key) => [group, key] as const),
);

const columns = [
  'network',
  'accelerator',
  'scheme',
  'masks',
  'images',
  'accuracy',
  'layer',
  'kind',
  'loops',
  'tile',
  'keptInputs',
  'output',
  'macs',
  'macsByBits',
  'packingByPlane',
  'boundCycles',
  'utilization',
  'timeNs',
  'compulsoryBits',
  'refetchedBits',
  ...groupColumns.map(([group, key]) => `${group}.${key}`),
  ...distributionColumns.map(([quantity, part]) => `${quantity}.${part}`),
  'areaMm2',
  'powerMw',
  'unfit',
];

/** How a layer was put on its machine, as `--layers` shows it. */
function placeCells({ mapping, keptInputs, output }: LayerResult): string[] {
  const placed = mapping === undefined ? ['', ''] : [loopLetters(mapping), tileText(mapping)];
  return [...placed, keptInputs.join(' '), output];
}

function metricCells(metrics: Metrics, distribution: Distributions): (string | number)[] {
  const byBits = Object.entries(metrics.macsByBits).map(([bits, count]) => `${bits}=${String(count)}`);
  const byPlane = Object.entries(metrics.packingBits).filter(([what]) => what !== 'total');
  return [
    metrics.macs,
    byBits.join(' '),
    byPlane.map(([what, bits]) => `${what}=${String(bits)}`).join(' '),
    metrics.boundCycles,
    metrics.utilization,
    metrics.timeNs,
    metrics.compulsoryBits,
    metrics.refetchedBits,
    ...groupColumns.map(([group, key]) => metrics[group][key] ?? 0),
    ...distributionColumns.map(([quantity, part]) => distribution[quantity][part]),
  ];
}

/** A row of titles, then one per run and layer, after each run's totals (layer `total`); an unfit run is one row with its reason. */
export function resultRows(result: Result): readonly (readonly (string | number)[])[] {
  const rows: (string | number)[][] = [columns];
  for (const run of result.runs) {
    const start = [run.network, run.accelerator, run.scheme];
    if (!isFit(run)) {
      rows.push([...start, ...columns.slice(3, -1).map(() => ''), run.unfit.reason]);
      continue;
    }
    const begin = [...start, run.masks, run.images];
    const { totals } = run;
    rows.push([
      ...begin,
      run.accuracy ?? '',
      'total',
      'network',
      '',
      '',
      '',
      '',
      ...metricCells(totals, run.distribution),
      totals.areaMm2,
      totals.powerMw,
      '',
    ]);
    for (const layer of run.layers)
      rows.push([
        ...begin,
        '',
        layer.name,
        layer.kind,
        ...placeCells(layer),
        ...metricCells(layer, layer.distribution),
        '',
        '',
        '',
      ]);
  }
  return rows;
}

/** {@link resultRows} as CSV. */
export function resultCsv(result: Result): string {
  return resultRows(result)
    .map((row) => `${row.map(cell).join(',')}\n`)
    .join('');
}

const imageColumns = [
  'network',
  'accelerator',
  'scheme',
  'masks',
  'image',
  'cycles',
  'boundCycles',
  'energyPj',
  'dramBits',
] as const satisfies readonly (keyof ImageRow)[];

export const imageCsvHead = `${imageColumns.join(',')}\n`;

/** One line of a per-image table. */
export function imageCsvRow(row: ImageRow): string {
  return `${imageColumns.map((column) => cell(row[column])).join(',')}\n`;
}
