import { existsSync, readFileSync } from 'node:fs';

/** One comparison of the stepped engine with the Verilog array, from a run of the array or from the page. */
export interface RtlRow {
  readonly source: string;
  readonly check: string;
  readonly rows: number;
  readonly cyclesExact: number;
  readonly outputsExact: number;
  readonly worst: string;
}

const runFile = new URL('../../reports/.rtl.json', import.meta.url);

/** What the last run of the Verilog array here found; undefined where it was not run. */
export function ranRtl(): RtlRow[] | undefined {
  if (!existsSync(runFile)) return undefined;
  const rows = JSON.parse(readFileSync(runFile, 'utf8')) as (Omit<RtlRow, 'worst'> & { worst: unknown })[];
  return rows.map(({ source, check, rows: count, cyclesExact, outputsExact, worst }) => ({
    source,
    check,
    rows: count,
    cyclesExact,
    outputsExact,
    worst: typeof worst === 'string' ? worst : JSON.stringify(worst ?? 'none'),
  }));
}

export const rtlHeading = '## RTL';

/** Cells of the table rows below a heading, without head and rule. */
export function tableBelow(page: string, heading: string): string[][] {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** What the page says of the last run that was written into it. */
export function writtenRtl(page: string): RtlRow[] {
  return tableBelow(page, rtlHeading).map(([source = '', check = '', rows, cycles, outputs, worst = '']) => ({
    source,
    check,
    rows: Number(rows),
    cyclesExact: Number(cycles),
    outputsExact: Number(outputs),
    worst,
  }));
}
