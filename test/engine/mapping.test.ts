import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import type { Unfit } from '../../src/core/unfit.js';
import { mapLayer, type Mapping } from '../../src/engine/mapping.js';
import { bufferNames, type Accelerator, type BufferName } from '../../src/machine/accelerator.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { isArrayLayer, type ArrayLayer } from '../../src/network/layer.js';
import { machineOf } from '../oracle/machines.js';
import { randomArray, randomLayer } from '../oracle/random-layers.js';

type Capacities = Readonly<Record<BufferName, number>>;

const low = { activationBits: 3, weightBits: 2 };
const high = { activationBits: 6, weightBits: 7 };
const levels = [low, high];

const drqArray = {
  rows: 32,
  cols: 32,
  unit: 'temporal(4)',
  discipline: 'elastic(4)',
  steps: 'channel-inner',
  order: 'raster',
  drain: 'overlapped',
  edge: 'full',
} as const;

function withBuffers(accelerator: Accelerator, bits: Capacities): Accelerator {
  const buffer = (name: BufferName) => ({ ...accelerator.buffers[name], capacity: quantity<'bit'>(bits[name]) });
  return { ...accelerator, buffers: { ifmap: buffer('ifmap'), weight: buffer('weight'), ofmap: buffer('ofmap') } };
}

function mapped(layer: ArrayLayer, accelerator: Accelerator, batch = 1): Mapping {
  const mapping = mapLayer(layer, accelerator, levels, batch);
  if (!mapping.fits) throw new Error(mapping.unfit.reason);
  return mapping.value;
}

const capacity = fc.integer({ min: 1, max: 4000 });
const capacities: fc.Arbitrary<Capacities> = fc.record({ ifmap: capacity, weight: capacity, ofmap: capacity });

const randomPlace = fc
  .tuple(randomLayer, randomArray, capacities, fc.integer({ min: 1, max: 3 }))
  .map(([layer, array, bits, batch]) => ({ layer, machine: withBuffers(machineOf(array), bits), bits, batch }));

const runs = { numRuns: 4000 };

/** Calls `claim` with the mappings of random layers that fit. */
function check(
  claim: (
    mapping: Mapping,
    place: { layer: ArrayLayer; machine: Accelerator; bits: Capacities; batch: number },
  ) => void,
): void {
  fc.assert(
    fc.property(randomPlace, (place) => {
      const mapping = mapLayer(place.layer, place.machine, levels, place.batch);
      fc.pre(mapping.fits);
      claim(mapping.value, place);
    }),
    runs,
  );
}

/** Every index of consecutive ranges, in order. */
const indices = (tiles: readonly { from: number; to: number }[]): number[] =>
  tiles.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the tiles of a mapping', () => {
  it('cover every window of the batch and every filter of a group exactly once, in order', () => {
    check(({ windowTiles, filterTiles }, { layer, batch }) => {
      expect(indices(windowTiles)).toEqual(upTo(layer.output.height * layer.output.width * batch));
      expect(indices(filterTiles)).toEqual(upTo(layer.filters / layer.groups));
    });
  });

  it('cut filters into folds of whole array columns and what remains, or stream them all', () => {
    check(({ filterTiles }, { machine }) => {
      for (const { from, to, foldWidths } of filterTiles) {
        const { cols, dataflow } = machine.array;
        expect(foldWidths.reduce((sum, width) => sum + width, 0)).toBe(to - from);
        if (dataflow.filters === 'time') {
          expect(foldWidths).toHaveLength(1);
          continue;
        }
        expect(foldWidths.slice(0, -1).every((width) => width === cols)).toBe(true);
        expect(foldWidths.at(-1)).toBeLessThanOrEqual(cols);
      }
    });
  });

  it('fit half of each buffer at the widest bits, the mask and the index of a sorted order included', () => {
    check(({ windowTiles, filterTiles }, { layer, machine, bits }) => {
      const channels = layer.input.channels / layer.groups;
      const kernel = layer.kernel[0] * layer.kernel[1] * channels;
      for (const { from, to, spans } of windowTiles) {
        let inputs = 0;
        for (const span of spans) span.low.forEach((first, i) => (inputs += channels * (span.high[i]! - first + 1)));
        const index = machine.array.order.gathers ? (to - from) * Math.ceil(Math.log2(to - from)) : 0;
        expect(inputs * (high.activationBits + 1) + index).toBeLessThanOrEqual(bits.ifmap / 2);
        for (const filters of filterTiles)
          expect((to - from) * (filters.to - filters.from) * high.activationBits).toBeLessThanOrEqual(bits.ofmap / 2);
      }
      for (const { from, to } of filterTiles)
        expect((to - from) * kernel * high.weightBits).toBeLessThanOrEqual(bits.weight / 2);
    });
  });

  it('are one where everything fits', () => {
    fc.assert(
      fc.property(randomLayer, randomArray, (layer, array) => {
        const { windowTiles, filterTiles } = mapped(layer, machineOf(array), 3);
        expect([windowTiles.length, filterTiles.length]).toEqual([1, 1]);
      }),
    );
  });

  it('are whole folds while they hold more than one, so that tiling leaves no rows or columns idle', () => {
    check(({ windowTiles, filterTiles }, { machine: { array } }) => {
      const sides = { rows: array.rows, cols: array.cols, time: 1 };
      const windows = windowTiles[0]!.to;
      const filters = filterTiles[0]!.to;
      if (windowTiles.length > 1 && windows > sides[array.dataflow.windows])
        expect(windows % sides[array.dataflow.windows]).toBe(0);
      if (filterTiles.length > 1 && filters > sides[array.dataflow.filters])
        expect(filters % sides[array.dataflow.filters]).toBe(0);
    });
  });
});

describe('a layer that does not fit', () => {
  /** Bits of one window's inputs, one filter's weights and one output of VGG's second layer. */
  const layer = builtinNetwork('vgg16')!.layers.filter(isArrayLayer)[1]!;
  const least: Capacities = { ifmap: 9 * 64 * (6 + 1), weight: 9 * 64 * 7, ofmap: 6 };
  const twice: Capacities = { ifmap: 2 * least.ifmap, weight: 2 * least.weight, ofmap: 2 * least.ofmap };
  const machine = machineOf(drqArray);

  const unfit = (bits: Capacities, of = layer): Unfit | undefined => {
    const mapping = mapLayer(of, withBuffers(machine, bits), levels, 1);
    return mapping.fits ? undefined : mapping.unfit;
  };

  it.each(bufferNames)('says that buffers.%s is too small, what it takes and what there is', (name) => {
    const short = { ...twice, [name]: twice[name] - 1 };
    expect(unfit(short)).toMatchObject({ demand: least[name], bound: least[name] - 1, unit: 'bit' });
    expect(unfit(short)?.reason).toMatch(
      new RegExp(`^layer features\\.2: .* at 6x7 bits .* half of buffers\\.${name}$`),
    );
  });

  it('fits once each capacity is what the first lever says', () => {
    const deep = builtinNetwork('vgg16')!.layers.filter(isArrayLayer).slice(-6);
    expect(deep).toHaveLength(6);
    for (const own of deep) {
      let bits: Capacities = { ifmap: 1, weight: 1, ofmap: 1 };
      for (const name of bufferNames) {
        const lever = unfit(bits, own)?.levers[0] ?? '';
        const kibibytes = /^--set buffers\.(\w+)\.capacity='(\d+) KiB'$/.exec(lever);
        expect(kibibytes?.[1]).toBe(name);
        bits = { ...bits, [name]: Number(kibibytes![2]) * 8192 };
      }
      expect(unfit(bits, own)).toBeUndefined();
    }
  });

  it('is told for buffers of one bit, for every layer of every kind, at once', () => {
    for (const name of ['vgg16', 'mobilenetv2', 'inceptionv3'])
      for (const own of builtinNetwork(name)!.layers.filter(isArrayLayer))
        expect(unfit({ ifmap: 1, weight: 1, ofmap: 1 }, own)?.bound).toBe(0);
  });

  it('fits to the bit: then a tile is one window and one filter, and there are as many as outputs', () => {
    const output = { channels: 64, height: 8, width: 8 };
    const narrow: ArrayLayer = { ...layer, input: output, output };
    const { windowTiles, filterTiles } = mapped(narrow, withBuffers(machine, twice));
    expect([windowTiles.length, filterTiles.length]).toEqual([8 * 8, 64]);
  });

  it('is refused where it fits only in more tiles than are worth simulating', () => {
    expect(unfit(twice)).toMatchObject({ demand: 224 * 224 * 64, bound: 2 ** 20, unit: 'tiles' });
    expect(unfit(twice)?.levers.join()).toContain('buffers.ofmap.capacity');
  });
});

describe('a layer of more pixels than memory', () => {
  it('does not fit, before anything is walked', () => {
    const layer = builtinNetwork('vgg16')!.layers.filter(isArrayLayer)[1]!;
    const side = 2 ** 15;
    const huge = {
      ...layer,
      input: { ...layer.input, height: side, width: side },
      output: { ...layer.output, height: side, width: side },
    };
    const mapping = mapLayer(huge, machineOf(drqArray), levels, 1);
    expect(mapping).toMatchObject({ fits: false, unfit: { demand: 2 ** 30, bound: 2 ** 28, unit: 'pixels' } });
  });
});
