import { describe, expect, it } from 'vitest';
import { macs, networkMacs } from '../../src/network/layer.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { problemsOf } from '../network/problems-of.js';
import { arrayLayer, shape } from '../trace/example-network.js';
import { imageTrace, network, planned, SMALL, square, traceInfo, withSilhouettes } from './traces.js';

const POLICY = 'region:2@50,3@30,4@20';

describe('a region policy', () => {
  it.each(['region:4@70,8@30', 'region:2@33.3,3@33.3,4@33.4', 'region:8@100', 'region:8@30,2@70'])(
    'reads %s',
    (spec) => {
      expect(parseScheme(spec).spec).toBe(spec);
    },
  );

  it.each([
    ['region:2', 'not a level of a policy', '2'],
    ['region:2@', 'not a level of a policy', '2@'],
    ['region:@50,4@50', 'not a level of a policy', '@50'],
    ['region:2@-50,4@150', 'not a level of a policy', '2@-50'],
    ['region:2@50%,4@50%', 'not a level of a policy', '2@50%'],
    ['region:a8@100', 'not a level of a policy', 'a8@100'],
    ['region:a8w17@100', 'w of bits is not a bit-width', '17'],
    ['region:0@50,4@50', 'bits is not a bit-width', '0'],
    ['region:2@50,17@50', 'bits is not a bit-width', '17'],
    ['region', 'the shares of a policy make up the whole image', '0'],
    ['region:2@50,4@40', 'the shares of a policy make up the whole image', '90'],
    ['region:2@50,4@60', 'the shares of a policy make up the whole image', '110'],
    [`region:${Array.from({ length: 17 }, () => '8@1').join(',')}`, 'too many levels', '17'],
    ['region:2@50,4@50,order=first', 'unknown order', 'first'],
  ])('refuses %s', (spec, message, received) => {
    expect(problemsOf(() => parseScheme(spec))[0]).toMatchObject({ where: `scheme ${spec}`, message, received });
  });

  it('says which options there are', () => {
    expect(problemsOf(() => parseScheme('region:4@100,stem=conv1'))[0]).toMatchObject({
      message: 'unknown option stem',
      expected: 'order=…, branch=…',
    });
  });
});

describe('the silhouette branch', () => {
  it.each([
    ['resnet18', 'maxpool', 64 * 56 * 56],
    ['cifar-resnet18', 'conv1', 64 * 32 * 32],
    ['vgg16', 'features.0', 64 * 224 * 224],
  ])('of %s sits behind %s', (name, behind, branchMacs) => {
    const { plan } = planned(POLICY, network(name), withSilhouettes);
    const at = plan.network.layers.findIndex((layer) => layer.kind === 'auxiliary');
    const branch = plan.network.layers[at]!;
    expect(branch).toMatchObject({ from: [behind], kernel: [1, 1], filters: 1 });
    expect(plan.network.layers[at - 1]!.name).toBe(behind);
    expect(macs(branch)).toBe(branchMacs);
    expect(plan.network.layers.filter((layer) => layer !== branch)).toEqual(network(name).layers);
  });

  it('costs 0.011 % of the MACs of ResNet-18', () => {
    const { plan } = planned(POLICY, network('resnet18'), withSilhouettes);
    const own = networkMacs(plan.network) - networkMacs(network('resnet18'));
    expect(own).toBe(200_704);
    expect(((100 * own) / networkMacs(network('resnet18'))).toFixed(3)).toBe('0.011');
  });

  it('sits where it is told', () => {
    const { plan } = planned(`${POLICY},branch=layer2.0.add`, network('resnet18'), withSilhouettes);
    const at = plan.network.layers.findIndex((layer) => layer.kind === 'auxiliary');
    expect(plan.network.layers[at]).toMatchObject({ from: ['layer2.0.add'], output: shape(1, 28) });
    expect(plan.network.layers[at - 1]!.name).toBe('layer2.0.add');
    expect(plan.layers.slice(0, at + 1).some((layer) => layer.mask !== 'none')).toBe(false);
  });

  it('cannot sit behind a layer that is not there', () => {
    const [problem] = problemsOf(() => planned(`${POLICY},branch=c`, SMALL, withSilhouettes));
    expect(problem).toMatchObject({ expected: 'stem, a, b, fc', received: 'c' });
  });

  it('takes a name that the network has left free', () => {
    const taken = { ...SMALL, layers: [...SMALL.layers, arrayLayer('silhouette', 'conv2d', shape(4, 8))] };
    const { plan } = planned(POLICY, taken, withSilhouettes);
    expect(plan.network.layers.map((layer) => layer.name)).toEqual([
      'stem',
      'silhouette_',
      'a',
      'b',
      'fc',
      'silhouette',
    ]);
  });
});

describe('a layer under a region scheme', () => {
  const { layers } = planned(POLICY, network('resnet18'), withSilhouettes);
  const of = (name: string) => layers.get(name)!.plan;

  it('runs at the highest bits up to the branch, the branch included', () => {
    for (const name of ['conv1', 'maxpool', 'silhouette'])
      expect(of(name)).toMatchObject({ levels: [square(4)], mask: 'none' });
  });

  it('takes the levels of the policy behind the branch, the weights at the bits of the activations', () => {
    const levels = [square(2), square(3), square(4)];
    for (const name of ['layer1.0.conv1', 'layer2.0.downsample.0', 'layer4.1.conv2'])
      expect(of(name)).toMatchObject({ levels, mask: 'shared' });
  });

  it('runs at the highest bits where it is linear or reads a 1×1 map, whichever level has them', () => {
    const pointwise = { ...SMALL, layers: [...SMALL.layers, arrayLayer('excite', 'conv2d', shape(8, 1))] };
    const own = planned('region:8@30,2@70', pointwise, withSilhouettes).layers;
    for (const name of ['stem', 'fc', 'excite'])
      expect(own.get(name)!.plan).toMatchObject({ levels: [square(8)], mask: 'none' });
    expect(own.get('a')!.plan).toMatchObject({ levels: [square(8), square(2)], mask: 'shared' });
  });

  it('resizes, cuts and writes the mask once per resolution', () => {
    const found = [...layers.values()].filter(({ plan }) => plan.finding.resizePixels > 0);
    expect(found.map(({ layer, plan }) => [layer.name, plan.finding])).toEqual(
      [
        ['layer1.0.conv1', 56],
        ['layer2.0.conv2', 28],
        ['layer3.0.conv2', 14],
        ['layer4.0.conv2', 7],
      ].map(([name, side]) => {
        const pixels = Number(side) ** 2;
        return [
          name,
          {
            predictorAdds: 0,
            predictorCompares: 2 * pixels,
            resizePixels: pixels,
            maskWriteBits: 2 * pixels,
            // The branch's 56×56 silhouette at the highest bits.
            silhouetteReadBits: 56 * 56 * 4,
          },
        ];
      }),
    );
    expect([...layers.values()].filter(({ plan }) => plan.finding.maskWriteBits > 0)).toEqual(found);
  });

  it('needs no mask bits where there is one level', () => {
    const one = planned('region:4@100', SMALL, withSilhouettes);
    expect(one.layers.get('a')!.plan.finding.maskWriteBits).toBe(0);
  });
});

describe('the maps of a region scheme', () => {
  const silhouette = { height: 8, width: 6, values: Float32Array.from({ length: 48 }, (_, i) => i / 48) };

  it('are one per resolution, for all channels, pixel by pixel', () => {
    const wide = { ...SMALL, layers: [...SMALL.layers, arrayLayer('c', 'conv2d', shape(7, 8, 6))] };
    const { plan } = planned('region:2@50,8@50', wide, withSilhouettes);
    const maps = plan.maps(imageTrace({ silhouette }));
    const names = plan.network.layers.map((layer) => layer.name);
    expect(names.filter((_, i) => maps[i] !== undefined)).toEqual(['a', 'b', 'c']);
    const map = maps[names.indexOf('a')]!;
    expect(map).toMatchObject({ channels: 1, gridHeight: 8, gridWidth: 6, regionHeight: 1, regionWidth: 1 });
    expect([...map.levels]).toEqual([...Array<number>(24).fill(0), ...Array<number>(24).fill(1)]);
    expect(maps[names.indexOf('c')]).toBe(map);
  });

  it('hold the shares at every resolution unless the silhouette is cut first', () => {
    // Rows 0, 2, 4, 6 and columns 0, 1, 3, 4 of the silhouette survive at 4×4.
    const highs = (spec: string): number => {
      const { plan } = planned(spec, SMALL, withSilhouettes);
      const values = new Float32Array(48);
      for (const row of [0, 2, 4]) values.fill(1, row * 6, row * 6 + 6);
      const map = plan.maps(imageTrace({ silhouette: { height: 8, width: 6, values } }))[3]!;
      return map.levels.filter((level) => level === 1).length;
    };
    expect(highs('region:2@62.5,8@37.5')).toBe(6);
    expect(highs('region:2@62.5,8@37.5,order=section-first')).toBe(12);
  });

  it('need silhouettes', () => {
    expect(problemsOf(() => planned(POLICY, SMALL, undefined))[0]?.message).toMatch('no trace was given');
    expect(problemsOf(() => planned(POLICY, SMALL, traceInfo()))[0]).toMatchObject({
      where: 'trace.npz: silhouettes',
      expected: 'silhouettes [images, H, W]',
    });
    const { plan } = planned(POLICY, SMALL, withSilhouettes);
    expect(problemsOf(() => plan.maps(imageTrace()))[0]?.where).toBe('image cat: silhouettes');
  });

  it('are known before the layer starts, and are marked where they are synthetic', () => {
    expect(planned(POLICY, SMALL, withSilhouettes).plan).toMatchObject({ knownAhead: true, masks: 'recorded' });
    expect(planned(POLICY, SMALL, { ...withSilhouettes, synthetic: true }).plan.masks).toBe('synthetic');
  });
});
