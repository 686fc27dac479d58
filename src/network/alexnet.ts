import { conv, linear, pool } from './layer-shorthand.js';
import type { NetworkSpec } from './layer-spec.js';

/**
 * AlexNet in one tower (Krizhevsky 2014), named and shaped as in torchvision's `alexnet`. Its 6×6 adaptive pool sees a
 * 6×6 map and moves nothing.
 */
export const alexnet: NetworkSpec = {
  name: 'alexnet',
  description: 'AlexNet, ImageNet 224×224, one tower as in torchvision',
  input: [3, 224, 224],
  layers: [
    conv('features.0', 64, 11, { stride: 4, padding: 2 }),
    pool('features.2', 3, 2),
    conv('features.3', 192, 5),
    pool('features.5', 3, 2),
    conv('features.6', 384, 3),
    conv('features.8', 256, 3),
    conv('features.10', 256, 3),
    pool('features.12', 3, 2),
    linear('classifier.1', 4096),
    linear('classifier.4', 4096),
    linear('classifier.6', 1000),
  ],
};

/**
 * AlexNet of 2012 (Krizhevsky et al.), with the two towers as groups of two: shapes of Caffe's `bvlc_alexnet`. Local
 * response normalisation is fused, like every activation function.
 */
export const alexnetGrouped: NetworkSpec = {
  name: 'alexnet-grouped',
  description: 'AlexNet of 2012, ImageNet 227×227, two towers as groups',
  input: [3, 227, 227],
  layers: [
    conv('conv1', 96, 11, { stride: 4, padding: 0 }),
    pool('pool1', 3, 2),
    conv('conv2', 256, 5, { groups: 2 }),
    pool('pool2', 3, 2),
    conv('conv3', 384, 3),
    conv('conv4', 384, 3, { groups: 2 }),
    conv('conv5', 256, 3, { groups: 2 }),
    pool('pool5', 3, 2),
    linear('fc6', 4096),
    linear('fc7', 4096),
    linear('fc8', 1000),
  ],
};
