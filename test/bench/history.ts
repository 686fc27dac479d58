import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { version } from '../../dist/version.js';
import type { Figures } from './measure.js';

/** Figures of scenarios by name. */
export type Measured = Readonly<Record<string, Figures>>;

/** One run of the benches: a line of the history. */
export interface HistoryLine {
  /** ISO 8601. */
  readonly date: string;
  readonly versions: { readonly node: string; readonly v8: string; readonly silhouette: string };
  readonly cpu: string;
  readonly cores: number;
  readonly scenarios: Measured;
}

/** What the figures were measured on. */
export function machineNow(): Pick<HistoryLine, 'versions' | 'cpu' | 'cores'> {
  const { node, v8 } = process.versions;
  const all = cpus();
  return { versions: { node, v8, silhouette: version }, cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHistoryLine(value: unknown): value is HistoryLine {
  return typeof value === 'object' && value !== null && 'cpu' in value && 'scenarios' in value && 'date' in value;
}

/** The history of a file, oldest first; empty where there is none. */
export function readHistory(path: string): HistoryLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, i): HistoryLine[] => {
    if (line === '') return [];
    const value = parsed(line);
    if (isHistoryLine(value)) return [value];
    throw new Error(`${path}:${String(i + 1)}: not a line of a history, which --record writes`);
  });
}

/** Four digits are more than any of these figures is worth. */
const short = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(4)) : value;

export function appendHistory(path: string, line: HistoryLine): void {
  appendFileSync(path, `${JSON.stringify(line, short)}\n`);
}
