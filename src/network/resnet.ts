import { convNorm, globalPool, linear, pool } from './layer-shorthand.js';
import type { LayerSpec, NetworkSpec } from './layer-spec.js';

interface ResNetShape {
  /** `basic`: 3×3, 3×3. `bottleneck`: 1×1, 3×3, 1×1 to four times the width, with the stride in the 3×3 (v1.5). */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks per stage; widths double and maps halve from stage to stage. */
  readonly blocks: readonly number[];
  /** Filters of the stem and of the first stage's 3×3 convolutions. */
  readonly width: number;
  /** `imagenet`: 7×7 stride 2, then a 3×3 max pool. `cifar`: 3×3 stride 1. */
  readonly stem: 'imagenet' | 'cifar';
  readonly classes: number;
}

/** One residual block that reads `from`; a projection carries the shortcut where the shape changes. */
function residual(
  name: string,
  from: string,
  block: ResNetShape['block'],
  width: number,
  stride: number,
  projected: boolean,
): LayerSpec[] {
  const out = block === 'basic' ? width : width * 4;
  const branch =
    block === 'basic'
      ? [convNorm(`${name}.conv1`, width, 3, { stride, from: [from] }), convNorm(`${name}.conv2`, width, 3)]
      : [
          convNorm(`${name}.conv1`, width, 1, { from: [from] }),
          convNorm(`${name}.conv2`, width, 3, { stride }),
          convNorm(`${name}.conv3`, out, 1),
        ];
  const last = branch[branch.length - 1]!;
  const shortcut = projected ? [convNorm(`${name}.downsample.0`, out, 1, { stride, from: [from] })] : [];
  const skip = shortcut[0]?.name ?? from;
  return [...branch, ...shortcut, { name: `${name}.add`, kind: 'add', from: [last.name, skip] }];
}

/** The layers of a residual network (He et al. 2016), named as in torchvision's `resnet`. */
function resnet({ block, blocks, width, stem, classes }: ResNetShape): LayerSpec[] {
  const layers =
    stem === 'cifar'
      ? [convNorm('conv1', width, 3)]
      : [convNorm('conv1', width, 7, { stride: 2 }), pool('maxpool', 3, 2, { padding: 1 })];
  let channels = width;
  blocks.forEach((count, stage) => {
    const stageWidth = width * 2 ** stage;
    const out = block === 'basic' ? stageWidth : stageWidth * 4;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const name = `layer${String(stage + 1)}.${String(i)}`;
      const from = layers[layers.length - 1]!.name;
      layers.push(...residual(name, from, block, stageWidth, stride, stride > 1 || channels !== out));
      channels = out;
    }
  });
  return [...layers, globalPool('avgpool'), linear('fc', classes)];
}

const imagenet = { input: [3, 224, 224], width: 64, stem: 'imagenet', classes: 1000 } as const;
const cifar = { input: [3, 32, 32], stem: 'cifar', classes: 10 } as const;

export const resnet18: NetworkSpec = {
  name: 'resnet18',
  description: 'ResNet-18, ImageNet 224×224',
  input: imagenet.input,
  layers: resnet({ ...imagenet, block: 'basic', blocks: [2, 2, 2, 2] }),
};

export const resnet34: NetworkSpec = {
  name: 'resnet34',
  description: 'ResNet-34, ImageNet 224×224',
  input: imagenet.input,
  layers: resnet({ ...imagenet, block: 'basic', blocks: [3, 4, 6, 3] }),
};

/** v1.5: the stride sits in the 3×3 convolution, not in the first 1×1, which would save 5 % of the MACs. */
export const resnet50: NetworkSpec = {
  name: 'resnet50',
  description: 'ResNet-50 v1.5 (stride in the 3×3), ImageNet 224×224',
  input: imagenet.input,
  layers: resnet({ ...imagenet, block: 'bottleneck', blocks: [3, 4, 6, 3] }),
};

/**
 * ResNet-20 for CIFAR-10 with projection shortcuts (1×1 convolutions where the shape changes), 40.81 M MACs. The
 * variant with parameter-free shortcuts (option A of He et al.: subsample and pad with zero channels) is this network
 * without its two projections: 40.55 M MACs, 269,722 parameters.
 */
export const cifarResnet20: NetworkSpec = {
  name: 'cifar-resnet20',
  description: 'ResNet-20 with projection shortcuts, CIFAR-10 32×32',
  input: cifar.input,
  layers: resnet({ ...cifar, block: 'basic', blocks: [3, 3, 3], width: 16 }),
};

export const cifarResnet18: NetworkSpec = {
  name: 'cifar-resnet18',
  description: 'ResNet-18 with a 3×3 stem of width 64, CIFAR-10 32×32',
  input: cifar.input,
  layers: resnet({ ...cifar, block: 'basic', blocks: [2, 2, 2, 2], width: 64 }),
};
