import type { FoldExtent, FoldTiming } from './fold.js';

/**
 * What an output-stationary fold does in column 0 of a pumped array: column c does the same, c cycles later, where nothing
 * but room below holds a row back.
 */
export interface ColumnTiming {
  /** Cycle after the last service (ties: smallest row); of the row that has it, the first start and the sum of its services. */
  readonly end: number;
  readonly first: number;
  readonly compute: number;
  /** Summed over the rows in use: services, waits for room below, and cycles from first start to last service. */
  readonly busy: number;
  readonly room: number;
  readonly span: number;
  /** The end where nobody waits. */
  readonly boundEnd: number;
}

/** Where all services are the same nobody waits: row r starts step k in cycle r + k · service, under any FIFO depth ≥ 1. */
export function uniformColumn(rows: number, usedRows: number, steps: number, service: number): ColumnTiming {
  const own = steps * service;
  const end = rows - 1 + own;
  const busy = usedRows * own;
  return { end, first: rows - 1, compute: own, busy, room: 0, span: busy, boundEnd: end };
}

/** Spreads column 0 over the columns of an array. */
export function overColumns(column: ColumnTiming, usedRows: number): (extent: FoldExtent) => FoldTiming {
  const { end, first, compute, busy, room, span } = column;
  return ({ cols, usedCols }) => {
    const cycles = end + cols - 1;
    return {
      cycles,
      fill: first + cols - 1,
      compute,
      sync: end - first - compute,
      drain: 0,
      busy: busy * usedCols,
      // Right of column 0 an activation arrives just when its left neighbour has found room: all waits are for operands.
      syncOperand: (span - busy) * usedCols - room,
      syncRoom: room,
      fillDrain: usedCols * (usedRows * cycles - span),
    };
  };
}
