import { elements } from '../../network/layer.js';
import { byPanels } from './by-panels.js';
import { byTaps } from './by-taps.js';
import { geometryOf, padInput, type ConvolutionInput, type ConvolutionWeights } from './operands.js';

/** Fewer filters than this are not worth the collecting of windows. */
const FEW_FILTERS = 4;

/** A convolution whose weights stand ready; it can be run on any number of inputs. */
export type Convolution = (input: ConvolutionInput) => Float64Array;

/**
 * Prepares the convolution of a layer, without bias, zero padding; weights depend on the activation that they meet. The outputs are [filters, output height,
 * output width]: products and sums of doubles, exact where operands are integers and no sum exceeds 2⁵³; otherwise in an order that depends
 * on nothing but the operands. What is prepared takes 8 bytes per weight and set, half of that where filters share doubles. It
 * throws a RangeError where an array does not have the layer's size.
 */
export function prepareConvolution(prepared: ConvolutionWeights): Convolution {
  const { layer } = prepared;
  const geometry = geometryOf(layer);
  const runs = Array.from({ length: layer.groups }, (_, group) =>
    layer.filters / layer.groups < FEW_FILTERS
      ? byTaps(prepared, geometry, group)
      : byPanels(prepared, geometry, group),
  );
  return (input) => {
    const outputs = new Float64Array(elements(layer.output));
    const padded = padInput(prepared, geometry, input);
    for (const run of runs) run(padded, outputs);
    return outputs;
  };
}
