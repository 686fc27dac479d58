import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { columns, keyOf, measure, type Pair, type Row, type Setting } from './measure.js';
import { studies, workloads } from './studies.js';

const file = fileURLToPath(new URL('results.json', import.meta.url));

interface Written {
  readonly columns: readonly string[];
  readonly pairs: Readonly<Record<string, { readonly drq: readonly number[]; readonly region: readonly number[] }>>;
}

export type Results = ReadonlyMap<string, Pair>;

function rowFrom(names: readonly string[], values: readonly number[]): Row {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!])) as unknown as Row;
}

/** The committed results, by key. */
export function readResults(): Results {
  const written = JSON.parse(readFileSync(file, 'utf8')) as Written;
  const row = (values: readonly number[]): Row => rowFrom(written.columns, values);
  return new Map(
    Object.entries(written.pairs).map(([key, { drq, region }]) => [key, { drq: row(drq), region: row(region) }]),
  );
}

/** The pair of a setting; a setting that was not written is an error. */
export function pairOf(results: Results, setting: Setting): Pair {
  const pair = results.get(keyOf(setting));
  if (pair === undefined) throw new Error(`results.json has no ${keyOf(setting)}: WRITE=1 npx vitest run test/paper`);
  return pair;
}

/** Measures every setting of every study and writes the file. */
export async function writeResults(): Promise<void> {
  const pairs = new Map<string, Pair>();
  for (const setting of Object.values(studies(await workloads())).flat())
    if (!pairs.has(keyOf(setting))) pairs.set(keyOf(setting), await measure(setting));
  writeFileSync(file, await resultsText(pairs));
}

/** The file's text: prettier fills lines with the numbers of an array. */
export async function resultsText(pairs: Results): Promise<string> {
  const values = (row: Row): number[] => columns.map((column) => row[column]);
  const written: Written = {
    columns,
    pairs: Object.fromEntries(
      [...pairs].map(([key, { drq, region }]) => [key, { drq: values(drq), region: values(region) }]),
    ),
  };
  return format(JSON.stringify(written), { ...(await resolveConfig(file)), parser: 'json' });
}
