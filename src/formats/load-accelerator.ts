import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SilhouetteError } from '../core/errors.js';
import type { Accelerator } from '../machine/accelerator.js';
import { parseAccelerator } from './accelerator-file.js';
import { alternatives } from './nearest.js';
import type { Override } from './override.js';
import { readText } from './text-file.js';

/** The package's own machines; as far from `dist/formats` as from `src/formats`. */
const folder = new URL('../../accelerators/', import.meta.url);

/** Names of the machines that come with the package, sorted. */
export async function builtinAcceleratorNames(): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).sort();
}

/** A machine's file: how to name it in messages and manifests, and where it is. */
export interface AcceleratorFile {
  readonly path: string;
  readonly file: string;
}

/**
 * The file of a built-in machine by its name, or a `.yaml` or `.yml` file.
 *
 * @throws SilhouetteError where the name is neither, with the nearest built-in and all of them.
 */
export async function acceleratorFile(nameOrFile: string): Promise<AcceleratorFile> {
  const builtins = await builtinAcceleratorNames();
  if (builtins.includes(nameOrFile)) {
    const path = `accelerators/${nameOrFile}.yaml`;
    return { path, file: fileURLToPath(new URL(`${nameOrFile}.yaml`, folder)) };
  }
  if (['.yaml', '.yml'].includes(extname(nameOrFile).toLowerCase())) return { path: nameOrFile, file: nameOrFile };
  const hint = alternatives(nameOrFile, builtins);
  throw new SilhouetteError({
    where: nameOrFile,
    message: 'no such accelerator',
    expected: 'a built-in accelerator, or a file that ends in .yaml, .yml',
    ...(hint !== undefined && { hint }),
  });
}

/**
 * A built-in machine by its name, or one from a `.yaml` or `.yml` file, with some of its fields set to other values.
 *
 * @throws SilhouetteError where there is no such machine, the file cannot be read or is beyond 10 MiB, or its content or
 * an override is at fault.
 */
export async function loadAccelerator(nameOrFile: string, overrides: readonly Override[] = []): Promise<Accelerator> {
  const { path, file } = await acceleratorFile(nameOrFile);
  return parseAccelerator(await readText(file), path, overrides);
}
