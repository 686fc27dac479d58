import Table from 'cli-table3';
import type { FitRun, LayerMapping, LayerResult } from '../result.js';
import { short } from './table.js';

const titles = [
  'layer',
  'loops',
  'tile',
  'cycles',
  'memory%',
  'ifmap',
  'weight',
  'sums',
  'ofmap',
  'mask',
  'packing',
  'on chip',
];

/** `wfc`: the loops of a mapping by their first letters, outermost first. */
export function loopLetters({ order }: LayerMapping): string {
  return order.map((loop) => loop[0]).join('');
}

/** `14×56 px 64 f 128 ch`: output rows × columns, filters and channels of a tile, and images or groups where there are several. */
export function tileText({ batch, rows, cols, groups, filters, channels }: LayerMapping): string {
  const several = (count: number, what: string): string => (count > 1 ? `${String(count)} ${what} ` : '');
  const pixels = `${String(rows)}×${String(cols)} px`;
  return `${several(batch, 'img')}${pixels} ${several(groups, 'g')}${String(filters)} f ${String(channels)} ch`;
}

function onChip({ keptInputs, output }: LayerResult): string {
  const kept = keptInputs.map((name) => `← ${name}`);
  const left = output === 'dram' ? [] : [output === 'chip' ? 'output stays' : 'output stays, and is stored'];
  return [...kept, ...left].join(', ');
}

function row(layer: LayerResult): string[] {
  const { dramBits, cycles, mapping, packingBits } = layer;
  const total = cycles['total']!;
  const bits = (part: string): string => short(dramBits[part] ?? 0);
  return [
    layer.name,
    mapping === undefined ? '' : loopLetters(mapping),
    mapping === undefined ? layer.kind : tileText(mapping),
    short(total),
    total === 0 ? '0' : ((100 * (cycles['memory'] ?? 0)) / total).toFixed(1),
    bits('ifmap'),
    bits('weight'),
    bits('partialSum'),
    bits('ofmap'),
    bits('mask'),
    short(packingBits['total']!),
    onChip(layer),
  ];
}

/** One run layer by layer: how it was cut into tiles, the DRAM bits of every operand, and what stayed on chip. */
export function layerTable(run: FitRun): string {
  const table = new Table({
    head: titles,
    colAligns: ['left', 'left', 'left', ...titles.slice(3, -1).map((): 'right' => 'right'), 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const layer of run.layers) table.push(row(layer));
  return `${run.accelerator}, ${run.scheme}: layer by layer\n${table.toString()}`;
}
