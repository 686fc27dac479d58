import type { Kind, Limits } from './cases.js';
import type { Variant } from './comparison.js';

/** A design under one name in the summary. */
export interface Design {
  readonly check: string;
  readonly variants: readonly Variant[];
}

/** Fewer cases where simulation is slow, more where there is more to go wrong. */
interface Effort {
  readonly limits: Limits;
  readonly cases: number;
}

const small: Limits = {
  least: 1,
  most: 8,
  depth: 8,
  groupChannels: 4,
  groupFilters: 9,
  extra: 3,
  mostLevels: 4,
  padding: 2,
  leastLevels: 1,
  region: 3,
};
/** Packets of several lanes are mostly as slow as the slowest level: rows differ where levels change with every pixel. */
const wide: Limits = {
  ...small,
  least: 3,
  most: 5,
  groupChannels: 9,
  groupFilters: 5,
  leastLevels: 4,
  mostLevels: 8,
  padding: 1,
  extra: 4,
  region: 1,
};
const large: Limits = { ...small, least: 9, most: 12, depth: 16, groupChannels: 4, groupFilters: 24, extra: 5 };

function temporal(dataflow: Kind['dataflow'], discipline: Kind['discipline'], b: number, effort: Effort): Variant {
  const { limits, cases } = effort;
  const isGlobal = discipline === 'global';
  const sizes = { ROWS: limits.most, COLS: limits.most, LOG: Math.log2(limits.depth) };
  return {
    build: {
      bench: dataflow === 'os' ? 'os_tb' : 'ws_tb',
      parameters: {
        ...sizes,
        DA: b,
        DW: b,
        GLOBAL: isGlobal ? 1 : 0,
        ...(dataflow === 'os' ? {} : { HELD: dataflow === 'is' ? 1 : 0 }),
      },
    },
    kind: { dataflow, discipline, unit: `temporal(${String(b)})` },
    limits,
    lanes: 1,
    compiledLanes: 1,
    cases,
  };
}

function serial(unit: string, lanes: number, [da, dw]: readonly [number, number], cases: number): Variant {
  return {
    build: { bench: 'serial_tb', parameters: { ROWS: wide.most, COLS: wide.most, LANES: 4, DA: da, DW: dw } },
    kind: { dataflow: 'os', discipline: 'lockstep', unit },
    limits: wide,
    lanes,
    compiledLanes: 4,
    cases,
  };
}

function temporals(dataflow: Kind['dataflow'], discipline: Kind['discipline'], each: number): Design {
  const parameter = discipline === 'elastic' ? '(D)' : '';
  return {
    check: `${dataflow} ${discipline}${parameter}, temporal(b)`,
    variants: [1, 2, 3, 4, 8].map((b) => temporal(dataflow, discipline, b, { limits: small, cases: each })),
  };
}

/** On arrays of at most 8 × 8 PEs. */
export const smallDesigns: readonly Design[] = [
  temporals('os', 'elastic', 12),
  temporals('os', 'global', 6),
  temporals('ws', 'elastic', 10),
  temporals('ws', 'global', 5),
  temporals('is', 'elastic', 5),
  temporals('is', 'global', 3),
  {
    check: 'os lockstep(g), bit-serial(L,k)',
    variants: [serial('bit-serial(4,1)', 4, [1, 1], 8), serial('bit-serial(3,2)', 3, [2, 1], 8)],
  },
  {
    check: 'os lockstep(g), activation-serial(L)',
    variants: [serial('activation-serial(4)', 4, [1, 8], 10)],
  },
  {
    check: 'os lockstep(g), weight-serial(L)',
    variants: [serial('weight-serial(4)', 4, [8, 1], 10)],
  },
];

/** On arrays of 9 × 9 to 12 × 12 PEs. */
export const largeDesigns: readonly Design[] = [
  {
    check: 'os elastic(D), temporal(b)',
    variants: [temporal('os', 'elastic', 2, { limits: large, cases: 8 })],
  },
  {
    check: 'ws elastic(D), temporal(b)',
    variants: [temporal('ws', 'elastic', 2, { limits: large, cases: 8 })],
  },
];
