import { isFit, type ImageRow, type Metrics, type Result } from '../result.js';

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const groups = {
  cycles: ['total', 'compute', 'sync', 'memory', 'fill', 'drain'],
  peCycles: ['busy', 'syncOperand', 'syncRoom', 'fillDrain', 'edge', 'memory'],
  energyPj: [
    'total',
    'mac',
    'hop',
    'sramIfmap',
    'sramWeight',
    'sramOfmap',
    'sramIndex',
    'dram',
    'vector',
    'predictor',
    'resize',
    'leakage',
  ],
  dramBits: ['total', 'ifmap', 'weight', 'ofmap', 'mask'],
  sramBits: ['total', 'ifmap', 'weight', 'ofmap', 'index', 'gather'],
} as const;

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
  'layer',
  'kind',
  'macs',
  'macsByBits',
  'boundCycles',
  'utilization',
  'timeNs',
  ...groupColumns.map(([group, key]) => `${group}.${key}`),
  'areaMm2',
  'powerMw',
  'unfit',
];

function metricCells(metrics: Metrics): (string | number)[] {
  const byBits = Object.entries(metrics.macsByBits).map(([bits, count]) => `${bits}=${String(count)}`);
  return [
    metrics.macs,
    byBits.join(' '),
    metrics.boundCycles,
    metrics.utilization,
    metrics.timeNs,
    ...groupColumns.map(([group, key]) => metrics[group][key] ?? 0),
  ];
}

/** One row per run and layer, after each run's totals (layer `total`); an unfit run is one row with its reason. */
export function resultCsv(result: Result): string {
  const rows: (string | number)[][] = [columns];
  for (const run of result.runs) {
    const start = [run.network, run.accelerator, run.scheme];
    if (!isFit(run)) {
      rows.push([...start, ...columns.slice(3, -1).map(() => ''), run.unfit.reason]);
      continue;
    }
    const begin = [...start, run.masks, run.images];
    rows.push([...begin, 'total', 'network', ...metricCells(run.totals), run.totals.areaMm2, run.totals.powerMw, '']);
    for (const layer of run.layers) rows.push([...begin, layer.name, layer.kind, ...metricCells(layer), '', '', '']);
  }
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

export const imageCsvHead = 'image,accelerator,scheme,cycles,energyPj,dramBits\n';

/** One line of a per-image table. */
export function imageCsvRow(row: ImageRow): string {
  return `${[row.image, row.accelerator, row.scheme, row.cycles, row.energyPj, row.dramBits].map(cell).join(',')}\n`;
}
