import type { Problem } from '../core/errors.js';
import { SilhouetteError, throwIfAny } from '../core/errors.js';
import type { Network } from '../network/layer.js';
import type { LayerSpec } from '../network/spec.js';
import { inferNetwork, maxSize } from '../network/spec.js';
import type { Column, Header } from './scale-sim-columns.js';
import { columnTitles, readHeader } from './scale-sim-columns.js';

/** A row's cells by column, with the line that they stand in. */
interface Row {
  readonly line: number;
  readonly cell: (column: Column) => string;
  readonly fail: (column: Column, problem: Omit<Problem, 'where'>) => void;
}

/** Cells without blanks; what follows a cell that begins with `#` is a comment. */
function cellsOf(line: string): string[] {
  const cells = line.split(',').map((cell) => cell.trim());
  const comment = cells.findIndex((cell) => cell.startsWith('#'));
  return comment < 0 ? cells : cells.slice(0, comment);
}

function size(row: Row, column: Column, otherwise?: number): number {
  const text = row.cell(column);
  if (text === '' && otherwise !== undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= maxSize) return value;
  row.fail(column, {
    message: 'not a valid size',
    expected: `an integer from 1 to ${String(maxSize)}`,
    received: text === '' ? 'nothing' : text,
  });
  return NaN;
}

/** Zeros that SCALE-Sim counts behind the map: its output size is ⌈(ifmap − filter) / stride⌉ + 1, rounded up. */
function roundingPadding(ifmap: number, filter: number, stride: number): number {
  return (stride - ((ifmap - filter) % stride)) % stride;
}

function checkFits(row: Row, filter: Column, ifmap: Column): void {
  const [size, room] = [Number(row.cell(filter)), Number(row.cell(ifmap))];
  if (!(size > room)) return;
  const expected = `at most the ${columnTitles[ifmap]}, ${String(room)}`;
  row.fail(filter, { message: 'the filter does not fit into its input', expected, received: String(size) });
}

function checkDense(row: Row): void {
  const text = row.cell('sparsity');
  const [nonzero, all] = text.split(':');
  if (text === '' || (all !== undefined && nonzero === all)) return;
  const hint = 'sparsity is not modelled; remove the column to simulate the dense layer';
  row.fail('sparsity', { message: 'the layer is sparse', expected: '1:1', received: text, hint });
}

function convolutionSpec(name: string, row: Row): LayerSpec {
  const [height, width] = [size(row, 'ifmapHeight'), size(row, 'ifmapWidth')];
  const [r, s] = [size(row, 'filterHeight'), size(row, 'filterWidth')];
  const [channels, filters] = [size(row, 'channels'), size(row, 'filters')];
  const stride = size(row, 'stride');
  const strideWidth = size(row, 'strideWidth', stride);
  checkFits(row, 'filterHeight', 'ifmapHeight');
  checkFits(row, 'filterWidth', 'ifmapWidth');
  const depthwise = name.includes('DP');
  return {
    name,
    kind: depthwise ? 'depthwise' : 'conv2d',
    input: [channels, height, width],
    filters: depthwise ? channels * filters : filters,
    kernel: [r, s],
    stride: [stride, strideWidth],
    padding: [0, 0, roundingPadding(height, r, stride), roundingPadding(width, s, strideWidth)],
    bias: false,
  };
}

/** A matrix product of M×K by K×N: a 1×1 convolution over M pixels. */
function productSpec(name: string, row: Row): LayerSpec {
  const [m, n, k] = [size(row, 'm'), size(row, 'n'), size(row, 'k')];
  return { name, kind: 'conv2d', input: [k, m, 1], filters: n, kernel: 1, bias: false };
}

/** Names with a number from the second use on, `conv`, `conv#2`; SCALE-Sim tells equal names apart by position. */
function distinctNames(): (name: string) => string {
  const uses = new Map<string, number>();
  return (name) => {
    let use = uses.get(name) ?? 0;
    let distinct: string;
    do {
      use += 1;
      distinct = use === 1 ? name : `${name}#${String(use)}`;
    } while (use > 1 && uses.has(distinct));
    uses.set(name, use);
    if (distinct !== name) uses.set(distinct, 1);
    return distinct;
  };
}

function specsOf(lines: readonly string[], header: Header, source: string, problems: Problem[]) {
  const specs: LayerSpec[] = [];
  const lineOf: number[] = [];
  const distinct = distinctNames();
  const known = new Set(header.cells.values());
  lines.forEach((text, i) => {
    const cells = cellsOf(text);
    const line = i + 1;
    if (i === 0 || cells.every((cell) => cell === '')) return;
    const row: Row = {
      line,
      cell: (column) => cells[header.cells.get(column) ?? -1] ?? '',
      fail: (column, problem) =>
        problems.push({ where: `${source}:${String(line)} ${columnTitles[column]}`, ...problem }),
    };
    const stray = cells.find((cell, at) => cell !== '' && !known.has(at));
    if (stray !== undefined) {
      problems.push({ where: `${source}:${String(line)}`, message: 'a value without a column', received: stray });
    }
    const given = row.cell('name');
    if (given === '') row.fail('name', { message: 'the layer has no name' });
    checkDense(row);
    const name = distinct(given);
    lineOf.push(line);
    specs.push(header.gemm ? productSpec(name, row) : convolutionSpec(name, row));
  });
  return { specs, lineOf };
}

/**
 * A SCALE-Sim topology (CSV): one layer a line under `Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter
 * Width, Channels, Num Filter, Strides,`, or under `Layer, M, N, K,`. Layers are independent; input sizes include the
 * padding. Columns go by their titles; lines and cells that begin with `#` are comments.
 *
 * As SCALE-Sim does (scalesim/topology_utils.py), output sizes round up, which appears here as padding behind the
 * map; a layer with `DP` in its name is depthwise, `Num Filter` filters per channel; equal names are allowed, and get
 * `#2`, `#3` here. Sparse layers are refused.
 *
 * @param source names the file in problems, `topology.csv:4 Filter Height`, and without folder and ending the network.
 * @throws SilhouetteError with everything that is wrong.
 */
export function parseScaleSimTopology(text: string, source: string): Network {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const problems: Problem[] = [];
  const header = readHeader(cellsOf(lines[0] ?? ''), `${source}:1`, problems);
  if (header === undefined) throw new SilhouetteError(problems);
  const { specs, lineOf } = specsOf(lines, header, source, problems);
  if (specs.length === 0) problems.push({ where: source, message: 'the topology has no layers' });
  throwIfAny(problems);
  const name = source.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
  const { network, problems: faults } = inferNetwork({
    name: name === '' ? source : name,
    description: `SCALE-Sim topology from ${source}`,
    input: specs[0]?.input ?? [1, 1, 1],
    layers: specs,
  });
  if (network !== undefined) return network;
  throw new SilhouetteError(
    faults.map(({ path: [, index, field], ...rest }) => {
      const line = typeof index === 'number' ? `:${String(lineOf[index])}` : '';
      return { where: `${source}${line}${field === 'name' ? ` ${columnTitles.name}` : ''}`, ...rest };
    }),
  );
}
