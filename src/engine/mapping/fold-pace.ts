import type { ArrayConfig } from '../../machine/accelerator.js';
import type { FoldServices } from '../../machine/disciplines/fold.js';
import type { PacketLaw } from '../../machine/units/unit.js';
import type { WindowGeometry } from '../geometry.js';
import { packetGrid, uniformServices } from '../packets.js';
import {
  packetFold,
  packetOrder,
  packetServices,
  stationaryFold,
  windowFold,
  type ServiceSource,
} from '../services.js';

/** Channel tiles of one size at one level: what their packets take. */
export interface ChannelPace {
  readonly packets: number;
  /** Of every packet, or undefined where the last block of channels takes another time. */
  readonly service: number | undefined;
  /** Σ of a window's services. */
  readonly windowCycles: number;
  readonly source: ServiceSource;
}

/** A fold of packets, windows and filters by how many of them it has; from which packet on where they lie along the rows. */
export interface UnevenFold {
  readonly rows: number;
  readonly cols: number;
  readonly steps: number;
  readonly firstPacket: number;
}

/** Cycles of folds whose operands all have one level, by the machine's own discipline, each worked out once. */
export interface FoldPaces {
  readonly channels: (channels: number) => ChannelPace;
  /** Of a fold of one step, all of whose packets take `service`, by the rows and columns that it occupies. */
  readonly firstStep: (service: number) => (rows: number, cols: number) => number;
  /** Of a fold whose packets differ. */
  readonly uneven: (channels: number, fold: UnevenFold) => number;
}

/** The level whose packets take longest. */
export function slowestLaw(laws: readonly PacketLaw[], members: number): PacketLaw {
  const cycles = (law: PacketLaw): number => {
    const work = law.work(members);
    return Math.max(work.units * work.cycles, members * law.serial);
  };
  return laws.reduce((slowest, law) => (cycles(law) > cycles(slowest) ? law : slowest));
}

/** Times a fold by the discipline. Rows and columns are those that it occupies, all of them with work. */
function time(array: ArrayConfig, fold: FoldServices, cols: number): number {
  const { discipline, dataflow } = array;
  const extent = { cols, usedCols: cols };
  if (dataflow.sums === 'stay') return discipline.outputStationary.fold(fold)(extent).cycles;
  const { passing } = discipline;
  if (typeof passing === 'string') throw new RangeError(`${discipline.spec} with ${dataflow.name}: ${passing}`);
  if (dataflow.windows === 'time') return passing.ws(fold)(extent).cycles;
  const { rows } = fold;
  const services = new Int32Array(rows * cols).fill(fold.services[0]!);
  return passing.is({ rows, usedRows: rows, cols, usedCols: cols, services, items: fold.steps }).cycles;
}

function unevenTime(array: ArrayConfig, source: ServiceSource, { rows, cols, steps, firstPacket }: UnevenFold): number {
  const { discipline, dataflow } = array;
  const occupied = array.edge === 'full' ? { rows: array.rows, cols: array.cols } : { rows, cols };
  const extent = { cols: occupied.cols, usedCols: cols };
  if (dataflow.sums === 'stay') {
    const order = packetOrder(source);
    const buffer = new Int32Array(occupied.rows * order.vectors);
    const fold = windowFold(source, order, new Int32Array(rows), occupied.rows, buffer);
    return discipline.outputStationary.fold(fold)(extent).cycles;
  }
  const { passing } = discipline;
  if (typeof passing === 'string') throw new RangeError(`${discipline.spec} with ${dataflow.name}: ${passing}`);
  if (dataflow.windows === 'time') {
    const services = packetServices(source, [0]);
    return passing.ws(packetFold(services, 1, steps, firstPacket, rows, occupied.rows))(extent).cycles;
  }
  const services = packetServices(source, new Int32Array(cols));
  return passing.is(stationaryFold(services, cols, firstPacket, rows, occupied, steps)).cycles;
}

function firstSteps(array: ArrayConfig, service: number): (rows: number, cols: number) => number {
  const known: number[][] = [];
  return (rows, cols) => {
    const ofRows = (known[rows] ??= []);
    const before = ofRows[cols];
    if (before !== undefined) return before;
    const segments = [{ from: 0, vectors: 1, repeats: 1 }];
    const fold = { rows, usedRows: rows, steps: 1, services: new Int32Array(rows).fill(service), segments };
    return (ofRows[cols] = time(array, fold, cols));
  };
}

/** Remembers by number; `key` is below 2^53. */
function remember<T>(known: Map<number, T>, key: number, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

export function foldPaces(array: ArrayConfig, geometry: WindowGeometry, law: PacketLaw): FoldPaces {
  const channelPaces = new Map<number, ChannelPace>();
  const steps = new Map<number, (rows: number, cols: number) => number>();
  const unevens = new Map<string, number>();
  const channels = (size: number): ChannelPace =>
    remember(channelPaces, size, () => {
      const grid = packetGrid(array.unit.lanes, size, geometry.taps);
      const field = uniformServices(grid, [law]);
      const [most, last] = [field.values[0]!, field.values.at(-1)!];
      return {
        packets: grid.packets,
        service: most === last ? most : undefined,
        windowCycles: geometry.taps * ((grid.blocks - 1) * most + last),
        source: { geometry, steps: array.steps, grid, fields: [field] },
      };
    });
  return {
    channels,
    firstStep: (service) => remember(steps, service, () => firstSteps(array, service)),
    uneven: (size, fold) => {
      const key = [size, fold.rows, fold.cols, fold.steps, fold.firstPacket].join('/');
      const cycles = unevens.get(key) ?? unevenTime(array, channels(size).source, fold);
      unevens.set(key, cycles);
      return cycles;
    },
  };
}
