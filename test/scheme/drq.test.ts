import { describe, expect, it } from 'vitest';
import { nothingToFind } from '../../src/scheme/scheme.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { regionSizeName, type RegionMap, type RegionSums } from '../../src/trace/trace.js';
import { problemsOf } from '../network/problems-of.js';
import { imageTrace, maskArray, network, planned, SMALL, square, traceInfo, TWO_BY_THREE } from './traces.js';

const both = [maskArray('a', TWO_BY_THREE), maskArray('b', TWO_BY_THREE)];
const recorded = traceInfo({ masks: both, network: 'small' });

describe('a drq spec', () => {
  it.each([
    'drq',
    'drq:4x8',
    'drq:4x8,high=8,low=4',
    'drq:high=6',
    'drq:low=8',
    'drq:1x1,first=masked',
    'drq:4x8,gate=0.06',
    'drq:threshold=20',
  ])('reads %s', (spec) => {
    expect(parseScheme(spec).spec).toBe(spec);
  });

  it.each([
    ['drq:4', 'not a region size', '4'],
    ['drq:4x', 'not a region size', '4x'],
    ['drq:0x8', 'not a region size', '0x8'],
    ['drq:4x8x2', 'not a region size', '4x8x2'],
    ['drq:4X8', 'not a region size', '4X8'],
    ['drq:4x8,2x2', 'not a region size', '4x8,2x2'],
    ['drq:high=17', 'high is not a bit-width', '17'],
    ['drq:low=', 'low is not a bit-width', ''],
    ['drq:low=0', 'low is not a bit-width', '0'],
    ['drq:high=1e1', 'high is not a bit-width', '1e1'],
    ['drq:high=4,low=8', 'the insensitive bits exceed the sensitive ones', 'low=8, high=4'],
    ['drq:high=3', 'the insensitive bits exceed the sensitive ones', 'low=4, high=3'],
    ['drq:gate=1.5', 'gate is out of range', '1.5'],
    ['drq:gate=-1', 'gate is out of range', '-1'],
    ['drq:threshold=256', 'threshold is out of range', '256'],
    ['drq:threshold=many', 'threshold is out of range', 'many'],
    ['drq:first=low', 'first says how the first layer runs', 'low'],
  ])('refuses %s', (spec, message, received) => {
    expect(problemsOf(() => parseScheme(spec))[0]).toMatchObject({ where: `scheme ${spec}`, message, received });
  });

  it('says which options there are', () => {
    expect(problemsOf(() => parseScheme('drq:4x8,mid=6'))[0]).toMatchObject({
      message: 'unknown option mid',
      expected: 'high=…, low=…, first=…, threshold=…, gate=…',
    });
  });
});

describe('a layer under drq', () => {
  it('computes sensitive regions in INT8, the rest in INT4', () => {
    const { layers } = planned('drq', SMALL, recorded);
    for (const name of ['a', 'b'])
      expect(layers.get(name)!.plan).toMatchObject({ levels: [square(4), square(8)], mask: 'per-channel' });
  });

  it('runs at the high bits where it comes first or is linear', () => {
    const { layers } = planned('drq:high=6,low=2', SMALL, recorded);
    for (const name of ['stem', 'fc'])
      expect(layers.get(name)!.plan).toEqual({ levels: [square(6)], mask: 'none', finding: nothingToFind });
    expect(layers.get('a')!.plan.levels).toEqual([square(2), square(6)]);
  });

  it('is exempt as the first one even if masks of it were recorded, unless asked for', () => {
    const trace = { ...recorded, masks: [maskArray('stem', TWO_BY_THREE), ...both] };
    expect(planned('drq', SMALL, trace).layers.get('stem')!.plan.mask).toBe('none');
    expect(planned('drq:first=masked', SMALL, trace).layers.get('stem')!.plan.mask).toBe('per-channel');
    expect(problemsOf(() => planned('drq:first=masked', SMALL, recorded)).map(({ where }) => where)).toEqual([
      'trace.npz: regions/2x3/stem',
    ]);
  });

  it('costs one add per activation, and one compare and one mask bit per region', () => {
    const { layers } = planned('drq', SMALL, recorded);
    expect(layers.get('a')!.plan.finding).toEqual({
      predictorAdds: 4 * 8 * 6,
      predictorCompares: 4 * 4 * 2,
      maskWriteBits: 4 * 4 * 2,
      silhouetteReadBits: 0,
      resizePixels: 0,
    });
    // Regions that the edge cuts count whole.
    expect(layers.get('b')!.plan.finding).toMatchObject({
      predictorAdds: 5 * 4 * 4,
      maskWriteBits: 5 * 2 * 2,
    });
  });

  it('leaves the network as it is, and knows no mask ahead', () => {
    const { plan } = planned('drq', SMALL, recorded);
    expect(plan.network).toBe(SMALL);
    expect(plan.knownAhead).toBe(false);
  });
});

describe('the masks of a trace', () => {
  it('are all listed where they are missing', () => {
    const problems = problemsOf(() => planned('drq', network('resnet18'), traceInfo({ masks: both })));
    expect(problems).toHaveLength(19);
    expect(problems[0]).toEqual({
      where: 'trace.npz: regions/2x3/layer1.0.conv1',
      message: 'scheme drq needs this array, which is missing',
    });
  });

  it('are listed with what is missing where their shape is wrong', () => {
    const wrong = [maskArray('a', TWO_BY_THREE, { gridWidth: 3 })];
    expect(problemsOf(() => planned('drq', SMALL, traceInfo({ masks: wrong })))).toMatchObject([
      {
        where: 'trace.npz: regions/2x3/a',
        expected: '[images, 4, 4, 2]',
        received: '[images, 4, 4, 3]',
      },
      { where: 'trace.npz: regions/2x3/b' },
    ]);
    for (const parts of [{ channels: 3 }, { gridHeight: 5 }])
      expect(
        problemsOf(() =>
          planned('drq', SMALL, { ...recorded, masks: [maskArray('a', TWO_BY_THREE, parts), both[1]!] }),
        ),
      ).toHaveLength(1);
  });

  it('belong to the network that they were recorded on', () => {
    const [problem] = problemsOf(() => planned('drq', SMALL, { ...recorded, network: 'resnet18' }));
    expect(problem).toMatchObject({ where: 'trace.npz', expected: 'masks of small', received: 'masks of resnet18' });
  });

  it('are of a recorded region size; `drq` takes the first', () => {
    const four = { rows: 4, cols: 8 };
    const masks = [...both, maskArray('a', four), maskArray('b', four)];
    const regions = (spec: string) =>
      planned(spec, SMALL, { ...recorded, masks }).layers.get('a')!.plan.finding.maskWriteBits;
    expect(regions('drq')).toBe(4 * 4 * 2);
    expect(regions('drq:2x3')).toBe(4 * 4 * 2);
    expect(regions('drq:4x8')).toBe(4 * 2 * 1);
    expect(problemsOf(() => regions('drq:8x4'))[0]).toMatchObject({
      expected: '2x3 or 4x8',
      received: '8x4',
    });
  });

  it('have to be there, in a trace', () => {
    const [none] = problemsOf(() => planned('drq', SMALL, undefined));
    expect(none?.hint).toMatch('silhouette trace synth --network small');
    const [empty] = problemsOf(() => planned('drq', SMALL, traceInfo()));
    expect(empty).toMatchObject({ where: 'trace.npz', message: 'scheme drq needs masks, and the trace has none' });
  });

  it('are marked where they are synthetic', () => {
    expect(planned('drq', SMALL, recorded).plan.masks).toBe('recorded');
    expect(planned('drq', SMALL, { ...recorded, synthetic: true }).plan.masks).toBe('synthetic');
  });
});

describe('the masks of an image', () => {
  const map = (layer: string, fill: number): RegionMap => {
    const { channels, gridHeight, gridWidth } = maskArray(layer, TWO_BY_THREE);
    const levels = new Uint8Array(channels * gridHeight * gridWidth).fill(fill);
    return { channels, gridHeight, gridWidth, regionHeight: 2, regionWidth: 3, levels };
  };
  const { plan } = planned('drq', SMALL, recorded);
  const maps = (a: RegionMap | undefined, b: RegionMap) =>
    plan.maps(imageTrace({ masks: new Map([['2x3', new Map([...(a ? [['a', a] as const] : []), ['b', b]])]]) }));

  it('reach their layers as they were recorded', () => {
    const [a, b] = [map('a', 1), map('b', 0)];
    expect(maps(a, b)).toEqual([undefined, a, b, undefined]);
  });

  it('know two levels', () => {
    expect(problemsOf(() => maps(map('a', 1), map('b', 2)))[0]).toEqual({
      where: 'image cat: regions/2x3/b',
      message: 'scheme drq knows two levels',
      expected: '0 (insensitive) or 1 (sensitive)',
      received: '2',
    });
  });

  it('are an error where one is missing', () => {
    expect(problemsOf(() => maps(undefined, map('b', 0)))[0]).toMatchObject({
      where: 'image cat: regions/2x3/a',
      message: 'the mask is missing',
    });
  });
});

describe('masks that are cut from sums', () => {
  const sums = both;
  const trace = traceInfo({ sums, network: 'small' });
  const sumsOf = (layer: string, sum: (cell: number) => number): RegionSums => {
    const { channels, gridHeight, gridWidth } = maskArray(layer, TWO_BY_THREE);
    const cells = Uint16Array.from({ length: channels * gridHeight * gridWidth }, (_, cell) => sum(cell));
    return { channels, gridHeight, gridWidth, regionHeight: 2, regionWidth: 3, sums: cells };
  };
  const image = imageTrace({
    sums: new Map([
      [
        regionSizeName(TWO_BY_THREE),
        new Map([
          ['a', sumsOf('a', (cell) => 6 * cell)],
          ['b', sumsOf('b', () => 0)],
        ]),
      ],
    ]),
  });

  it('have a mean that reaches the threshold, or the gate times the largest of the layer', () => {
    const levels = (spec: string) => [...planned(spec, SMALL, trace).plan.maps(image)[1]!.levels];
    // Layer a has 32 regions of 2×3 pixels in maps of 8×6; their means are 0 … 31.
    expect(levels('drq:threshold=20')).toEqual(Array.from({ length: 32 }, (_, cell) => (cell >= 20 ? 1 : 0)));
    expect(levels('drq:2x3,gate=0.5')).toEqual(Array.from({ length: 32 }, (_, cell) => (cell >= 15.5 ? 1 : 0)));
    const coarse = planned('drq:4x6,threshold=20', SMALL, trace).plan.maps(image)[1]!;
    expect(coarse).toMatchObject({ channels: 4, gridHeight: 2, gridWidth: 1, regionHeight: 4, regionWidth: 6 });
    expect([...coarse.levels]).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect([...planned('drq:gate=0', SMALL, trace).plan.maps(image)[2]!.levels]).toEqual(new Array(20).fill(0));
  });

  it('cost what masks of their size cost', () => {
    const { layers } = planned('drq:4x6,gate=0.06', SMALL, trace);
    expect(layers.get('a')!.plan.finding).toMatchObject({ predictorAdds: 4 * 8 * 6, predictorCompares: 4 * 2 * 1 });
  });

  it('need sums of which their regions are multiples, on the network that they were recorded on', () => {
    expect(problemsOf(() => planned('drq:4x8,gate=0.06', SMALL, trace))[0]).toMatchObject({
      message: 'no regions were summed that these are multiples of',
      received: '4x8',
    });
    expect(problemsOf(() => planned('drq:gate=0.06', SMALL, recorded))[0]).toMatchObject({
      message: 'scheme drq:gate=0.06 cuts masks from region sums, and the trace has none',
    });
    expect(problemsOf(() => planned('drq', SMALL, trace))[0]?.hint).toBe(
      'or cut masks from the trace’s sums: drq:2x3,gate=0.06',
    );
    expect(problemsOf(() => planned('drq:gate=0.1', SMALL, { ...trace, network: 'vgg16' }))[0]?.expected).toBe(
      'masks of small',
    );
    expect(problemsOf(() => planned('drq:gate=0.1', SMALL, { ...trace, sums: [both[0]!] }))[0]?.where).toBe(
      'trace.npz: sums/2x3/b',
    );
    expect(problemsOf(() => parseScheme('drq:gate=0.1,threshold=3'))[0]?.message).toBe(
      'threshold and gate say the same',
    );
  });
});
