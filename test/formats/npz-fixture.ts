import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll } from 'vitest';
import { SilhouetteError } from '../../src/core/errors.js';
import { npyHeader } from '../../src/formats/npy.js';

export interface FixtureArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

export function npy({ dtype, shape, data }: FixtureArray): Uint8Array {
  return joined(npyHeader(dtype, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** A `.npy` file with any dictionary text, well formed or not. */
export function npyWithDictionary(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(dictionary);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return joined(Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length), text, data);
}

export function zip(members: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 6): Uint8Array {
  return zipSync({ ...members }, { level, mtime: new Date(1980, 0, 1, 12) });
}

export function npz(arrays: Readonly<Record<string, FixtureArray>>, level: 0 | 6 = 6): Uint8Array {
  return zip(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)])), level);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function metaArray(meta: unknown): FixtureArray {
  const data = new TextEncoder().encode(JSON.stringify(meta));
  return { dtype: '|u1', shape: [data.length], data };
}

/** A folder for the tests of one file; `put` writes a file into it and returns its path. */
export function temporaryFolder(): {
  path: (name: string) => string;
  put: (name: string, bytes: Uint8Array) => Promise<string>;
} {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'silhouette-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const path = (name: string): string => join(folder, name);
  return {
    path,
    async put(name, bytes) {
      await writeFile(path(name), bytes);
      return path(name);
    },
  };
}

/** Message of the SilhouetteError that `run` fails with, without the folder; anything else fails the test. */
export async function faultOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    return error.message.replaceAll(/^\S*[/\\]silhouette-\w+[/\\]/gm, '');
  }
  throw new Error('expected a SilhouetteError, nothing was thrown');
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
