import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { totalDramBits } from '../../src/engine/counts.js';
import { tileDemand } from '../../src/engine/mapping/capacity.js';
import { noPrices } from '../../src/engine/mapping/request.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork, type PlacedNetwork } from '../../src/engine/place-network.js';
import { keepTensors, layerResidency, type Keepable } from '../../src/engine/residency.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { buildNetwork } from '../../src/network/spec.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { bitwiseDram, machineOf } from '../oracle/machines.js';

/** A chain of tensors of which each is read by the next layer, and some by later ones. */
const tensors: fc.Arbitrary<Keepable[]> = fc
  .array(fc.record({ bits: fc.integer({ min: 1, max: 9 }), skip: fc.nat(3) }), { minLength: 1, maxLength: 8 })
  .map((all) =>
    all.map(({ bits, skip }, i) => {
      const readers = [i + 1, i + 1 + skip].filter((reader) => reader < all.length);
      return { bits, readers: [...new Set(readers)] };
    }),
  );

describe('which tensors stay', () => {
  it('never takes more than there is, and moves fewer bits with every tensor that stays', () => {
    fc.assert(
      fc.property(tensors, fc.integer({ min: 1, max: 20 }), (all, capacity) => {
        /** Each layer loads what is not there and stores what is not only there; with less than two bits left it does not fit. */
        const cost = (position: number, residency: readonly number[]): number | undefined => {
          const state = layerResidency(all, residency, position);
          if (capacity - state.reservedBits < 2) return undefined;
          const loads = all.reduce((bits, { readers, bits: size }, maker) => {
            return bits + (readers.includes(position) && !state.inputKept(maker) ? size : 0);
          }, 0);
          return loads + (state.outputStored ? all[position]!.bits : 0);
        };
        const kept = keepTensors(all, capacity, cost);
        const total = (residency: readonly number[]): number =>
          all.reduce((bits, _, position) => bits + cost(position, residency)!, 0);
        const none = all.map(() => -1);
        if (capacity < 2) expect(kept).toEqual(none);
        else expect(total(kept)).toBeLessThanOrEqual(total(none));
        kept.forEach((until, maker) => {
          if (until >= 0) expect(all[maker]!.readers).toContain(until);
          expect(layerResidency(all, kept, maker).reservedBits).toBeLessThanOrEqual(Math.max(0, capacity - 2));
        });
      }),
    );
  });

  it('keeps a tensor until its last reader where that fits, else until an earlier one, and then stores it too', () => {
    // Layer 0 makes a tensor of 4 bits for layers 1 and 2; layer 1 makes one of 4 bits for layer 2.
    const all = [
      { bits: 4, readers: [1, 2] },
      { bits: 4, readers: [2] },
      { bits: 9, readers: [] },
    ];
    const free = (): number => 0;
    expect(keepTensors(all, 8, free)).toEqual([-1, -1, -1]);
    const moved = (position: number, residency: readonly number[]): number =>
      10 - residency.filter((until) => until >= position).length;
    expect(keepTensors(all, 8, moved)).toEqual([2, 2, -1]);
    expect(keepTensors(all, 4, moved)).toEqual([2, -1, -1]);
    const unfitAtTwo = (position: number, residency: readonly number[]): number | undefined =>
      position === 2 && residency[0] === 2 ? undefined : moved(position, residency);
    expect(keepTensors(all, 4, unfitAtTwo)[0]).toBe(1);
    expect(layerResidency(all, [1, -1, -1], 0)).toMatchObject({ outputKept: true, outputStored: true });
    expect(layerResidency(all, [2, -1, -1], 0)).toMatchObject({ outputKept: true, outputStored: false });
  });
});

const conv = (name: string, from: string) =>
  ({ name, kind: 'conv2d', from: [from], filters: 2, kernel: 3, padding: 1 }) as const;

/** A residual block: `a` is read by `b` and by the addition. */
const block = buildNetwork({
  name: 'block',
  description: 'a residual block',
  input: [2, 4, 4],
  layers: [conv('a', 'input'), conv('b', 'a'), { name: 'add', kind: 'add', from: ['a', 'b'] }, conv('c', 'add')],
});

function machine(ifmapBits: number, keep = true): Accelerator {
  const plain = machineOf({
    rows: 4,
    cols: 4,
    unit: 'fixed(8)',
    discipline: 'global',
    steps: 'channel-inner',
    order: 'raster',
    drain: 'overlapped',
    edge: 'full',
  });
  const ifmap = { ...plain.buffers.ifmap, capacity: quantity<'bit'>(ifmapBits), width: quantity<'bit'>(8) };
  return { ...plain, dram: bitwiseDram, mapping: { objective: 'dram', keep }, buffers: { ...plain.buffers, ifmap } };
}

const plan = parseScheme('uniform:8').plan(block, undefined);

function placed(accelerator: Accelerator): PlacedNetwork {
  const fit = placeNetwork(plan, accelerator, 1);
  if (!fit.fits) throw new Error(fit.unfit.reason);
  return fit.value;
}

function moved(accelerator: Accelerator) {
  return countNetwork(placed(accelerator), batchFields(plan, [])).map(({ dramBits, keptBits }) => {
    return { ifmap: dramBits.ifmap, ofmap: dramBits.ofmap, kept: keptBits };
  });
}

describe('a residual block', () => {
  const tensor = 2 * 16 * 8;
  const once = { read: 0, write: 0 };

  it('moves every tensor to and fro where nothing stays', () => {
    expect(moved(machine(2 ** 20, false))).toEqual([
      { ifmap: tensor, ofmap: tensor, kept: once },
      { ifmap: tensor, ofmap: tensor, kept: once },
      { ifmap: 2 * tensor, ofmap: tensor, kept: once },
      { ifmap: tensor, ofmap: tensor, kept: once },
    ]);
  });

  it('moves its input and its output alone where all stays', () => {
    expect(moved(machine(2 ** 20))).toEqual([
      { ifmap: tensor, ofmap: 0, kept: { read: 0, write: tensor } },
      { ifmap: 0, ofmap: 0, kept: { read: tensor, write: tensor } },
      { ifmap: 0, ofmap: 0, kept: { read: 2 * tensor, write: tensor } },
      { ifmap: 0, ofmap: tensor, kept: { read: tensor, write: 0 } },
    ]);
  });

  it('keeps what there is room for, and fetches the residual again where there is none', () => {
    // Room for one tensor and a little: `a` stays until the addition, or is gone.
    const some = moved(machine(tensor + 300));
    const total = (all: typeof some): number => all.reduce((bits, { ifmap, ofmap }) => bits + ifmap + ofmap, 0);
    expect(total(some)).toBeLessThan(total(moved(machine(2 ** 20, false))));
    expect(total(some)).toBeGreaterThan(total(moved(machine(2 ** 20))));
  });
});

describe('ResNet-18', () => {
  const network = builtinNetwork('resnet18')!;
  const own = parseScheme('uniform:8').plan(network, undefined);
  const count = (keep: boolean) => {
    const fit = placeNetwork(own, machine(256 * 8192, keep), 1);
    if (!fit.fits) throw new Error(fit.unfit.reason);
    return { placed: fit.value, counts: countNetwork(fit.value, batchFields(own, [])) };
  };

  it('moves fewer bits where tensors stay, and never has more on chip than there is', () => {
    const [kept, none] = [count(true), count(false)];
    const total = ({ counts }: typeof kept): number =>
      counts.reduce((bits, one) => bits + totalDramBits(one.dramBits), 0);
    expect(total(kept)).toBeLessThan(total(none));
    expect(kept.counts.some(({ keptBits }) => keptBits.read > 0)).toBe(true);
    for (const layer of kept.placed.layers) {
      if (layer.kind !== 'array') continue;
      const { mapped } = layer;
      const request = {
        ...mapped,
        batch: 1,
        mask: 'none',
        reservedBits: 0,
        outputKept: mapped.outputKept && !mapped.outputStored,
        objective: 'dram',
        prices: noPrices,
      } as const;
      const { ifmap } = tileDemand(request, mapped.mapping.choice.tiles);
      expect(2 * ifmap).toBeLessThanOrEqual(256 * 8192);
    }
  });
});
