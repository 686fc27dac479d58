import { loadNetwork, parseInputSize } from '../formats/load-network.js';
import type { Network } from '../network/layer.js';

/** The flags that say what network it is. */
export interface NetworkArguments {
  readonly network: string;
  readonly inputSize?: string | undefined;
}

export async function networkOf({ network, inputSize }: NetworkArguments): Promise<Network> {
  return loadNetwork(network, inputSize === undefined ? {} : { inputSize: parseInputSize(inputSize) });
}

/** What a manifest says of the network's size. */
export function sizeOverrides({ inputSize }: Pick<NetworkArguments, 'inputSize'>): string[] {
  return inputSize === undefined ? [] : [`--input-size=${inputSize}`];
}
