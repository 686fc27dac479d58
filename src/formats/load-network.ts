import { extname } from 'node:path';
import { SilhouetteError } from '../core/errors.js';
import { builtinNetwork, builtinNetworkNames } from '../network/builtin.js';
import type { Network } from '../network/layer.js';
import { alternatives } from './nearest.js';
import { parseNetworkYaml, parseScaleSimTopology } from './network-file.js';
import { readText } from './text-file.js';

const readers: Readonly<Record<string, (text: string, source: string) => Network>> = {
  '.yaml': parseNetworkYaml,
  '.yml': parseNetworkYaml,
  '.csv': parseScaleSimTopology,
};

const endings = Object.keys(readers);

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
  return read(await readText(nameOrFile), nameOrFile);
}
