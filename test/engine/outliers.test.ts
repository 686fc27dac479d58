import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { expandLevels, type LevelField } from '../../src/engine/levels.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork } from '../../src/engine/place-network.js';
import { drawOutliers, withOutlierLevel, withOutliers } from '../../src/engine/outliers.js';
import type { Accelerator, OutlierDraw } from '../../src/machine/accelerator.js';
import { isArrayLayer, type ArrayLayer } from '../../src/network/layer.js';
import { buildNetwork } from '../../src/network/spec.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { nothingToFind, type SchemePlan } from '../../src/scheme/scheme.js';
import type { ImageTrace, RegionMap } from '../../src/trace/trace.js';
import { bitwiseDram, machineOf } from '../oracle/machines.js';

const draw = (share: number, seed = 1): OutlierDraw => ({ share, bits: quantity<'bit'>(16), seed });

/** Two convolutions, the second in two groups, and a pool between them. */
const network = buildNetwork({
  name: 'small',
  description: 'two convolutions of many channels',
  input: [20, 7, 6],
  layers: [
    { name: 'a', kind: 'conv2d', filters: 36, kernel: 3, padding: 1, stride: [1, 2] },
    { name: 'pool', kind: 'pool', kernel: 2, stride: 1 },
    { name: 'b', kind: 'conv2d', filters: 4, kernel: [2, 1], groups: 2, dilation: 2 },
  ],
});

const image = (index: number): ImageTrace => ({ index, name: String(index), masks: new Map() });
const uniform4 = parseScheme('uniform:4').plan(network, undefined);

interface Machine {
  readonly outliers?: OutlierDraw;
  readonly unit?: string;
  readonly side?: number;
  readonly discipline?: string;
  readonly storage?: Accelerator['storage'];
}

/** Every layer as one tile, so that machines differ in nothing but their outliers. */
const wholeLayers = new Map(
  network.layers.filter(isArrayLayer).map((layer) => [
    layer.name,
    {
      order: ['windows', 'filters', 'channels'] as const,
      tiles: {
        batch: Infinity,
        rows: layer.output.height,
        cols: layer.output.width,
        groups: layer.groups,
        filters: layer.filters / layer.groups,
        channels: layer.input.channels / layer.groups,
      },
    },
  ]),
);

/** DRAM in bursts of one bit, so that traffic is exact. */
function count(machine: Machine, plan: SchemePlan = uniform4, images = 1) {
  const { outliers, unit = 'outlier(4,16)', side = 4, discipline = 'elastic(2)', storage = 'planes' } = machine;
  const plain = machineOf({
    rows: side,
    cols: side,
    unit,
    discipline,
    steps: 'channel-inner',
    order: 'raster',
    drain: 'overlapped',
    edge: 'clipped',
  });
  const array = { ...plain.array, ...(outliers !== undefined && { outliers }) };
  const mapping = { objective: 'dram', keep: false } as const;
  const accelerator = { ...plain, array, storage, mapping, dram: bitwiseDram };
  const placed = placeNetwork(plan, accelerator, images, { pinned: wholeLayers });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  const traces = Array.from({ length: images }, (_, i) => image(i));
  return countNetwork(placed.value, batchFields(plan, traces));
}

const cyclesOf = (machine: Machine): number =>
  count(machine).reduce((sum, { cycles: { fill, compute, sync, drain } }) => sum + fill + compute + sync + drain, 0);

/** The elements of every packet of 16 channels that a layer's windows meet, walked one by one. */
function* packets(layer: ArrayLayer, lanes: number): Generator<{ group: number; elements: number[] }> {
  const { input, output, kernel, stride, dilation, padding, groups } = layer;
  const channels = input.channels / groups;
  const inside = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
  for (let group = 0; group < groups; group++)
    for (let oy = 0; oy < output.height; oy++)
      for (let ox = 0; ox < output.width; ox++)
        for (let r = 0; r < kernel[0]; r++)
          for (let s = 0; s < kernel[1]; s++) {
            const y = inside(oy * stride[0] + r * dilation[0] - padding[0], input.height);
            const x = inside(ox * stride[1] + s * dilation[1] - padding[1], input.width);
            for (let from = 0; from < channels; from += lanes) {
              const elements: number[] = [];
              for (let c = from; c < Math.min(channels, from + lanes); c++)
                elements.push(((group * channels + c) * input.height + y) * input.width + x);
              yield { group, elements };
            }
          }
}

/** Array layers with their positions. */
const arrayLayers = [...network.layers.entries()].flatMap(([position, layer]) =>
  isArrayLayer(layer) ? [{ position, layer }] : [],
);

/** MACs by the name of what each element runs at. */
function walkMacs(layer: ArrayLayer, nameOf: (element: number) => string): Record<string, number> {
  const macs: Record<string, number> = {};
  for (const { elements } of packets(layer, 1))
    for (const element of elements) {
      const name = nameOf(element);
      macs[name] = (macs[name] ?? 0) + layer.filters / layer.groups;
    }
  return macs;
}

const numberOf = (drawn: Uint8Array): number => drawn.reduce((sum, one) => sum + one, 0);

describe('drawn outliers', () => {
  const shape = { channels: 64, height: 25, width: 20 };
  const elements = shape.channels * shape.height * shape.width;

  it.each([0.001, 0.01, 0.03, 0.2, 0.5, 0.97])('are a share of %s of all elements, as a binomial draw is', (share) => {
    for (const seed of [1, 2, 3, 4])
      for (const position of [0, 7]) {
        const found = numberOf(drawOutliers(draw(share, seed), position, shape));
        const deviation = Math.sqrt(elements * share * (1 - share));
        expect(Math.abs(found - elements * share)).toBeLessThan(4 * deviation);
      }
  });

  it('stand anywhere: no channel, row or column has more than its share', () => {
    const drawn = drawOutliers(draw(0.1), 3, shape);
    const area = shape.height * shape.width;
    const counts = (size: number, at: (i: number) => number): number[] => {
      const found = Array.from({ length: size }, () => 0);
      drawn.forEach((one, i) => (found[at(i)]! += one));
      return found;
    };
    const lines = [
      counts(shape.channels, (i) => Math.floor(i / area)),
      counts(shape.height, (i) => Math.floor((i % area) / shape.width)),
      counts(shape.width, (i) => i % shape.width),
    ];
    for (const line of lines) {
      const expected = (elements * 0.1) / line.length;
      for (const found of line) expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(expected * 0.9));
    }
  });

  it('are the same for the same seed and layer, and others for another', () => {
    const drawn = drawOutliers(draw(0.1, 5), 2, shape);
    expect(drawOutliers(draw(0.1, 5), 2, shape)).toEqual(drawn);
    // Two independent draws share about a tenth of a tenth.
    for (const other of [drawOutliers(draw(0.1, 6), 2, shape), drawOutliers(draw(0.1, 5), 3, shape)]) {
      const both = drawn.reduce((sum, one, i) => sum + one * other[i]!, 0);
      expect(Math.abs(both - elements * 0.01)).toBeLessThan(4 * Math.sqrt(elements * 0.01));
    }
  });

  it('stay where they are as the share grows', () => {
    const [few, many] = [drawOutliers(draw(0.05), 0, shape), drawOutliers(draw(0.2), 0, shape)];
    expect(few.every((one, i) => one <= many[i]!)).toBe(true);
  });
});

describe('levels with outliers on top', () => {
  const shape = { channels: 3, height: 5, width: 4 };
  const levels = [
    { activationBits: 2, weightBits: 6 },
    { activationBits: 4, weightBits: 3 },
  ];

  it('have one level more, with the widest weights', () => {
    expect(withOutlierLevel(levels, draw(0.1))).toEqual([...levels, { activationBits: 16, weightBits: 6 }]);
  });

  it.each([1, 3])('keep what %i channels of levels say elsewhere', (channels) => {
    const cells = channels * 3 * 2;
    const map = {
      channels,
      gridHeight: 3,
      gridWidth: 2,
      regionHeight: 2,
      regionWidth: 2,
      levels: Uint8Array.from({ length: cells }, (_, i) => (i * 5 + (i >> 1)) % 2),
    };
    const field = expandLevels(map, shape);
    const drawn = drawOutliers(draw(0.3), 0, shape);
    const both = withOutliers(drawn, 2, shape, field);
    expect(both.channels).toBe(3);
    expect(both.levels).toHaveLength(60);
    for (let i = 0; i < 60; i++) {
      const [c, y, x] = [Math.floor(i / 20), Math.floor((i % 20) / 4), i % 4];
      const own = map.levels[((channels === 1 ? 0 : c) * 3 + (y >> 1)) * 2 + (x >> 1)];
      expect(both.levels[i]).toBe(drawn[i] === 1 ? 2 : own);
    }
    // The mask is per element, and the field's own levels are as they were.
    expect(expandLevels(both.map, shape).levels).toEqual(both.levels);
    expect(field).toEqual(expandLevels(map, shape));
  });

  it('are level 0 elsewhere where the layer has no levels', () => {
    const drawn = drawOutliers(draw(0.3), 0, shape);
    expect(withOutliers(drawn, 1, shape, undefined).levels).toEqual(drawn);
  });
});

describe('a machine that draws outliers', () => {
  const outliers = draw(0.1, 3);

  it('runs uniform:4 at 4x4 and 16x4, in exactly the drawn proportion', () => {
    const counts = count({ outliers });
    for (const { position, layer } of arrayLayers) {
      const drawn = drawOutliers(outliers, position, layer.input);
      const walked = walkMacs(layer, (element) => (drawn[element] === 1 ? '16x4' : '4x4'));
      expect(Object.keys(walked).sort()).toEqual(['16x4', '4x4']);
      expect(counts[position]!.macsByBits).toEqual(walked);
    }
  });

  it('has the same outliers in every image of a batch', () => {
    const [one, two] = [count({ outliers }), count({ outliers }, uniform4, 2)];
    for (const { position } of arrayLayers)
      for (const name of ['4x4', '16x4'])
        expect(two[position]!.macsByBits[name]).toBe(2 * one[position]!.macsByBits[name]!);
  });

  it('takes max(1, outliers) cycles for every packet of 16 channels', () => {
    const counts = count({ outliers, side: 1, discipline: 'decoupled' });
    for (const { position, layer } of arrayLayers) {
      const drawn = drawOutliers(outliers, position, layer.input);
      let services = 0;
      for (const { elements } of packets(layer, 16))
        services += Math.max(
          1,
          elements.reduce((sum, element) => sum + drawn[element]!, 0),
        );
      expect(counts[position]!.cycles.compute).toBe((services * layer.filters) / layer.groups);
    }
  });

  it.each(['decoupled', 'elastic(2)', 'global', 'lockstep(2)'])(
    'takes no fewer cycles with more of them in %s, between those of all ordinary and of all outliers',
    (discipline) => {
      const none = cyclesOf({ discipline });
      const all = cyclesOf({ discipline, outliers: draw(1) });
      const between = [0.02, 0.1, 0.3, 0.6, 0.95].map((share) => cyclesOf({ discipline, outliers: draw(share) }));
      const growing = [none, ...between, all];
      expect([...growing].sort((a, b) => a - b)).toEqual(growing);
      expect(none).toBeLessThan(between[1]!);
      expect(between[3]).toBeLessThan(all);
      expect(cyclesOf({ discipline, outliers: draw(0) })).toBe(none);
    },
  );

  it('costs nothing more on a unit whose cycles do not depend on them but the bits', () => {
    expect(cyclesOf({ outliers, unit: 'weight-serial(16)' })).toBe(cyclesOf({ unit: 'weight-serial(16)' }));
  });

  it('stores outliers at their bits, and moves one mask bit for every element', () => {
    const [plain, drawing] = [count({}), count({ outliers })];
    const [, { position, layer }] = arrayLayers as [unknown, (typeof arrayLayers)[number]];
    const drawn = drawOutliers(outliers, position, layer.input);
    // The pool's output is what the second convolution reads.
    expect(drawing[position - 1]!.dramBits.ofmap).toBe(4 * drawn.length + 12 * numberOf(drawn));
    expect(plain[position - 1]!.dramBits.ofmap).toBe(4 * drawn.length);
    for (const one of arrayLayers) {
      const elements = drawOutliers(outliers, one.position, one.layer.input).length;
      expect(plain[one.position]!.dramBits.maskWrite).toBe(0);
      expect(drawing[one.position]!.dramBits.maskWrite).toBe(elements);
    }
  });

  it('stores everything at the outliers’ bits in dense storage, where it is written and where it is read', () => {
    const dense = count({ outliers, storage: 'dense' });
    const [, { position, layer }] = arrayLayers as [unknown, (typeof arrayLayers)[number]];
    const elements = drawOutliers(outliers, position, layer.input).length;
    expect(dense[position - 1]!.dramBits.ofmap).toBe(16 * elements);
    expect(dense[position]!.dramBits.ifmap).toBe(16 * elements);
  });

  it('keeps the levels of a scheme elsewhere', () => {
    const bits = (activationBits: number, weightBits: number) => ({ activationBits, weightBits });
    const levels = [bits(2, 3), bits(4, 4)];
    const map = ({ channels, height, width }: ArrayLayer['input'], shared: boolean): RegionMap => {
      const planes = shared ? 1 : channels;
      const cells = Uint8Array.from({ length: planes * height * width }, (_, i) => (i % 7 < 3 ? 1 : 0));
      return { channels: planes, gridHeight: height, gridWidth: width, regionHeight: 1, regionWidth: 1, levels: cells };
    };
    const layer = { levels, mask: 'per-channel' as const, finding: { ...nothingToFind, maskWriteBits: 11 } };
    const fields = network.layers.map((one, i) => (isArrayLayer(one) ? map(one.input, i === 0) : undefined));
    const plan: SchemePlan = {
      ...uniform4,
      layers: network.layers.map((one) => (isArrayLayer(one) ? layer : uniform4.layers[0]!)),
      maps: () => fields,
    };
    const counts = count({ outliers }, plan);
    for (const { position, layer: one } of arrayLayers) {
      const drawn = drawOutliers(outliers, position, one.input);
      const own: LevelField = expandLevels(fields[position]!, one.input);
      const walked = walkMacs(one, (element) => {
        if (drawn[element] === 1) return '16x4';
        return own.levels[element % own.levels.length] === 1 ? '4x4' : '2x3';
      });
      expect(Object.keys(walked).sort()).toEqual(['16x4', '2x3', '4x4']);
      expect(counts[position]!.macsByBits).toEqual(walked);
      // Three levels in all: two bits for every element.
      expect(counts[position]!.dramBits.maskWrite).toBe(11 + 2 * drawn.length);
    }
  });
});
