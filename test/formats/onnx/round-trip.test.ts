import { expect, it } from 'vitest';
import { builtinNetwork, builtinNetworkNames } from '../../../src/network/builtin.js';
import { alexnet, alexnetGrouped } from '../../../src/network/alexnet.js';
import { inceptionV3 } from '../../../src/network/inception.js';
import { networkMacs, networkParameters } from '../../../src/network/layer.js';
import { cifarMobilenetV2, mobilenetV2Imagenet } from '../../../src/network/mobilenet.js';
import { selfieSegmentation } from '../../../src/network/recorded-selfie.js';
import { cifarResnet18, cifarResnet20, resnet18, resnet34, resnet50 } from '../../../src/network/resnet.js';
import { cifarVgg16, vgg16 } from '../../../src/network/vgg.js';
import { exported } from './export-network.js';

const specs = [
  alexnet,
  alexnetGrouped,
  vgg16,
  resnet18,
  resnet34,
  resnet50,
  mobilenetV2Imagenet,
  inceptionV3,
  cifarResnet20,
  cifarResnet18,
  cifarVgg16,
  cifarMobilenetV2,
  selfieSegmentation,
];

it('every built-in network is tried', () => {
  expect(specs.map(({ name }) => name)).toEqual(builtinNetworkNames);
});

it.each(specs.map((spec) => [spec.name, spec] as const))('%s, written as ONNX, comes back as it was', (name, spec) => {
  const network = builtinNetwork(name)!;
  const { network: back } = exported(spec, network).import();
  expect(back.layers).toEqual(network.layers);
  expect(back.input).toEqual(network.input);
  expect(networkMacs(back)).toBe(networkMacs(network));
  expect(networkParameters(back)).toBe(networkParameters(network));
});
