import { extname } from 'node:path';
import { SilhouetteError } from '../../core/errors.js';
import { priceOf } from '../../cost/price.js';
import { loadAccelerator } from '../../formats/load-accelerator.js';
import { readResult } from '../../formats/result-file.js';
import { openTrace } from '../../formats/trace-file.js';
import { readText } from '../../formats/text-file.js';
import { networkMacs } from '../../network/layer.js';
import { networkOf } from '../network-input.js';
import { traceStatistics } from '../../trace/statistics.js';

async function validateTrace(file: string): Promise<string> {
  const { images } = await traceStatistics(await openTrace(file));
  return `a trace of ${String(images)} images`;
}

async function validateNetwork(file: string, inputSize: string | undefined): Promise<string> {
  const network = await networkOf({ network: file, inputSize });
  return `a network of ${String(network.layers.length)} layers, ${networkMacs(network).toLocaleString('en')} MACs`;
}

async function validateAccelerator(file: string): Promise<string> {
  const machine = await loadAccelerator(file);
  priceOf(machine);
  return `an accelerator of ${String(machine.array.rows)}×${String(machine.array.cols)} PEs`;
}

/** A YAML file with layers is a network. */
async function validateYaml(file: string, inputSize: string | undefined): Promise<string> {
  const isNetwork = /^["']?layers["']?\s*:/m.test(await readText(file));
  return isNetwork ? validateNetwork(file, inputSize) : validateAccelerator(file);
}

async function validateResult(file: string): Promise<string> {
  return `a result of ${String((await readResult(file)).runs.length)} runs`;
}

const validators: Readonly<Record<string, (file: string, inputSize: string | undefined) => Promise<string>>> = {
  '.npz': validateTrace,
  '.csv': validateNetwork,
  '.yaml': validateYaml,
  '.yml': validateYaml,
  '.json': validateResult,
  '.onnx': validateNetwork,
};

/** What `validate` prints of a file that is fine. */
export async function validation(file: string, inputSize?: string): Promise<string> {
  const validate = validators[extname(file).toLowerCase()];
  if (validate === undefined)
    throw new SilhouetteError({
      where: file,
      message: 'the kind of file is not known',
      expected: `a name that ends in ${Object.keys(validators).join(', ')}`,
    });
  return `${file}: ${await validate(file, inputSize)}\n`;
}
