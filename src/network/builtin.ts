import { alexnet, alexnetGrouped } from './alexnet.js';
import { inceptionV3 } from './inception.js';
import type { NetworkSpec } from './layer-spec.js';
import type { Network } from './layer.js';
import { cifarMobilenetV2, mobilenetV2Imagenet } from './mobilenet.js';
import { selfieSegmentation } from './recorded-selfie.js';
import { cifarResnet18, cifarResnet20, resnet18, resnet34, resnet50 } from './resnet.js';
import { buildNetwork } from './spec.js';
import { cifarVgg16, vgg16 } from './vgg.js';

/** Every network that comes with the library, in the order of `silhouette networks`. */
const specs: readonly NetworkSpec[] = [
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

const byName = new Map(specs.map((spec) => [spec.name, spec]));
const built = new Map<string, Network>();

export const builtinNetworkNames: readonly string[] = [...byName.keys()];

/** The built-in network of that name, or undefined. Built on first use; later calls return the same object. */
export function builtinNetwork(name: string): Network | undefined {
  const known = built.get(name);
  const spec = byName.get(name);
  if (known !== undefined || spec === undefined) return known;
  const network = buildNetwork(spec);
  built.set(name, network);
  return network;
}
