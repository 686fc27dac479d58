import type { Problem } from '../core/errors.js';
import { alternatives } from './nearest.js';

/** The columns of a topology, under the names that reports use. */
export const columnTitles = {
  name: 'Layer name',
  ifmapHeight: 'IFMAP Height',
  ifmapWidth: 'IFMAP Width',
  filterHeight: 'Filter Height',
  filterWidth: 'Filter Width',
  channels: 'Channels',
  filters: 'Num Filter',
  stride: 'Strides',
  strideWidth: 'Stride Width',
  m: 'M',
  n: 'N',
  k: 'K',
  sparsity: 'Sparsity',
} as const;

export type Column = keyof typeof columnTitles;

/** Other spellings of titles in files that SCALE-Sim reads or writes; case, blanks and signs do not count. */
const spellings: ReadonlyMap<string, Column> = new Map<string, Column>([
  ...(Object.entries(columnTitles) as [Column, string][]).map(([column, title]): [string, Column] => [
    plain(title),
    column,
  ]),
  ['layer', 'name'],
  ['numfilters', 'filters'],
  ['channel', 'channels'],
  ['stride', 'stride'],
  ['strideheight', 'stride'],
  ['sparsityratio', 'sparsity'],
]);

const convolution: readonly Column[] = [
  'name',
  'ifmapHeight',
  'ifmapWidth',
  'filterHeight',
  'filterWidth',
  'channels',
  'filters',
  'stride',
];
const product: readonly Column[] = ['name', 'm', 'n', 'k'];

function plain(title: string): string {
  return title.toLowerCase().replace(/[^a-z]/g, '');
}

/** Which cell of a row holds which column; `gemm` where layers are given as matrix products M, N, K. */
export interface Header {
  readonly gemm: boolean;
  readonly cells: ReadonlyMap<Column, number>;
}

function titlesOf(columns: readonly Column[]): string[] {
  return columns.map((column) => columnTitles[column]);
}

/**
 * Reads a topology's first line. An unnamed column right of the strides is the stride's width, as SCALE-Sim takes it
 * by position. Problems are `where`d at the line.
 */
export function readHeader(cells: readonly string[], where: string, problems: Problem[]): Header | undefined {
  const found = new Map<Column, number>();
  const unknown: Problem[] = [];
  cells.forEach((cell, i) => {
    const title = plain(cell);
    const column = title === '' && found.get('stride') === i - 1 ? 'strideWidth' : spellings.get(title);
    if (column === undefined) {
      if (title === '') return;
      const hint = alternatives(cell, titlesOf([...convolution, 'strideWidth']));
      unknown.push({ where, message: `unknown column ${cell}`, ...(hint !== undefined && { hint }) });
    } else if (found.has(column)) {
      unknown.push({ where, message: `two columns are called ${columnTitles[column]}` });
    } else found.set(column, i);
  });
  const gemm = product.slice(1).some((column) => found.has(column));
  const required = gemm ? product : convolution;
  if (found.size === 0 || (found.size === 1 && found.has('strideWidth'))) {
    const expected = `${titlesOf(convolution).join(', ')},`;
    problems.push({ where, message: 'the first line is not the header of a SCALE-Sim topology', expected });
    return undefined;
  }
  const missing = required.filter((column) => !found.has(column));
  problems.push(...unknown, ...missing.map((column) => ({ where, message: `no column ${columnTitles[column]}` })));
  return missing.length + unknown.length > 0 ? undefined : { gemm, cells: found };
}
