import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../../src/cli/program.js';
import { resultSchema } from '../../src/formats/result-schema.js';
import type { Result } from '../../src/result.js';
import { npz, type FixtureArray } from '../formats/npz-fixture.js';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command line in this process, as in a pipe unless it is interactive. */
export async function silhouette(args: readonly string[], interactive = false): Promise<Said> {
  const said = { out: '', error: '' };
  const code = await runProgram(args, {
    out: (text) => (said.out += text),
    error: (text) => (said.error += text),
    interactive,
  });
  return { code, ...said };
}

/** The flags of a small simulation. */
export const small = ['--network', 'cifar-resnet20', '--accelerator', 'int8', '--scheme', 'uniform:8'];

/** What a complaint says without the folder of the test. */
export function complaint({ error }: Said): string {
  return error.replaceAll(/\S*[/\\]silhouette-\w+[/\\]/g, '');
}

/** Names in the folder of a file. */
export function beside(path: string): string[] {
  return readdirSync(dirname(path)).sort();
}

export function readResultText(path: string): Result {
  return resultSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) as Result;
}

/** Rows of a CSV by the names of its columns. */
export function csvRows(text: string): Record<string, string>[] {
  const [head = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
      ),
    );
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}

export function u8(shape: readonly number[], value = 0): FixtureArray {
  return { dtype: '|u1', shape, data: new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(value) };
}

export function f32(shape: readonly number[], values: readonly number[]): FixtureArray {
  return { dtype: '<f4', shape, data: Float32Array.from(values) };
}

/** A network of two convolutions whose second one has masks of 2×1 regions of 4×8. */
export const twoLayers = `name: two
input: [3, 8, 8]
layers:
  - { name: first, kind: conv2d, filters: 4, kernel: [3, 3], padding: 1 }
  - { name: second, kind: conv2d, filters: 4, kernel: [3, 3], padding: 1 }
`;

/** Puts text and traces into a folder. */
export function files(path: (name: string) => string) {
  return {
    async text(name: string, text: string): Promise<string> {
      await writeFile(path(name), text);
      return path(name);
    },
    async trace(name: string, arrays: Readonly<Record<string, FixtureArray>>): Promise<string> {
      await writeFile(path(name), npz(arrays));
      return path(name);
    },
  };
}

export const root = join(import.meta.dirname, '../..');
