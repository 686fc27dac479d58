import { extname } from 'node:path';
import { SilhouetteError } from '../core/errors.js';
import { builtinNetwork, builtinNetworkNames } from '../network/builtin.js';
import type { Network } from '../network/layer.js';
import { alternatives } from './nearest.js';
import { parseNetworkYaml, parseScaleSimTopology } from './network-file.js';
import type { InputSize } from './onnx/input-size.js';
import { readText } from './text-file.js';

export { parseInputSize, type InputSize } from './onnx/input-size.js';

const readers: Readonly<Record<string, (text: string, source: string) => Network>> = {
  '.yaml': parseNetworkYaml,
  '.yml': parseNetworkYaml,
  '.csv': parseScaleSimTopology,
};

const endings = [...Object.keys(readers), '.onnx'];

/** What else decides a network. */
export interface NetworkOptions {
  /** Sizes of the image, where an ONNX model leaves them open; an error for all others. */
  readonly inputSize?: InputSize | undefined;
}

/** The protobuf reader is loaded for a model alone. */
async function loadOnnx(file: string, options: NetworkOptions): Promise<Network> {
  const [{ readOnnx }, { importOnnx }] = await Promise.all([
    import('./onnx/model-file.js'),
    import('./onnx/import-network.js'),
  ]);
  return importOnnx(await readOnnx(file), options).network;
}

/**
 * A built-in network by its name, or one from a file: `.yaml` and `.yml` as `parseNetworkYaml` reads them, `.csv` as
 * a SCALE-Sim topology, `.onnx` as a model's graph (docs/onnx.md).
 *
 * @throws SilhouetteError where the name is neither (with the nearest built-in and all of them), the file cannot be
 * read or is beyond 10 MiB (a model: 2 GiB), its content is at fault, or `inputSize` is given for what states its sizes.
 */
export async function loadNetwork(nameOrFile: string, options: NetworkOptions = {}): Promise<Network> {
  const ending = extname(nameOrFile).toLowerCase();
  if (ending === '.onnx' && builtinNetwork(nameOrFile) === undefined) return loadOnnx(nameOrFile, options);
  if (options.inputSize !== undefined)
    throw new SilhouetteError({
      where: `--input-size of ${nameOrFile}`,
      message: 'only ONNX models leave sizes open',
      expected: 'a file that ends in .onnx',
    });
  const builtin = builtinNetwork(nameOrFile);
  if (builtin !== undefined) return builtin;
  const read = readers[ending];
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
