import { convNorm, globalPool, linear, pool } from './layer-shorthand.js';
import type { LayerSpec, NetworkSpec } from './layer-spec.js';

/** Filters, kernel, and whether the convolution halves the map (stride 2 without padding). */
type Step = readonly [name: string, filters: number, kernel: number | readonly [number, number], halve?: 'halve'];

/** Average pools keep the map's size; max pools halve it. */
const averagePool = { kernel: 3, stride: 1, padding: 1 } as const;
const maxPool = { kernel: 3, stride: 2 } as const;

/** A chain of convolutions that starts at `from`; torchvision's modules hold the convolution as `.conv`. */
function chain(block: string, from: string, steps: readonly Step[]): LayerSpec[] {
  return steps.map(([name, filters, kernel, halve], i) =>
    convNorm(`${block}.${name}.conv`, filters, kernel, {
      ...(i === 0 && { from: [from] }),
      ...(halve && { stride: 2, padding: 0 }),
    }),
  );
}

/** A pool that reads `from`, followed by a convolution where `filters` is given. */
function poolBranch(
  block: string,
  from: string,
  shape: typeof averagePool | typeof maxPool,
  filters?: number,
): LayerSpec[] {
  const reduced: LayerSpec = { name: `${block}.pool`, kind: 'pool', from: [from], ...shape };
  return filters === undefined ? [reduced] : [reduced, ...chain(block, reduced.name, [['branch_pool', filters, 1]])];
}

/** Branches side by side, their last layers concatenated. */
function joined(block: string, branches: readonly (readonly LayerSpec[])[]): LayerSpec[] {
  const ends = branches.map((branch) => branch[branch.length - 1]!.name);
  return [...branches.flat(), { name: `${block}.concat`, kind: 'concat', from: ends }];
}

/** 35×35: 1×1, 5×5, twice 3×3, pool. */
function inceptionA(block: string, from: string, poolFilters: number): LayerSpec[] {
  return joined(block, [
    chain(block, from, [['branch1x1', 64, 1]]),
    chain(block, from, [
      ['branch5x5_1', 48, 1],
      ['branch5x5_2', 64, 5],
    ]),
    chain(block, from, [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3],
    ]),
    poolBranch(block, from, averagePool, poolFilters),
  ]);
}

/** 35×35 to 17×17. */
function inceptionB(block: string, from: string): LayerSpec[] {
  return joined(block, [
    chain(block, from, [['branch3x3', 384, 3, 'halve']]),
    chain(block, from, [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3, 'halve'],
    ]),
    poolBranch(block, from, maxPool),
  ]);
}

/** 17×17: 7×7 convolutions split into 1×7 and 7×1. */
function inceptionC(block: string, from: string, width: number): LayerSpec[] {
  return joined(block, [
    chain(block, from, [['branch1x1', 192, 1]]),
    chain(block, from, [
      ['branch7x7_1', width, 1],
      ['branch7x7_2', width, [1, 7]],
      ['branch7x7_3', 192, [7, 1]],
    ]),
    chain(block, from, [
      ['branch7x7dbl_1', width, 1],
      ['branch7x7dbl_2', width, [7, 1]],
      ['branch7x7dbl_3', width, [1, 7]],
      ['branch7x7dbl_4', width, [7, 1]],
      ['branch7x7dbl_5', 192, [1, 7]],
    ]),
    poolBranch(block, from, averagePool, 192),
  ]);
}

/** 17×17 to 8×8. */
function inceptionD(block: string, from: string): LayerSpec[] {
  return joined(block, [
    chain(block, from, [
      ['branch3x3_1', 192, 1],
      ['branch3x3_2', 320, 3, 'halve'],
    ]),
    chain(block, from, [
      ['branch7x7x3_1', 192, 1],
      ['branch7x7x3_2', 192, [1, 7]],
      ['branch7x7x3_3', 192, [7, 1]],
      ['branch7x7x3_4', 192, 3, 'halve'],
    ]),
    poolBranch(block, from, maxPool),
  ]);
}

/** 8×8: branches that fork once more into 1×3 and 3×1, concatenated before the block's own concatenation. */
function inceptionE(block: string, from: string): LayerSpec[] {
  const fork = (branch: string, stem: readonly LayerSpec[], step: number): LayerSpec[] => {
    const source = stem[stem.length - 1]!.name;
    return [
      ...stem,
      ...chain(block, source, [[`${branch}_${String(step)}a`, 384, [1, 3]]]),
      ...chain(block, source, [[`${branch}_${String(step)}b`, 384, [3, 1]]]),
      {
        name: `${block}.${branch}.concat`,
        kind: 'concat',
        from: ['a', 'b'].map((side) => `${block}.${branch}_${String(step)}${side}.conv`),
      },
    ];
  };
  return joined(block, [
    chain(block, from, [['branch1x1', 320, 1]]),
    fork('branch3x3', chain(block, from, [['branch3x3_1', 384, 1]]), 2),
    fork(
      'branch3x3dbl',
      chain(block, from, [
        ['branch3x3dbl_1', 448, 1],
        ['branch3x3dbl_2', 384, 3],
      ]),
      3,
    ),
    poolBranch(block, from, averagePool, 192),
  ]);
}

/** Szegedy et al. 2016, named and shaped as in torchvision's `inception_v3`, without the auxiliary classifier. */
export const inceptionV3: NetworkSpec = {
  name: 'inceptionv3',
  description: 'Inception-v3 without auxiliary head, ImageNet 299×299',
  input: [3, 299, 299],
  layers: [
    convNorm('Conv2d_1a_3x3.conv', 32, 3, { stride: 2, padding: 0 }),
    convNorm('Conv2d_2a_3x3.conv', 32, 3, { padding: 0 }),
    convNorm('Conv2d_2b_3x3.conv', 64, 3),
    pool('maxpool1', 3, 2),
    convNorm('Conv2d_3b_1x1.conv', 80, 1),
    convNorm('Conv2d_4a_3x3.conv', 192, 3, { padding: 0 }),
    pool('maxpool2', 3, 2),
    ...inceptionA('Mixed_5b', 'maxpool2', 32),
    ...inceptionA('Mixed_5c', 'Mixed_5b.concat', 64),
    ...inceptionA('Mixed_5d', 'Mixed_5c.concat', 64),
    ...inceptionB('Mixed_6a', 'Mixed_5d.concat'),
    ...inceptionC('Mixed_6b', 'Mixed_6a.concat', 128),
    ...inceptionC('Mixed_6c', 'Mixed_6b.concat', 160),
    ...inceptionC('Mixed_6d', 'Mixed_6c.concat', 160),
    ...inceptionC('Mixed_6e', 'Mixed_6d.concat', 192),
    ...inceptionD('Mixed_7a', 'Mixed_6e.concat'),
    ...inceptionE('Mixed_7b', 'Mixed_7a.concat'),
    ...inceptionE('Mixed_7c', 'Mixed_7b.concat'),
    globalPool('avgpool'),
    linear('fc', 1000),
  ],
};
