import type { Precision } from '../../core/precision.js';
import type { ArrayLayer } from '../../network/layer.js';
import type { RegionMap } from '../../trace/trace.js';
import { foldStepper } from './fold.js';
import { cut, stepPlan, type Activation } from './operand.js';
import { Pe, type Weight } from './pe.js';

/** An array as the reference engine builds it. Specs are those of an accelerator file. */
export interface ReferenceArray {
  readonly rows: number;
  readonly cols: number;
  readonly unit: string;
  readonly discipline: string;
  readonly steps: 'channel-inner' | 'tap-inner';
  readonly order: 'raster' | 'sorted';
  readonly drain: 'overlapped' | 'serial';
  readonly edge: 'full' | 'clipped';
}

/** One layer with its operands: signed integers of `fullBits`, and the levels that cut them. */
export interface ReferenceLayer {
  readonly layer: ArrayLayer;
  readonly fullBits: Precision;
  /** [channels, height, width] */
  readonly activations: Int32Array;
  /** [filters, channels / groups, kernel rows, kernel columns] */
  readonly weights: Int32Array;
  readonly levels: readonly Precision[];
  readonly map: RegionMap;
}

/** What stepping the array found. Cycles without memory: fill + compute + sync + drain. */
export interface ReferenceResult {
  /** [filters, output height, output width] */
  readonly outputs: Float64Array;
  readonly cycles: { compute: number; sync: number; fill: number; drain: number };
  readonly peCycles: { busy: number; syncOperand: number; syncRoom: number; fillDrain: number; edge: number };
}

interface Window {
  readonly index: number;
  readonly operands: readonly Activation[];
  readonly profile: readonly number[];
  readonly totalService: number;
}

/** im2col of one group: every window of the layer with its operands in step order. There are no buffers here. */
function collectWindows(input: ReferenceLayer, array: ReferenceArray, group: number): Window[] {
  const { layer, levels, map, activations, fullBits } = input;
  const { height, width } = layer.input;
  const groupChannels = layer.input.channels / layer.groups;
  const plan = stepPlan(array.unit);
  const windows: Window[] = [];
  for (let oy = 0; oy < layer.output.height; oy++)
    for (let ox = 0; ox < layer.output.width; ox++) {
      const operands: Activation[] = [];
      const profile: number[] = [];
      const visit = (i: number, j: number, c: number): void => {
        const y = oy * layer.stride[0] + i * layer.dilation[0] - layer.padding[0];
        const x = ox * layer.stride[1] + j * layer.dilation[1] - layer.padding[1];
        const realY = Math.min(Math.max(y, 0), height - 1);
        const realX = Math.min(Math.max(x, 0), width - 1);
        const channel = group * groupChannels + c;
        const plane = map.channels === 1 ? 0 : channel;
        const cell = [plane, Math.floor(realY / map.regionHeight), Math.floor(realX / map.regionWidth)] as const;
        const level = map.levels[(cell[0] * map.gridHeight + cell[1]) * map.gridWidth + cell[2]]!;
        const precision = levels[level]!;
        const isPadding = y !== realY || x !== realX;
        const value = isPadding ? 0 : activations[(channel * height + y) * width + x]!;
        operands.push({ value: cut(value, fullBits.activationBits, precision.activationBits), precision });
        profile.push(level);
      };
      const [rows, cols] = layer.kernel;
      if (array.steps === 'channel-inner') {
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < cols; j++) for (let c = 0; c < groupChannels; c++) visit(i, j, c);
      } else {
        for (let c = 0; c < groupChannels; c++)
          for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) visit(i, j, c);
      }
      const totalService = operands.reduce((sum, operand) => sum + plan(operand, 0).length, 0);
      windows.push({ index: oy * layer.output.width + ox, operands, profile, totalService });
    }
  return windows;
}

function byProfile(a: Window, b: Window): number {
  if (a.totalService !== b.totalService) return a.totalService - b.totalService;
  const differs = a.profile.findIndex((level, i) => level !== b.profile[i]);
  return differs < 0 ? a.index - b.index : a.profile[differs]! - b.profile[differs]!;
}

/** Weights of one filter in step order. */
function weightStream(input: ReferenceLayer, array: ReferenceArray, filter: number): Weight[] {
  const { layer, weights, fullBits } = input;
  const channels = layer.input.channels / layer.groups;
  const [rows, cols] = layer.kernel;
  const stream: Weight[] = [];
  for (let k = 0; k < rows * cols * channels; k++) {
    const tap = array.steps === 'channel-inner' ? Math.floor(k / channels) : k % (rows * cols);
    const c = array.steps === 'channel-inner' ? k % channels : Math.floor(k / (rows * cols));
    stream.push({ value: weights[(filter * channels + c) * rows * cols + tap]!, bits: fullBits.weightBits });
  }
  return stream;
}

function repeatLast<T>(items: readonly T[], length: number): T[] {
  return Array.from({ length }, (_, i) => items[Math.min(i, items.length - 1)]!);
}

/** Results shift down their columns and leave at the bottom, one row per cycle; returns the cycles that this takes. */
function drainSerially(grid: readonly (readonly Pe[])[], leaves: (pe: Pe) => void): number {
  const registers = grid.map((row) => [...row]);
  let cycles = 0;
  for (; registers.length > 0; cycles++) registers.pop()!.forEach(leaves);
  return cycles;
}

/** The PE that finishes last; among equals the one of the smallest row, then column. */
function lastToFinish(grid: readonly (readonly Pe[])[]): Pe {
  return grid.flat().reduce((last, pe) => (pe.end > last.end ? pe : last));
}

/**
 * Computes a layer on the array, cycle by cycle, with real operands, without memory: the definition of its cycles.
 * `discipline`, `unit`, `order` and the rest are read from their specs; none of the fast engine's timing is used.
 */
export function stepConvolution(input: ReferenceLayer, array: ReferenceArray): ReferenceResult {
  const { layer, fullBits } = input;
  const step = foldStepper(array.discipline);
  const plan = stepPlan(array.unit);
  const area = layer.output.height * layer.output.width;
  const outputs = new Float64Array(layer.filters * area);
  const cycles = { compute: 0, sync: 0, fill: 0, drain: 0 };
  const peCycles = { busy: 0, syncOperand: 0, syncRoom: 0, fillDrain: 0, edge: 0 };
  const groupFilters = layer.filters / layer.groups;

  for (let group = 0; group < layer.groups; group++) {
    const windows = collectWindows(input, array, group);
    if (array.order === 'sorted') windows.sort(byProfile);
    for (let w = 0; w < windows.length; w += array.rows)
      for (let f = 0; f < groupFilters; f += array.cols) {
        const rows = windows.slice(w, w + array.rows);
        const cols = Array.from(
          { length: Math.min(array.cols, groupFilters - f) },
          (_, c) => group * groupFilters + f + c,
        );
        const full = array.edge === 'full';
        const activations = rows.map((window) => window.operands);
        const weights = cols.map((filter) => weightStream(input, array, filter));
        const operands = {
          activations: full ? repeatLast(activations, array.rows) : activations,
          weights: full ? repeatLast(weights, array.cols) : weights,
          steps: weights[0]!.length,
        };
        const grid = operands.activations.map((_, r) =>
          operands.weights.map((__, c) => new Pe(r, c, plan, fullBits.activationBits)),
        );
        step(grid, operands);
        const last = lastToFinish(grid);
        const leave = (pe: Pe): void => {
          const window = rows[pe.row];
          const filter = cols[pe.col];
          if (window !== undefined && filter !== undefined) outputs[filter * area + window.index] = pe.accumulator;
        };
        const drain = array.drain === 'serial' ? drainSerially(grid, leave) : 0;
        if (array.drain === 'overlapped') grid.flat().forEach(leave);
        const foldCycles = last.end + drain;
        cycles.fill += last.firstStart;
        cycles.compute += last.busyCycles;
        cycles.sync += last.end - last.firstStart - last.busyCycles;
        cycles.drain += drain;
        peCycles.edge += (array.rows * array.cols - rows.length * cols.length) * foldCycles;
        for (const pe of grid.flat()) {
          if (pe.row >= rows.length || pe.col >= cols.length) continue;
          peCycles.busy += pe.busyCycles;
          peCycles.syncOperand += pe.waits.operand;
          peCycles.syncRoom += pe.waits.room;
          peCycles.fillDrain += pe.firstStart + (foldCycles - pe.end);
        }
      }
  }
  return { outputs, cycles, peCycles };
}
