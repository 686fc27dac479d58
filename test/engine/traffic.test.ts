import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { totalCycles, type LayerCounts } from '../../src/engine/counts.js';
import { countArrayLayer, placeLayer, type MappedLayer } from '../../src/engine/layer.js';
import { expandLevels } from '../../src/engine/levels.js';
import { bitsBetween, bitSums, widestBits, type ElementBits } from '../../src/engine/traffic.js';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { macs } from '../../src/network/layer.js';
import { machineOf } from '../oracle/machines.js';
import { randomArray, randomReferenceLayer } from '../oracle/random-layers.js';
import { compulsoryBits, walkTraffic, type WalkedLayer } from '../oracle/traffic-walk.js';

interface Memory {
  readonly ifmap: number;
  readonly weight: number;
  readonly ofmap: number;
  readonly bandwidth: number;
  readonly latency: number;
}

/** A machine with buffers of these bits. */
function machine(array: ReferenceArray, memory: Memory, { storage, burstBits }: WalkedLayer): Accelerator {
  const base = machineOf(array);
  const buffer = (bits: number) => ({ ...base.buffers.ifmap, capacity: quantity<'bit'>(bits) });
  return {
    ...base,
    storage,
    buffers: { ifmap: buffer(memory.ifmap), weight: buffer(memory.weight), ofmap: buffer(memory.ofmap) },
    dram: {
      ...base.dram,
      burst: quantity<'bit'>(burstBits),
      bandwidth: quantity<'bit/s'>(memory.bandwidth),
      latency: quantity<'ns'>(memory.latency),
    },
  };
}

/** Puts a layer on a machine whose buffers are doubled one by one until the layer fits, so that they stay tight. */
function place(walked: WalkedLayer, array: ReferenceArray, memory: Memory): MappedLayer {
  const placed = placeLayer(walked.layer, machine(array, memory, walked), walked.levels, walked.maps.length);
  if (placed.fits) return placed.value;
  const short = (['ifmap', 'weight', 'ofmap'] as const).find((name) => placed.unfit.reason.includes(`buffers.${name}`));
  if (short === undefined) throw new Error(placed.unfit.reason);
  return place(walked, array, { ...memory, [short]: 2 * memory[short] });
}

const fewBits = fc.integer({ min: 3, max: 12 }).map((log) => 2 ** log);

const randomMemory: fc.Arbitrary<Memory> = fc.record({
  ifmap: fewBits,
  weight: fewBits,
  ofmap: fewBits,
  bandwidth: fc.constantFrom(1e9, 64e9, Infinity),
  latency: fc.constantFrom(0, 30),
});

/** A random layer for one to three images, whose maps and output bits differ. */
const randomBatch: fc.Arbitrary<WalkedLayer & { readonly output: readonly ElementBits[] }> = fc
  .record({
    input: randomReferenceLayer,
    batch: fc.integer({ min: 1, max: 3 }),
    storage: fc.constantFrom('planes' as const, 'dense' as const),
    burstBits: fc.constantFrom(1, 8, 64),
    outputs: fc.constantFrom('uniform', 'shared', 'per channel'),
  })
  .map(({ input: { layer, levels, map }, batch, storage, burstBits, outputs }) => {
    const maps = Array.from({ length: batch }, (_, image) => {
      const turned = map.levels.map((__, i, all) => all[(i + 5 * image) % all.length]!);
      return { ...map, levels: turned };
    });
    const area = layer.output.height * layer.output.width;
    const bitsOf = (image: number, filter: number, pixel: number): number => {
      if (outputs === 'uniform') return 7;
      return 1 + ((3 * image + pixel + (outputs === 'shared' ? 0 : 5 * filter)) % 8);
    };
    const output = maps.map((_, image): ElementBits => {
      if (outputs === 'uniform') return { uniform: true, bits: 7 };
      const channels = outputs === 'shared' ? 1 : layer.filters;
      const bits = Uint8Array.from({ length: channels * area }, (__, i) =>
        bitsOf(image, Math.floor(i / area), i % area),
      );
      return { uniform: false, channels, bits };
    });
    return { layer, levels, maps, storage, burstBits, outputBits: bitsOf, output };
  });

const randomCase = fc.tuple(randomBatch, randomArray, randomMemory).map(([walked, array, memory]) => {
  const mapped = place(walked, array, memory);
  const maskWriteBits = 13;
  const fields = walked.maps.map((map) => expandLevels(map, walked.layer.input));
  return {
    walked,
    array,
    mapped,
    counts: countArrayLayer(mapped, { fields, output: walked.output, maskWriteBits, silhouetteReadBits: 0 }),
  };
});

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

const runs = { numRuns: 1000 };

describe('DRAM traffic', () => {
  it('equals what walking tiles, windows and taps touches', () => {
    fc.assert(
      fc.property(randomCase, ({ walked, mapped, counts }) => {
        expect(counts.dramBits).toEqual({
          ...walkTraffic(walked, mapped.mapping),
          maskWrite: Math.ceil(13 / walked.burstBits) * walked.burstBits,
        });
      }),
      runs,
    );
  });

  it('never undercuts every touched pixel, every weight and every output once', () => {
    fc.assert(
      fc.property(randomCase, ({ walked, counts }) => {
        const least = compulsoryBits(walked);
        for (const operand of ['ifmap', 'weight', 'ofmap'] as const)
          expect(counts.dramBits[operand]).toBeGreaterThanOrEqual(least[operand]);
      }),
      runs,
    );
  });

  it('stores every output once, to the burst: whatever the mapping, nothing is read back', () => {
    fc.assert(
      fc.property(randomCase, ({ walked, counts }) => {
        const bits = compulsoryBits(walked).ofmap;
        expect(counts.sramBits.ofmapWrite).toBe(bits);
        if (walked.burstBits === 1) expect(counts.dramBits.ofmap).toBe(bits);
      }),
      runs,
    );
  });

  it('meets several tiles, and layers that are loaded more than once', () => {
    const cases = fc.sample(randomCase, { numRuns: 300, seed: 1 });
    const tiles = cases.map(({ mapped }) => [mapped.mapping.windowTiles.length, mapped.mapping.filterTiles.length]);
    expect(tiles.filter(([windows, filters]) => windows! > 2 && filters! > 1).length).toBeGreaterThan(30);
    const reloaded = cases.filter(({ walked, counts }) => counts.dramBits.weight >= 2 * compulsoryBits(walked).weight);
    expect(reloaded.length).toBeGreaterThan(30);
  });
});

describe('the counts of a layer', () => {
  const check = (claim: (counts: LayerCounts, walked: WalkedLayer, mapped: MappedLayer) => void): void => {
    fc.assert(
      fc.property(randomCase, ({ counts, walked, mapped }) => {
        claim(counts, walked, mapped);
      }),
      runs,
    );
  };

  it('hold each MAC of each image at exactly one precision', () => {
    check(({ macsByBits }, { layer, maps, levels }) => {
      expect(sum(macsByBits)).toBe(macs(layer) * maps.length);
      const names = levels.map(({ activationBits, weightBits }) => `${String(activationBits)}x${String(weightBits)}`);
      for (const name of Object.keys(macsByBits)) expect(names).toContain(name);
    });
  });

  it('put every PE in one state in every cycle', () => {
    check(({ cycles, peCycles }, _, { accelerator: { array } }) => {
      expect(sum(peCycles as unknown as Record<string, number>)).toBe(array.rows * array.cols * totalCycles(cycles));
      for (const count of [cycles, peCycles].flatMap((parts) => Object.values<number>({ ...parts })))
        expect(count).toBeGreaterThanOrEqual(0);
    });
  });

  it('keep the PEs busy for each MAC as long as its precision takes', () => {
    check(({ macsByBits, peCycles }, { levels }, { laws, accelerator: { array } }) => {
      // Packets of several channels, and the items of a reduce array, take their slowest member.
      if (array.unit.lanes > 1 || array.dataflow.sums === 'reduce') return;
      const service = new Map(
        levels.map((level, i) => [
          `${String(level.activationBits)}x${String(level.weightBits)}`,
          laws[i]!.work(1).cycles,
        ]),
      );
      const busy = Object.entries(macsByBits).reduce((total, [name, count]) => total + count * service.get(name)!, 0);
      expect(peCycles.busy).toBe(busy);
    });
  });

  it('never undercut the bound of a machine where nobody waits', () => {
    check(({ cycles, boundCycles, peCycles }, _, { accelerator: { array } }) => {
      expect(totalCycles(cycles)).toBeGreaterThanOrEqual(boundCycles);
      expect(boundCycles * array.rows * array.cols).toBeGreaterThanOrEqual(peCycles.busy);
    });
  });

  it('are those of the bound under decoupled with unlimited memory', () => {
    const free = { ifmap: 2 ** 30, weight: 2 ** 30, ofmap: 2 ** 30, bandwidth: Infinity, latency: 0 };
    fc.assert(
      fc.property(randomBatch, randomArray, (walked, array) => {
        const mapped = place(walked, { ...array, discipline: 'decoupled' }, free);
        const fields = walked.maps.map((map) => expandLevels(map, walked.layer.input));
        const counts = countArrayLayer(mapped, {
          fields,
          output: walked.output,
          maskWriteBits: 0,
          silhouetteReadBits: 0,
        });
        expect(totalCycles(counts.cycles)).toBe(counts.boundCycles);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the stored bits of a tensor', () => {
  const shape = { channels: 3, height: 2, width: 2 };
  const area = 4;
  const at = (source: ElementBits, c: number, pixel: number): number =>
    source.uniform ? source.bits : source.bits[(source.channels === 1 ? 0 : c) * area + pixel]!;
  const plane = (channels: number) =>
    fc.uint8Array({ minLength: channels * area, maxLength: channels * area, min: 1, max: 16 });
  const stored: fc.Arbitrary<ElementBits> = fc.oneof(
    fc.integer({ min: 1, max: 16 }).map((bits): ElementBits => ({ uniform: true, bits })),
    plane(1).map((bits): ElementBits => ({ uniform: false, channels: 1, bits })),
    plane(3).map((bits): ElementBits => ({ uniform: false, channels: 3, bits })),
  );

  it('are enough for two readers, element by element, and no more', () => {
    fc.assert(
      fc.property(stored, stored, (a, b) => {
        const both = widestBits(a, b, shape);
        for (let c = 0; c < 3; c++)
          for (let i = 0; i < area; i++) expect(at(both, c, i)).toBe(Math.max(at(a, c, i), at(b, c, i)));
      }),
    );
  });

  it('sum over ranges of pixels and channels', () => {
    fc.assert(
      fc.property(stored, fc.nat(3), fc.nat(3), fc.nat(area), fc.nat(area), (source, from, to, start, end) => {
        let bits = 0;
        for (let c = from; c < to; c++) for (let i = start; i < end; i++) bits += at(source, c, i);
        fc.pre(from <= to && start <= end);
        expect(bitsBetween(bitSums(source, area, from, to), start, end)).toBe(bits);
      }),
    );
  });
});
