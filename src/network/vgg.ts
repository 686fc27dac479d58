import { conv, linear, pool } from './layer-shorthand.js';
import type { LayerSpec, NetworkSpec } from './layer-spec.js';

/** Filters of the 3×3 convolutions between pools: configuration D of Simonyan and Zisserman 2015. */
const stagesOf16 = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

/**
 * `features.N` with torchvision's numbers, which count activations and batch norms as modules of their own. With batch
 * norm the convolutions keep their bias, as there.
 */
function features(batchNorm: boolean): LayerSpec[] {
  const layers: LayerSpec[] = [];
  let index = 0;
  for (const stage of stagesOf16) {
    for (const filters of stage) {
      layers.push(conv(`features.${String(index)}`, filters, 3, { bias: true, batchNorm }));
      index += batchNorm ? 3 : 2;
    }
    layers.push(pool(`features.${String(index)}`, 2, 2));
    index += 1;
  }
  return layers;
}

/** As torchvision's `vgg16`; its 7×7 adaptive pool sees a 7×7 map and moves nothing. */
export const vgg16: NetworkSpec = {
  name: 'vgg16',
  description: 'VGG-16, ImageNet 224×224',
  input: [3, 224, 224],
  layers: [
    ...features(false),
    linear('classifier.0', 4096),
    linear('classifier.3', 4096),
    linear('classifier.6', 1000),
  ],
};

/** VGG-16 with batch norm and a small head, as `cifar10_vgg16_bn` of chenyaofo/pytorch-cifar-models. */
export const cifarVgg16: NetworkSpec = {
  name: 'cifar-vgg16',
  description: 'VGG-16 with batch norm, CIFAR-10 32×32, head 512-512-10',
  input: [3, 32, 32],
  layers: [...features(true), linear('classifier.0', 512), linear('classifier.3', 512), linear('classifier.6', 10)],
};
