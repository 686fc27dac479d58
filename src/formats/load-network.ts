import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { SilhouetteError } from '../core/errors.js';
import { builtinNetwork, builtinNetworkNames } from '../network/builtin.js';
import type { Network } from '../network/layer.js';
import { alternatives } from './nearest.js';
import { parseNetworkYaml, parseScaleSimTopology } from './network-file.js';
import { maxFileBytes } from './yaml-file.js';

const readers: Readonly<Record<string, (text: string, source: string) => Network>> = {
  '.yaml': parseNetworkYaml,
  '.yml': parseNetworkYaml,
  '.csv': parseScaleSimTopology,
};

const endings = Object.keys(readers);

async function readNetworkText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= maxFileBytes) return await readFile(file, 'utf8');
    const expected = `at most ${String(maxFileBytes)} bytes`;
    throw new SilhouetteError({ where: file, message: 'the file is too large', expected, received: String(size) });
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const message =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'this is a folder' : `unreadable: ${code}`;
    throw new SilhouetteError({ where: file, message });
  }
}

/**
 * A built-in network by its name, or one from a file: `.yaml` and `.yml` as `parseNetworkYaml` reads them, `.csv` as
 * a SCALE-Sim topology.
 *
 * @throws SilhouetteError where the name is neither (with the nearest built-in and all of them), the file cannot be
 * read or is beyond 10 MiB, or its content is at fault.
 */
export async function loadNetwork(nameOrFile: string): Promise<Network> {
  const builtin = builtinNetwork(nameOrFile);
  if (builtin !== undefined) return builtin;
  const read = readers[extname(nameOrFile).toLowerCase()];
  if (read === undefined) {
    const hint = alternatives(nameOrFile, builtinNetworkNames);
    throw new SilhouetteError({
      where: nameOrFile,
      message: 'no such network',
      expected: `a built-in network, or a file that ends in ${endings.join(', ')}`,
      ...(hint !== undefined && { hint }),
    });
  }
  return read(await readNetworkText(nameOrFile), nameOrFile);
}
