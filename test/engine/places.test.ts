import { describe, expect, it } from 'vitest';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork, type PlacedNetwork } from '../../src/engine/place-network.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import { priceOf } from '../../src/cost/price.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import type { ImageTrace } from '../../src/trace/trace.js';

const network = builtinNetwork('cifar-resnet20')!;
const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 2 });
const images: ImageTrace[] = [];
for await (const image of trace.images()) images.push(image);

// Buffers so small that every kind of tile occurs, and nothing stays on chip.
const tight = ['ifmap.capacity=12 KiB', 'weight.capacity=6 KiB', 'ofmap.capacity=6 KiB'].map((one) => `buffers.${one}`);

async function placed(machine: string, spec: string, ...sets: string[]): Promise<PlacedNetwork> {
  const accelerator = await loadAccelerator(machine, [...tight, ...sets].map(parseOverride));
  const plan = parseScheme(spec).plan(network, trace.info);
  const fit = placeNetwork(plan, accelerator, 2, { prices: priceOf(accelerator).mapping });
  if (!fit.fits) throw new Error(fit.unfit.reason);
  return fit.value;
}

interface Moved {
  readonly layer: number;
  readonly what: string;
  readonly write: boolean;
  readonly first: number;
  readonly bursts: number;
}

/** Every run of every transfer, and the first bursts of everything that has a place. */
function moved(network: PlacedNetwork): { runs: Moved[]; bases: number[] } {
  const runs: Moved[] = [];
  countNetwork(network, batchFields(network.plan, images), (layer) => ({
    transfer: (what, _, transfer) => {
      let bursts = 0;
      for (let i = 0; i < transfer.runs.length; i += 2) {
        const [first, count] = [transfer.runs[i]!, transfer.runs[i + 1]!];
        runs.push({ layer, what, write: transfer.write, first, bursts: count });
        bursts += count;
      }
      expect(bursts).toBe(transfer.bursts);
    },
    compute: () => undefined,
    copy: () => undefined,
  }));
  const bases = network.layers.flatMap((layer) => {
    if (layer.kind === 'vector') return [...layer.vector.places!.inputs, layer.vector.places!.output];
    const { input, output, weights, masks, silhouette, sums } = layer.mapped.places!;
    return [input.base, output.base, weights, masks, silhouette, sums];
  });
  return { runs, bases: [...new Set(bases)].sort((a, b) => a - b) };
}

describe.each([
  ['region', 'region:2@50,3@30,4@20', 'array.order=raster'],
  ['drq', 'drq', 'array.order=raster'],
  ['drq', 'drq', 'array.order=sorted'],
  ['region', 'uniform:8', 'array.order=raster'],
])('addresses of %s, %s, %s', (machine, spec, order) => {
  it('keep every tensor in its own place', async () => {
    const network = await placed(machine, spec, order, 'mapping.keep=false');
    const { runs, bases } = moved(network);
    expect(runs.length).toBeGreaterThan(100);
    for (const { first, bursts, what, layer } of runs) {
      const from = bases.findLast((base) => base <= first);
      const to = bases.find((base) => base > first) ?? Infinity;
      expect(from, `${what} of layer ${String(layer)}`).toBeDefined();
      expect(first + bursts, `${what} of layer ${String(layer)} from ${String(first)}`).toBeLessThanOrEqual(to);
    }
  });

  it('give every tile of weights its own', async () => {
    const network = await placed(machine, spec, order, 'mapping.keep=false');
    const { runs } = moved(network);
    network.layers.forEach((layer, i) => {
      if (layer.kind !== 'array') return;
      const own = runs.filter((run) => run.layer === i);
      const tiles = new Map<number, number>();
      for (const { what, first, bursts } of own) {
        if (what !== 'weights') continue;
        expect(tiles.get(first) ?? bursts).toBe(bursts);
        tiles.set(first, bursts);
      }
      const { tiling } = layer.mapped.mapping;
      expect(tiles.size).toBe(tiling.groups.length * tiling.filters.length * tiling.channels.length);
      const ends = [...tiles].sort(([a], [b]) => a - b);
      ends.slice(1).forEach(([first], n) => {
        expect(first).toBeGreaterThanOrEqual(ends[n]![0] + ends[n]![1]);
      });
    });
  });
});

describe('addresses of a uniform network', () => {
  it('let every reader find all that it reads where its maker has written it', async () => {
    const network = await placed('int8', 'uniform:8', 'mapping.keep=false');
    const { runs } = moved(network);
    const burstsOf = (layer: number, what: string): Set<number> => {
      const bursts = new Set<number>();
      for (const run of runs)
        if (run.layer === layer && run.what === what)
          for (let burst = run.first; burst < run.first + run.bursts; burst++) bursts.add(burst);
      return bursts;
    };
    let edges = 0;
    network.readers.forEach((readers, maker) => {
      const written = burstsOf(maker, 'store');
      for (const reader of readers) {
        const placedReader = network.layers[reader]!;
        if (placedReader.kind !== 'array') continue;
        const read = [...burstsOf(reader, 'inputs')];
        expect(read.length).toBeGreaterThan(0);
        expect(read.filter((burst) => !written.has(burst))).toEqual([]);
        edges++;
      }
    });
    expect(edges).toBeGreaterThan(15);
  });
});

describe('the refresh of a run', () => {
  it('goes on from layer to layer: as often as its time has intervals, on every rank', async () => {
    const network = await placed('int8', 'uniform:8');
    const { dram, technology } = network.accelerator;
    if (dram.model !== 'banked') throw new Error('int8 has a constant rate');
    const counts = countNetwork(
      network,
      network.plan.layers.map(() => undefined),
    );
    const cycles = counts.reduce((sum, { cycles: own }) => {
      return sum + own.fill + own.compute + own.sync + own.drain + own.memory;
    }, 0);
    const { ranks } = dram.part.organisation;
    const intervals = ((cycles / technology.clock) * 1e12 * ranks) / (dram.part.tCK * dram.part.timings.tREFI);
    const refreshes = counts.reduce((sum, { dramActivity }) => sum + dramActivity.refresh, 0);
    expect(Math.abs(refreshes - intervals)).toBeLessThanOrEqual(ranks);
    const standby = counts.reduce((sum, { dramActivity: own }) => sum + own.activeCycles + own.prechargedCycles, 0);
    expect(standby / ranks).toBeCloseTo((cycles / technology.clock) * (1e12 / dram.part.tCK), -1);
  });
});
