import { convNorm, depthwiseNorm, globalPool, linear } from './layer-shorthand.js';
import type { LayerSpec, NetworkSpec } from './layer-spec.js';

/** Expansion, output channels, repeats, stride of the first repeat: Sandler et al. 2018, table 2. */
type Stage = readonly [expansion: number, channels: number, repeats: number, stride: number];

const imagenetStages: readonly Stage[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** One inverted residual: expand (unless by 1), filter each channel, project; added to its input where shapes allow. */
function invertedResidual(
  name: string,
  from: string,
  channels: number,
  out: number,
  expansion: number,
  stride: number,
): LayerSpec[] {
  const inside = `${name}.conv`;
  const layers =
    expansion === 1
      ? [depthwiseNorm(`${inside}.0.0`, stride), convNorm(`${inside}.1`, out, 1)]
      : [
          convNorm(`${inside}.0.0`, channels * expansion, 1),
          depthwiseNorm(`${inside}.1.0`, stride),
          convNorm(`${inside}.2`, out, 1),
        ];
  if (stride > 1 || channels !== out) return layers;
  return [...layers, { name: `${name}.add`, kind: 'add', from: [`${inside}.2`, from] }];
}

/** The layers of MobileNetV2 at width 1, named as in torchvision's `mobilenet_v2`. */
function mobilenetV2(stages: readonly Stage[], stemStride: number, classes: number): LayerSpec[] {
  const layers = [convNorm('features.0.0', 32, 3, { stride: stemStride })];
  let channels = 32;
  let index = 1;
  for (const [expansion, out, repeats, stride] of stages) {
    for (let i = 0; i < repeats; i++, index++) {
      const from = layers[layers.length - 1]!.name;
      const name = `features.${String(index)}`;
      layers.push(...invertedResidual(name, from, channels, out, expansion, i === 0 ? stride : 1));
      channels = out;
    }
  }
  return [
    ...layers,
    convNorm(`features.${String(index)}.0`, 1280, 1),
    globalPool('avgpool'),
    linear('classifier.1', classes),
  ];
}

export const mobilenetV2Imagenet: NetworkSpec = {
  name: 'mobilenetv2',
  description: 'MobileNetV2 at width 1, ImageNet 224×224',
  input: [3, 224, 224],
  layers: mobilenetV2(imagenetStages, 2, 1000),
};

/** Stem and second stage keep the map's size, as `cifar10_mobilenetv2_x1_0` of chenyaofo/pytorch-cifar-models. */
export const cifarMobilenetV2: NetworkSpec = {
  name: 'cifar-mobilenetv2',
  description: 'MobileNetV2 at width 1 with stride 1 in stem and second stage, CIFAR-10 32×32',
  input: [3, 32, 32],
  layers: mobilenetV2(
    imagenetStages.map(([expansion, channels, repeats, stride], i) => [
      expansion,
      channels,
      repeats,
      i === 1 ? 1 : stride,
    ]),
    1,
    10,
  ),
};
