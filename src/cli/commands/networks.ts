import Table from 'cli-table3';
import { SilhouetteError } from '../../core/errors.js';
import { networkOf } from '../network-input.js';
import { builtinNetwork, builtinNetworkNames } from '../../network/builtin.js';
import { isArrayLayer, macs, networkMacs, networkParameters, type Network, type Shape } from '../../network/layer.js';
import { short } from '../../report/table.js';

const shape = ({ channels, height, width }: Shape): string => [channels, height, width].join('×');
const plain = { head: [], border: [], compact: true };

function list(): string {
  const table = new Table({
    head: ['network', 'input', 'layers', 'MACs', 'parameters', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: plain,
  });
  for (const name of builtinNetworkNames) {
    const network = builtinNetwork(name)!;
    table.push([
      name,
      shape(network.input),
      network.layers.length,
      short(networkMacs(network)),
      networkParameters(network).toLocaleString('en'),
      network.description,
    ]);
  }
  return table.toString();
}

function show(network: Network): string {
  const table = new Table({
    head: ['layer', 'kind', 'from', 'input', 'output', 'kernel', 'stride', 'groups', 'MACs', 'parameters'],
    style: plain,
  });
  for (const layer of network.layers) {
    const array = isArrayLayer(layer);
    table.push([
      layer.name,
      layer.kind,
      layer.from.join(', '),
      array ? shape(layer.input) : layer.inputs.map(shape).join(', '),
      shape(layer.output),
      layer.kernel?.join('×') ?? '',
      array ? layer.stride.join('×') : '',
      array ? String(layer.groups) : '',
      short(macs(layer)),
      layer.parameters.toLocaleString('en'),
    ]);
  }
  const totals = `${networkMacs(network).toLocaleString('en')} MACs, ${networkParameters(network).toLocaleString('en')} parameters`;
  const notes = (network.notes ?? []).map((note) => `\n${note}`);
  return `${network.name}: ${network.description}\n${table.toString()}\n${totals}${notes.join('')}`;
}

/** What `networks` prints: all of them, or the layers of one. */
export async function networks(name: string | undefined, inputSize?: string): Promise<string> {
  if (name !== undefined) return `${show(await networkOf({ network: name, inputSize }))}\n`;
  if (inputSize === undefined) return `${list()}\n`;
  throw new SilhouetteError({
    where: `--input-size ${inputSize}`,
    message: 'says how large the image of a network is; none is given',
  });
}
