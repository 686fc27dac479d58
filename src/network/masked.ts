import { isArrayLayer, type ArrayLayer, type Network } from './layer.js';

/**
 * The layers whose inputs DRQ cuts into regions, in network order: convolutions (depthwise included) on maps larger than
 * 1×1, except the network's first array layer, which the authors' code does not quantise (Song et al., ISCA 2020).
 * Linear layers and 1×1 maps have no regions. Independent shapes (a SCALE-Sim topology) count in file order.
 */
export function maskedLayers(network: Network): ArrayLayer[] {
  return network.layers
    .filter(isArrayLayer)
    .filter(
      ({ kind, input }, position) =>
        position > 0 && (kind === 'conv2d' || kind === 'depthwise') && input.height * input.width > 1,
    );
}
