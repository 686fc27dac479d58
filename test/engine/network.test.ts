import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork, type PlacedNetwork } from '../../src/engine/place-network.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import type { LayerSpec } from '../../src/network/layer-spec.js';
import { buildNetwork } from '../../src/network/spec.js';
import { nothingToFind, type LayerPlan, type SchemePlan } from '../../src/scheme/scheme.js';
import type { ImageTrace, RegionMap } from '../../src/trace/trace.js';
import { bitwiseDram, machineOf } from '../oracle/machines.js';

const conv = (name: string, from: string): LayerSpec => {
  return { name, kind: 'conv2d', from: [from], filters: 2, kernel: 3, padding: 1 };
};

/** `a` is read by `b` and by the addition, `b` by the addition only, the addition by `c`, and `c` by nobody. */
const network = buildNetwork({
  name: 'diamond',
  description: 'a residual block',
  input: [2, 4, 4],
  layers: [conv('a', 'input'), conv('b', 'a'), { name: 'add', kind: 'add', from: ['a', 'b'] }, conv('c', 'add')],
});

const bits = (width: number) => ({ activationBits: width, weightBits: width });
const uniform = (width: number): LayerPlan => ({ levels: [bits(width)], mask: 'none', finding: nothingToFind });

const finding = { predictorAdds: 32, predictorCompares: 16, resizePixels: 3, maskWriteBits: 5, silhouetteReadBits: 0 };

/** `a` at 8 bits, `b` at 2 or 6, the addition at 4, `c` at 1 or 7 by channel. */
const layers: readonly LayerPlan[] = [
  uniform(8),
  { levels: [bits(2), bits(6)], mask: 'shared', finding },
  uniform(4),
  { levels: [bits(1), bits(7)], mask: 'per-channel', finding: nothingToFind },
];

/** A map whose first `highs` cells are of level 1. */
function map(channels: number, highs: number): RegionMap {
  const levels = new Uint8Array(16 * channels).fill(1, 0, highs);
  return { channels, gridHeight: 4, gridWidth: 4, regionHeight: 1, regionWidth: 1, levels };
}

const image = (index: number): ImageTrace => ({ index, name: String(index), masks: new Map() });

/** Image i wants 6 bits of `b` in 3 + i pixels of 16, and 7 bits of `c` in 20 of 32 elements. */
function planOf(parts: Partial<SchemePlan> = {}): SchemePlan {
  return {
    network,
    layers,
    masks: 'recorded',
    knownAhead: true,
    assumptions: [],
    maps: ({ index }) => [undefined, map(1, 3 + index), undefined, map(2, 20)],
    ...parts,
  };
}

/** DRAM in bursts of one bit, so that traffic is exact. */
function machine(parts: Partial<Accelerator> = {}, order: 'raster' | 'sorted' = 'raster', unit = 'fixed(8)') {
  const plain = machineOf({
    rows: 4,
    cols: 4,
    unit,
    discipline: 'elastic(2)',
    steps: 'channel-inner',
    order,
    drain: 'overlapped',
    edge: 'full',
  });
  const mapping = { objective: 'dram', keep: false } as const;
  return { ...plain, mapping, dram: bitwiseDram, ...parts };
}

function placed(accelerator: Accelerator, batch = 1, plan = planOf()): PlacedNetwork {
  const fit = placeNetwork(plan, accelerator, batch);
  if (!fit.fits) throw new Error(fit.unfit.reason);
  return fit.value;
}

function count(accelerator: Accelerator, images: readonly ImageTrace[]) {
  const network = placed(accelerator, images.length);
  return countNetwork(network, batchFields(network.plan, images));
}

const storedBits = (accelerator: Accelerator, images = [image(0)]): number[] =>
  count(accelerator, images).map(({ dramBits }) => dramBits.ofmap);

describe('the output of a layer', () => {
  it('is stored at what its widest reader wants, element by element', () => {
    expect(storedBits(machine())).toEqual([
      // `b` wants 6 bits in 3 pixels of both channels and 2 elsewhere, the addition 4 everywhere.
      2 * (3 * 6 + 13 * 4),
      // Only the addition reads `b`.
      2 * 16 * 4,
      // `c` wants 7 bits of 20 elements and 1 of 12.
      20 * 7 + 12 * 1,
      // Nobody reads `c`: the widest of the scheme.
      2 * 16 * 8,
    ]);
  });

  it('is stored at the widest bits of the scheme in dense storage', () => {
    expect(storedBits(machine({ storage: 'dense' }))).toEqual([256, 256, 256, 256]);
  });

  it('is stored for each image of a batch by its own map', () => {
    const pair = [image(0), image(4)];
    const each = pair.map((one) => storedBits(machine(), [one]));
    expect(each[0]![0]).not.toBe(each[1]![0]);
    expect(storedBits(machine(), pair)).toEqual(each[0]!.map((stored, i) => stored + each[1]![i]!));
  });
});

describe('the fields of a batch', () => {
  it('are one object for all layers of an image that share a map, so that what is found out about it is found once', () => {
    const shared = map(1, 3);
    const own = (index: number): RegionMap => map(2, index);
    const plan = planOf({ maps: ({ index }) => [shared, shared, undefined, own(index)] });
    const masked = { ...plan, layers: plan.layers.map((layer, i) => (i === 0 ? { ...layers[1]! } : layer)) };
    const [first, second, addition, last] = batchFields(masked, [image(0), image(1)]);
    expect(first![0]).toBe(second![0]);
    expect(first![0]!.map).toBe(shared);
    expect(addition).toBeUndefined();
    expect(last![0]).not.toBe(last![1]);
  });
});

describe('a batch', () => {
  it('finds the regions of every image, and loads the weights once', () => {
    const [one, two] = [count(machine(), [image(0)])[1]!, count(machine(), [image(0), image(1)])[1]!];
    expect(one.operations).toMatchObject({ vector: 0, predictorAdds: 32, predictorCompares: 16, resizePixels: 3 });
    expect(two.operations).toMatchObject({ vector: 0, predictorAdds: 64, predictorCompares: 32, resizePixels: 6 });
    expect([one.dramBits.maskWrite, two.dramBits.maskWrite]).toEqual([5, 10]);
    // Its own map, and that of `c`'s readers: nobody.
    expect([one.dramBits.maskRead, two.dramBits.maskRead]).toEqual([16, 32]);
    expect(two.dramBits.weight).toBe(one.dramBits.weight);
  });
});

describe('an order by levels that are found in the input itself', () => {
  // Half of the ifmap buffer holds two input rows of `b` at 6 bits with mask and index bits, not the whole input.
  const narrow = { capacity: quantity<'bit'>(520), width: quantity<'bit'>(8) };
  const small = { ...machine().buffers, ifmap: { ...machine().buffers.ifmap, ...narrow } };
  const ifmapBits = (accelerator: Accelerator, knownAhead: boolean): number =>
    countNetwork(placed(accelerator, 1, planOf({ knownAhead })), batchFields(planOf(), [image(0)]))[1]!.dramBits.ifmap;

  it('reads an input twice that does not fit on chip: to find its levels, and to compute', () => {
    const input = 2 * (3 * 6 + 13 * 2);
    const extra = (buffers: Accelerator['buffers'], order: 'raster' | 'sorted'): number =>
      ifmapBits(machine({ buffers }, order), false) - ifmapBits(machine({ buffers }, order), true);
    expect(extra(small, 'sorted')).toBe(input);
    expect(extra(small, 'raster')).toBe(0);
    expect(extra(machine().buffers, 'sorted')).toBe(0);
  });
});

describe('a network that does not fit', () => {
  const unfit = (accelerator: Accelerator, plan = planOf()) => {
    const fit = placeNetwork(plan, accelerator, 1);
    return fit.fits ? undefined : fit.unfit;
  };

  it('asks for bits that the unit does not have', () => {
    expect(unfit(machine({}, 'raster', 'fixed(7)'))).toMatchObject({ demand: 8, bound: 7, unit: 'bit' });
    expect(unfit(machine({}, 'raster', 'fixed(8)'))).toBeUndefined();
  });

  it('names the layer and the buffer that is too small', () => {
    const buffers = { ...machine().buffers, weight: { ...machine().buffers.weight, capacity: quantity<'bit'>(140) } };
    // One channel of a filter, 9 weights, takes 72 bits at 8 bits, 54 at 6.
    expect(unfit(machine({ buffers }))).toMatchObject({ demand: 72, bound: 70 });
    expect(unfit(machine({ buffers }))?.reason).toMatch('layer a: ');
  });
});
