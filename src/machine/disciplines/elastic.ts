import { elasticLanes } from '../kernel/elastic-lanes.js';
import { overColumns, type ColumnTiming } from './column.js';
import { decoupled } from './decoupled.js';
import type { Discipline } from './discipline.js';
import { stationaryTiming, SumsPassing, weightStationary } from './elastic-sums.js';
import { serviceSums, type FoldServices } from './fold.js';
import { run, type Recurrence } from './recurrence.js';
import type { StepOrder } from '../step-order.js';
import type { PeHistory, Stream } from './stream.js';

/**
 * An output-stationary array whose neighbours are coupled by FIFOs. Exact max-plus recurrence, in column 0 (column c is the
 * same, c cycles later, since the room to the right never binds when every service is ≥ 1):
 *
 *     start(r,k) = max( start(r,k−1) + s(r,k−1),   PE free
 *                       start(r−1,k) + 1,           weight arrives from above
 *                       start(r+1,k−depth) )        room below
 */
class OutputStationary implements Recurrence {
  readonly clocks: Float64Array;
  /** Per row: waits for operands, then for room. */
  readonly tallies: Float64Array;
  readonly first: Float64Array;
  /** Waits before the step `entry`, where a fold of a stream begins. */
  readonly entryOperand: Float64Array;
  readonly entryRoom: Float64Array;
  entry = 0;

  constructor(
    readonly rows: number,
    readonly memory: number,
    public fold: FoldServices,
  ) {
    const all = new Float64Array((memory + 6) * rows);
    const take = (from: number, vectors: number): Float64Array => all.subarray(from * rows, (from + vectors) * rows);
    this.clocks = take(0, memory + 1);
    this.clocks.fill(-Infinity, 0, memory * rows);
    this.tallies = take(memory + 1, 2);
    this.first = take(memory + 3, 1);
    this.entryOperand = take(memory + 4, 1);
    this.entryRoom = take(memory + 5, 1);
  }

  /** Cycle after the last service of a row. */
  end(r: number): number {
    return this.clocks[this.memory * this.rows + r]!;
  }

  step(k: number, vector: number): void {
    const { clocks, tallies, rows } = this;
    const { services, rows: active } = this.fold;
    // Entry k mod memory holds start(·, k − memory) and is overwritten row by row: row r reads row r + 1 first.
    const starts = (k % this.memory) * rows;
    const free = this.memory * rows;
    const entering = k === this.entry;
    let above = -1;
    for (let r = 0, i = vector * active; r < active; r++, i++) {
      const idleSince = clocks[free + r]!;
      const ready = above >= idleSince ? above + 1 : idleSince;
      const room = r + 1 === active ? 0 : clocks[starts + r + 1]!;
      const start = room > ready ? room : ready;
      if (k > 0) {
        tallies[r]! += ready - idleSince;
        tallies[rows + r]! += start - ready;
      }
      if (entering) {
        this.first[r] = start;
        this.entryOperand[r] = k > 0 ? ready - idleSince : 0;
        this.entryRoom[r] = k > 0 ? start - ready : 0;
      }
      clocks[starts + r] = start;
      above = start;
      clocks[free + r] = start + services[i]!;
    }
  }
}

function columnOf(fold: FoldServices, depth: number): ColumnTiming {
  const { rows, usedRows, steps } = fold;
  // A FIFO deeper than the fold is long never fills.
  const recurrence = new OutputStationary(rows, Math.min(depth, steps), fold);
  run(recurrence, fold.segments);
  const sums = serviceSums(fold);
  let [last, boundEnd] = [0, 0];
  for (let r = 0; r < rows; r++) {
    if (recurrence.end(r) > recurrence.end(last)) last = r;
    boundEnd = Math.max(boundEnd, r + sums[r]!);
  }
  let [busy, room, span] = [0, 0, 0];
  for (let r = 0; r < usedRows; r++) {
    busy += sums[r]!;
    room += recurrence.tallies[rows + r]!;
    span += recurrence.end(r) - recurrence.first[r]!;
  }
  return {
    end: recurrence.end(last),
    first: recurrence.first[last]!,
    compute: sums[last]!,
    busy,
    room,
    span,
    boundEnd,
  };
}

/** What the rows of column 0 did in one fold of a stream. */
interface RowVisits {
  readonly first: Float64Array;
  readonly end: Float64Array;
  readonly busy: Float64Array;
  readonly operand: Float64Array;
  readonly room: Float64Array;
  readonly entryOperand: Float64Array;
  readonly entryRoom: Float64Array;
}

function streamHistory(stream: Stream, depth: number): PeHistory {
  const rows = stream[0]!.services.rows;
  const steps = stream.reduce((sum, { services }) => sum + services.steps, 0);
  const recurrence = new OutputStationary(rows, Math.min(depth, steps), stream[0]!.services);
  const visits: RowVisits[] = [];
  for (const { services } of stream) {
    const before = recurrence.tallies.slice();
    recurrence.fold = services;
    run(recurrence, services.segments, recurrence.entry);
    recurrence.entry += services.steps;
    const delta = (offset: number, entry: Float64Array): Float64Array =>
      entry.map((gap, r) => recurrence.tallies[offset + r]! - before[offset + r]! - gap);
    visits.push({
      first: recurrence.first.slice(),
      end: Float64Array.from({ length: rows }, (_, r) => recurrence.end(r)),
      busy: serviceSums(services),
      operand: delta(0, recurrence.entryOperand),
      room: delta(rows, recurrence.entryRoom),
      entryOperand: recurrence.entryOperand.slice(),
      entryRoom: recurrence.entryRoom.slice(),
    });
  }
  return (r, c, own) =>
    own.map((f) => {
      const visit = visits[f]!;
      const [room, entryRoom] = [visit.room[r]!, visit.entryRoom[r]!];
      return {
        first: visit.first[r]! + c,
        end: visit.end[r]! + c,
        busy: visit.busy[r]!,
        operand: visit.operand[r]! + (c > 0 ? room : 0),
        room: c > 0 ? 0 : room,
        entryOperand: visit.entryOperand[r]! + (c > 0 ? entryRoom : 0),
        entryRoom: c > 0 ? 0 : entryRoom,
      };
    });
}

function coupling(depth: number): string {
  const steps = depth === 1 ? 'one step' : `${String(depth)} steps`;
  return `FIFOs of depth ${String(depth)} couple neighbours, so that none gets more than ${steps} ahead of the next`;
}

/** What an order of steps makes of it. */
const pace: Readonly<Record<StepOrder, string>> = {
  'channel-inner':
    '; one tap lasts for all channels of a window, so that a fold goes at the pace of its slowest window',
  'tap-inner':
    '; taps alternate from step to step, and FIFOs bridge what alternates, but no window that is slower on the whole',
};

/** Neighbours are coupled by FIFOs of `depth` ≥ 1 operands. */
export function elastic(depth: number): Discipline {
  return {
    spec: `elastic(${String(depth)})`,
    why: (steps) => coupling(depth) + (steps === undefined ? '' : pace[steps]),
    feed: 'pumped',
    fifoDepth: depth,
    bound: decoupled,
    notReduce: 'all rows of a reduce array work on the same (window, tap), so that nobody can run ahead into a FIFO',
    outputStationary: {
      fold: (fold) => overColumns(columnOf(fold, depth), fold.usedRows),
      column: (fold) => columnOf(fold, depth),
      lanes: (shape) => elasticLanes({ ...shape, depth: Math.min(depth, shape.steps) }),
      stream: (stream) => streamHistory(stream, depth),
    },
    passing: {
      ws: (fold) => weightStationary(fold, depth),
      is: (fold) => stationaryTiming(fold, new SumsPassing(fold, Math.min(depth, fold.items))),
    },
  };
}
