import type { LayerSpec, NetworkSpec } from '../../../src/network/spec.js';
import { isArrayLayer, type ArrayLayer, type Network } from '../../../src/network/layer.js';
import { ModelBuilder, type Attributes } from './model-builder.js';

function pair(value: LayerSpec['kernel']): number[] | undefined {
  return typeof value === 'number' ? [value, value] : value && [...value];
}

function sides(value: LayerSpec['padding']): number[] {
  if (value === undefined || typeof value === 'number') return [0, 0, 0, 0].map(() => value ?? 0);
  return value.length === 2 ? [...value, ...value] : [...value];
}

function poolNode(spec: LayerSpec): { op: string; attributes: Attributes } {
  if (spec.global === true) return { op: 'GlobalAveragePool', attributes: {} };
  const kernel = pair(spec.kernel)!;
  return {
    op: 'MaxPool',
    attributes: {
      kernel_shape: kernel,
      strides: pair(spec.stride) ?? kernel,
      pads: sides(spec.padding),
      ceil_mode: spec.ceil === true ? 1 : 0,
    },
  };
}

/** A network as exporters write it: convolution, batch norm, activation; flattened before linear layers. */
export function exported(spec: NetworkSpec, network: Network): ModelBuilder {
  const model = new ModelBuilder();
  const { channels, height, width } = network.input;
  const tensors = new Map([['input', model.input(['N', channels, height, width])]]);
  const array = (layer: ArrayLayer, read: string, { bias, batchNorm }: LayerSpec): string => {
    const { filters, kernel, stride, padding, dilation, groups, name } = layer;
    const own = (bias ?? batchNorm !== true) ? [model.weights([filters])] : [];
    if (layer.kind === 'linear') {
      const flat = model.node('Flatten', [read]);
      return model.node(
        'Gemm',
        [flat, model.weights([filters, layer.input.channels]), ...own],
        { transB: 1 },
        { name },
      );
    }
    const weights = model.weights([filters, layer.input.channels / groups, ...kernel]);
    return model.node(
      'Conv',
      [read, weights, ...own],
      { group: groups, strides: stride, dilations: dilation, pads: padding },
      { name },
    );
  };
  network.layers.forEach((layer, i) => {
    const layerSpec = spec.layers[i]!;
    const reads = layer.from.map((name) => tensors.get(name)!);
    const { name } = layer;
    let made: string;
    if (isArrayLayer(layer)) {
      made = array(layer, reads[0]!, layerSpec);
      const statistics = [1, 2, 3, 4].map(() => model.weights([layer.filters]));
      if (layerSpec.batchNorm === true) made = model.node('BatchNormalization', [made, ...statistics]);
      made = model.node('Relu', [made]);
    } else if (layer.kind === 'pool') {
      const { op, attributes } = poolNode(layerSpec);
      made = model.node(op, reads, attributes, { name });
    } else if (layer.kind === 'resize') {
      const sizes = model.integers([1, layer.output.channels, layer.output.height, layer.output.width]);
      made = model.node('Resize', [reads[0]!, '', '', sizes], {}, { name });
    } else {
      const op = { add: 'Add', multiply: 'Mul', concat: 'Concat' }[layer.kind];
      made = model.node(op, reads, op === 'Concat' ? { axis: 1 } : {}, { name });
    }
    tensors.set(name, made);
  });
  return model.output(tensors.get(network.layers.at(-1)!.name)!);
}
