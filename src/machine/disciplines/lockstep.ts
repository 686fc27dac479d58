import type { Discipline } from './discipline.js';
import { serviceSums, type FoldServices } from './fold.js';
import type { Visit } from './stream.js';

/** Time that every row's group needs for a fold, and within it the row's own services and its last one. */
interface GroupPace {
  readonly group: Float64Array;
  readonly own: Float64Array;
  readonly lastOwn: Int32Array;
  readonly lastGroup: Float64Array;
}

function pace(fold: FoldServices, size: number): GroupPace {
  const { rows, services, segments } = fold;
  const group = new Float64Array(rows);
  const lastGroup = new Float64Array(rows);
  const { from, vectors } = segments.at(-1)!;
  const lastVector = from + vectors - 1;
  for (let top = 0; top < rows; top += size) {
    const bottom = Math.min(rows, top + size);
    const slowest = (vector: number): number => {
      let most = 0;
      for (let r = top, i = vector * rows + top; r < bottom; r++, i++) if (services[i]! > most) most = services[i]!;
      return most;
    };
    let sum = 0;
    for (const segment of segments)
      for (let v = 0; v < segment.vectors; v++) sum += slowest(segment.from + v) * segment.repeats;
    group.fill(sum, top, bottom);
    lastGroup.fill(slowest(lastVector), top, bottom);
  }
  const lastOwn = services.subarray(lastVector * rows, (lastVector + 1) * rows);
  return { group, own: serviceSums(fold), lastOwn, lastGroup };
}

/**
 * Operands are broadcast: no skew. Groups of `size` windows step together, each step as long as its slowest member; groups do
 * not wait for each other. Stripes' pallet is `lockstep(16)`.
 */
export function lockstep(size: number): Discipline {
  return {
    spec: `lockstep(${String(size)})`,
    why:
      size === 1
        ? undefined
        : () => `groups of ${String(size)} windows step together, each step as long as its slowest member takes`,
    feed: 'broadcast',
    group: size,
    fifoDepth: 1,
    get bound() {
      return size === 1 ? this : lockstep(1);
    },
    passing: 'broadcast windows keep their own sums, and here partial sums pass from row to row',
    notReduce: size === 1 ? undefined : 'a reduce array works on one window at a time: only lockstep(1) exists',
    outputStationary: {
      fold(fold) {
        const { group, own, lastOwn, lastGroup } = pace(fold, size);
        const endOf = (r: number): number => group[r]! - lastGroup[r]! + lastOwn[r]!;
        let last = 0;
        for (let r = 1; r < fold.rows; r++) if (endOf(r) > endOf(last)) last = r;
        const cycles = endOf(last);
        let [busy, waits, drains] = [0, 0, 0];
        for (let r = 0; r < fold.usedRows; r++) {
          busy += own[r]!;
          waits += endOf(r) - own[r]!;
          drains += cycles - endOf(r);
        }
        return ({ usedCols }) => ({
          cycles,
          fill: 0,
          compute: own[last]!,
          sync: cycles - own[last]!,
          drain: 0,
          busy: busy * usedCols,
          syncOperand: waits * usedCols,
          syncRoom: 0,
          fillDrain: drains * usedCols,
        });
      },
      stream(stream) {
        const paces = new Map<FoldServices, GroupPace>();
        for (const { services } of stream) if (!paces.has(services)) paces.set(services, pace(services, size));
        return (r, _c, own) => {
          let clock = 0;
          let idleSince = 0;
          const visits: Visit[] = [];
          for (let f = 0, next = 0; next < own.length; f++) {
            const { services } = stream[f]!;
            if (r >= services.rows) continue;
            const { group, own: busy, lastOwn, lastGroup } = paces.get(services)!;
            const first = clock;
            clock += group[r]!;
            const end = clock - lastGroup[r]! + lastOwn[r]!;
            if (f === own[next]) {
              next++;
              const operand = end - first - busy[r]!;
              visits.push({
                first,
                end,
                busy: busy[r]!,
                operand,
                room: 0,
                entryOperand: first - idleSince,
                entryRoom: 0,
              });
            }
            idleSince = end;
          }
          return visits;
        };
      },
    },
  };
}
