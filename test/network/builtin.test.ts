import { describe, expect, it } from 'vitest';
import { builtinNetwork, builtinNetworkNames } from '../../src/network/builtin.js';
import {
  elements,
  isArrayLayer,
  macs,
  networkMacs,
  networkParameters,
  type Layer,
  type Network,
} from '../../src/network/layer.js';

function network(name: string): Network {
  const found = builtinNetwork(name);
  if (found === undefined) throw new Error(`no built-in network ${name}`);
  return found;
}

function layer(name: string, layerName: string): Layer {
  const found = network(name).layers.find((l) => l.name === layerName);
  if (found === undefined) throw new Error(`${name} has no layer ${layerName}`);
  return found;
}

/** A count in the digits in which it is published: `714.2 M`. */
function printed(value: number, unit: number, digits: number): number {
  return Number((value / unit).toFixed(digits));
}

const [M, G] = [1e6, 1e9];

describe('MACs of built-in networks', () => {
  // Published model cards (torchvision, chenyaofo/pytorch-cifar-models), MACs of convolutions and linear layers.
  it.each([
    ['alexnet', 714.2, M, 1],
    ['alexnet-grouped', 724.4, M, 1],
    ['vgg16', 15.47, G, 3],
    ['resnet18', 1.814, G, 3],
    ['resnet34', 3.664, G, 3],
    ['resnet50', 4.089, G, 3],
    ['mobilenetv2', 300.8, M, 1],
    ['inceptionv3', 5.7, G, 1],
    ['cifar-resnet20', 40.81, M, 2],
    ['cifar-resnet18', 555.4, M, 1],
    ['cifar-vgg16', 313.73, M, 2],
    ['cifar-mobilenetv2', 87.98, M, 2],
  ] as const)('%s: %d', (name, published, unit, digits) => {
    expect(printed(networkMacs(network(name)), unit, digits)).toBe(published);
  });
});

describe('parameters of built-in networks', () => {
  // Exact totals of the torchvision models; the last one is Caffe's bvlc_alexnet.
  it.each([
    ['alexnet', 61_100_840],
    ['vgg16', 138_357_544],
    ['resnet18', 11_689_512],
    ['resnet34', 21_797_672],
    ['resnet50', 25_557_032],
    ['mobilenetv2', 3_504_872],
    ['alexnet-grouped', 60_965_224],
  ])('%s: %d', (name, published) => {
    expect(networkParameters(network(name))).toBe(published);
  });

  it.each([
    ['inceptionv3', 23.8, 1],
    ['cifar-resnet20', 0.27, 2],
    ['cifar-resnet18', 11.17, 2],
    ['cifar-vgg16', 15.25, 2],
    ['cifar-mobilenetv2', 2.24, 2],
  ])('%s: %d million', (name, published, digits) => {
    expect(printed(networkParameters(network(name)), M, digits)).toBe(published);
  });
});

describe('the residual networks', () => {
  it('cifar-resnet20 without its projections is the 40.55 M MAC, 269,722 parameter variant', () => {
    const { layers } = network('cifar-resnet20');
    const kept = layers.filter(({ name }) => !name.includes('downsample'));
    expect(layers.length - kept.length).toBe(2);
    expect(kept.reduce((total, l) => total + macs(l), 0)).toBe(40_551_040);
    expect(kept.reduce((total, l) => total + l.parameters, 0)).toBe(269_722);
  });

  it('resnet50 strides in the 3×3, not in the first 1×1', () => {
    expect(layer('resnet50', 'layer2.0.conv1')).toMatchObject({ stride: [1, 1] });
    expect(layer('resnet50', 'layer2.0.conv2')).toMatchObject({ stride: [2, 2], kernel: [3, 3] });
  });

  it('adds carry the block input, or its projection where the shape changes', () => {
    expect(layer('resnet18', 'layer1.0.add').from).toEqual(['layer1.0.conv2', 'maxpool']);
    expect(layer('resnet18', 'layer2.0.add').from).toEqual(['layer2.0.conv2', 'layer2.0.downsample.0']);
    expect(layer('resnet18', 'layer2.1.add').from).toEqual(['layer2.1.conv2', 'layer2.0.add']);
  });
});

describe('the other networks', () => {
  it('inceptionv3 splits 7×7 kernels into 1×7 and 7×1', () => {
    expect(layer('inceptionv3', 'Mixed_6b.branch7x7_2.conv')).toMatchObject({ kernel: [1, 7], padding: [0, 3, 0, 3] });
    expect(layer('inceptionv3', 'Mixed_6b.branch7x7_3.conv')).toMatchObject({ kernel: [7, 1], padding: [3, 0, 3, 0] });
  });

  it('inceptionv3 ends in 2048 channels of 8×8', () => {
    expect(layer('inceptionv3', 'Mixed_7c.concat').output).toEqual({ channels: 2048, height: 8, width: 8 });
  });

  it('mobilenetv2 adds in 10 of its 17 blocks', () => {
    expect(network('mobilenetv2').layers.filter(({ kind }) => kind === 'add')).toHaveLength(10);
    expect(network('mobilenetv2').layers.filter(({ kind }) => kind === 'depthwise')).toHaveLength(17);
  });

  it('alexnet-grouped splits its second, fourth and fifth convolution in two', () => {
    const groups = network('alexnet-grouped').layers.flatMap((l) =>
      l.kind === 'conv2d' && isArrayLayer(l) ? [l.groups] : [],
    );
    expect(groups).toEqual([1, 2, 1, 2, 2]);
  });
});

describe.each(builtinNetworkNames)('%s', (name) => {
  it('is built once', () => {
    expect(builtinNetwork(name)).toBe(builtinNetwork(name));
    expect(network(name).name).toBe(name);
  });

  it('has names without blanks and every output but the last is read', () => {
    const { layers } = network(name);
    const read = new Set(layers.flatMap(({ from }) => from));
    expect(layers.filter((l) => /\s/.test(l.name))).toEqual([]);
    expect(layers.slice(0, -1).filter((l) => !read.has(l.name))).toEqual([]);
  });

  it('passes on as many elements as the next layer reads', () => {
    const { layers, input } = network(name);
    const outputs = new Map(layers.map((l) => [l.name, l.output]));
    for (const l of layers) {
      const inputs = isArrayLayer(l) ? [l.input] : l.inputs;
      expect(inputs.map(elements)).toEqual(l.from.map((from) => elements(outputs.get(from) ?? input)));
    }
  });
});

it('an unknown name is no network', () => {
  expect(builtinNetwork('resnet19')).toBeUndefined();
  expect(builtinNetwork('constructor')).toBeUndefined();
});
