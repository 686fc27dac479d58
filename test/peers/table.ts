import { readFileSync } from 'node:fs';

/** One row of a peer's table, by column. */
export interface PeerRow {
  text(column: string): string;
  /** A safe integer; anything else in that column is a fault of the table. */
  integer(column: string): number;
}

function rowOf(file: string, line: number, columns: readonly string[], cells: readonly string[]): PeerRow {
  const text = (column: string): string => {
    const cell = cells[columns.indexOf(column)];
    if (cell === undefined) throw new Error(`${file}:${String(line)} has no ${column}`);
    return cell;
  };
  return {
    text,
    integer: (column) => {
      const value = Number(text(column));
      if (!Number.isSafeInteger(value)) throw new Error(`${file}:${String(line)} ${column}: not an integer`);
      return value;
    },
  };
}

/** Rows of a table in `data/`: plain commas, no quotes. */
export function peerTable(file: string): PeerRow[] {
  const lines = readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const [head, ...body] = lines.map((line) => line.split(','));
  return body.map((cells, i) => {
    if (cells.length !== head!.length)
      throw new Error(`${file}:${String(i + 2)} does not have ${String(head!.length)} columns`);
    return rowOf(file, i + 2, head!, cells);
  });
}
