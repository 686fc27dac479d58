import { beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../src/core/numbers.js';
import type { LoopOrder } from '../src/engine/mapping/choice.js';
import type { MappingPin } from '../src/engine/mapping/pinned.js';
import { loadAccelerator } from '../src/formats/load-accelerator.js';
import { parseOverride } from '../src/formats/override.js';
import { openTrace } from '../src/formats/trace-file.js';
import type { Accelerator } from '../src/machine/accelerator.js';
import { builtinNetwork } from '../src/network/builtin.js';
import { isArrayLayer, macs, networkMacs, type Network } from '../src/network/layer.js';
import { maskedLayers } from '../src/network/masked.js';
import { isFit, type FitRun, type LayerResult, type Numbers, type Result } from '../src/result.js';
import { parseScheme } from '../src/scheme/registry.js';
import { simulate } from '../src/simulate.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../src/trace/synth.js';
import type { Trace } from '../src/trace/trace.js';

const recorded = builtinNetwork('selfie-segmentation')!;
const names = ['int8', 'int16', 'drq', 'region'];
const schemes = ['uniform:16', 'uniform:8', 'uniform:4', 'drq', 'region:2@50,3@30,4@20'];

const fitRuns = (result: Result): FitRun[] => result.runs.filter(isFit);
const runOf = (result: Result, scheme: string): FitRun => fitRuns(result).find((run) => run.scheme === scheme)!;
const parts = (numbers: Numbers): number =>
  sum(Object.entries(numbers).flatMap(([key, value]) => (key === 'total' ? [] : value)));

/** Cycles of the array alone: everything but waiting for memory. */
const arrayCycles = ({ cycles }: LayerResult): number => cycles['total']! - (cycles['memory'] ?? 0);

/** The mappings that a run found. */
function pinsOf(run: FitRun): Map<string, MappingPin> {
  return new Map(
    run.layers.flatMap(({ name, mapping }) => {
      if (mapping === undefined) return [];
      const { order, ...tiles } = mapping;
      return [[name, { order: order as LoopOrder, tiles }]];
    }),
  );
}

/** Neither memory nor ports are ever waited for. */
const free = [
  'dram.model=bandwidth',
  'dram.bandwidth=unlimited',
  'dram.latency=0 ns',
  'dram.burst=64 B',
  'dram.energy=15 pJ/bit',
  ...['ifmap', 'weight', 'ofmap'].map((buffer) => `buffers.${buffer}.distributed=true`),
];

let machines: Accelerator[];
let trace: Trace;

beforeAll(async () => {
  machines = await Promise.all(names.map((name) => loadAccelerator(name)));
  trace = await openTrace('traces/selfie.npz');
});

describe('masks of one level cost what a uniform precision costs', () => {
  async function compare(
    network: Network,
    scheme: string,
    masks: Trace,
    uniform: string,
    fed: ReadonlySet<string>,
    unlimited: boolean,
  ) {
    // What stays on chip depends on bits too.
    const overrides = ['mapping.keep=false', ...(unlimited ? free : [])].map(parseOverride);
    const accelerators = await Promise.all(['drq', 'region'].map((name) => loadAccelerator(name, overrides)));
    for (const accelerator of accelerators) {
      const simulation = { network, accelerators: [accelerator], trace: masks, images: 1 };
      // Mappings depend on the widest bits of a scheme and on its masks: both run in those of the masks.
      const found = runOf(await simulate({ ...simulation, schemes: [scheme] }), scheme);
      const mappings = pinsOf(found);
      const result = await simulate({ ...simulation, schemes: [scheme, uniform], mappings });
      const mixed = runOf(result, scheme);
      const plain = new Map(runOf(result, uniform).layers.map((layer) => [layer.name, layer]));
      const compared = mixed.layers.filter((layer) => fed.has(layer.name));
      expect(compared.length).toBe(fed.size);
      for (const layer of compared) {
        const other = plain.get(layer.name)!;
        expect([layer.name, arrayCycles(layer), layer.macsByBits]).toEqual([
          layer.name,
          arrayCycles(other),
          other.macsByBits,
        ]);
        for (const part of ['compute', 'sync', 'fill', 'drain'])
          expect([layer.name, part, layer.cycles[part]]).toEqual([layer.name, part, other.cycles[part]]);
        if (unlimited) expect([layer.name, layer.cycles]).toEqual([layer.name, other.cycles]);
      }
    }
  }

  const masked = new Set(maskedLayers(recorded).map((layer) => layer.name));
  const constant = (share: number): Trace => syntheticTrace(recorded, { ...SYNTH_DEFAULTS, images: 1, share });

  for (const unlimited of [false, true]) {
    const memory = unlimited ? 'unlimited memory: all cycles' : 'real memory: the cycles of the array';
    it(`drq, all high, all but the exempt layer (${memory})`, () =>
      compare(recorded, 'drq', constant(1), 'uniform:8', masked, unlimited));
    it(`drq, all low, all but the exempt layer (${memory})`, () =>
      compare(recorded, 'drq', constant(0), 'uniform:4', masked, unlimited));
    for (const name of ['selfie-segmentation', 'resnet18']) {
      const network = builtinNetwork(name)!;
      const fed = new Set(maskedLayers(network).map((layer) => layer.name));
      it(`region on ${name}, all high, the layers that the silhouette feeds (${memory})`, () =>
        compare(network, 'region:4@0,8@100', trace, 'uniform:8', fed, unlimited));
      it(`region on ${name}, all low, the layers that the silhouette feeds (${memory})`, () =>
        compare(network, 'region:4@100,8@0', trace, 'uniform:4', fed, unlimited));
    }
  }
});

describe('conservation laws hold for every scheme, machine and layer', () => {
  let result: Result;
  beforeAll(async () => {
    result = await simulate({ network: recorded, accelerators: machines, schemes, trace, images: 2 });
  });

  it('runs stand accelerators outer, schemes inner, as given; what a machine cannot execute is told', () => {
    expect(result.runs.map((run) => `${run.accelerator}/${run.scheme}`)).toEqual(
      names.flatMap((name) => schemes.map((scheme) => `${name}/${scheme}`)),
    );
    expect(result.runs.flatMap((run) => (isFit(run) ? [] : `${run.accelerator}/${run.scheme}`))).toEqual([
      'int8/uniform:16',
    ]);
  });

  it("MACs by precision sum to the network's total, plus the branch of a region scheme", () => {
    for (const run of fitRuns(result)) {
      const branch = run.layers.filter((layer) => layer.kind === 'auxiliary');
      expect(run.totals.macs).toBe(networkMacs(recorded) + sum(branch.map((layer) => layer.macs)));
      expect(branch.length).toBe(run.scheme.startsWith('region') ? 1 : 0);
      expect(parts(run.totals.macsByBits)).toBe(run.totals.macs);
      for (const layer of recorded.layers)
        expect(run.layers.find(({ name }) => name === layer.name)!.macs).toBe(macs(layer));
    }
  });

  it('parts of cycles, energy and traffic sum to their totals, and layers to the network', () => {
    for (const run of fitRuns(result)) {
      for (const metrics of [run.totals, ...run.layers]) {
        expect(parts(metrics.cycles)).toBeCloseTo(metrics.cycles['total']!, 6);
        expect(parts(metrics.dramBits)).toBeCloseTo(metrics.dramBits['total']!, 6);
        expect(parts(metrics.sramBits)).toBeCloseTo(metrics.sramBits['total']!, 6);
        expect(parts(metrics.packingBits)).toBeCloseTo(metrics.packingBits['total']!, 6);
        expect(sum(Object.values(metrics.memoryStalls))).toBeCloseTo(metrics.cycles['memory'] ?? 0, 6);
        expect(metrics.refetchedBits).toBeGreaterThan(-1e-6);
        expect(parts(metrics.energyPj) / metrics.energyPj['total']!).toBeCloseTo(1, 12);
      }
      const total = (pick: (layer: LayerResult) => number): number => sum(run.layers.map(pick));
      expect(total((layer) => layer.cycles['total']!)).toBeCloseTo(run.totals.cycles['total']!, 6);
      expect(total((layer) => layer.energyPj['total']!) / run.totals.energyPj['total']!).toBeCloseTo(1, 12);
      expect(parts(run.totals.areaPartsMm2)).toBeCloseTo(run.totals.areaMm2, 12);
      expect(run.totals.powerMw).toBeCloseTo(run.totals.energyPj['total']! / run.totals.timeNs, 9);
    }
  });

  it('every PE is in exactly one state in every cycle', () => {
    for (const run of fitRuns(result)) {
      const { array } = machines.find((machine) => machine.name === run.accelerator)!;
      for (const { peCycles, cycles } of run.layers)
        expect(sum(Object.values(peCycles))).toBeCloseTo(array.rows * array.cols * cycles['total']!, 3);
    }
  });

  it('no latency is below its lower bound, which does not depend on memory', () => {
    for (const run of fitRuns(result))
      for (const { cycles, boundCycles } of [run.totals, ...run.layers]) {
        expect(cycles['total']).toBeGreaterThanOrEqual(boundCycles);
        expect(cycles['total']! - (cycles['memory'] ?? 0)).toBeGreaterThanOrEqual(boundCycles);
      }
  });

  it('DRAM moves at least every weight, and every input that a window sees and every output once unless it stays on chip', () => {
    for (const run of fitRuns(result)) {
      const plan = parseScheme(run.scheme).plan(recorded, trace.info);
      plan.network.layers.forEach((layer, i) => {
        if (!isArrayLayer(layer)) return;
        const { levels } = plan.layers[i]!;
        const fewest = Math.min(...levels.map((level) => level.activationBits));
        const fewestAnywhere = Math.min(
          ...plan.layers.flatMap((all) => all.levels.map((level) => level.activationBits)),
        );
        const weights = layer.filters * layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
        const { dramBits, keptInputs, output } = run.layers[i]!;
        // Counted by walking the windows: the distinct pixels under their taps.
        const seen = new Set<number>();
        for (let oy = 0; oy < layer.output.height; oy++)
          for (let ox = 0; ox < layer.output.width; ox++)
            for (let r = 0; r < layer.kernel[0]; r++)
              for (let s = 0; s < layer.kernel[1]; s++) {
                const y = oy * layer.stride[0] + r * layer.dilation[0] - layer.padding[0];
                const x = ox * layer.stride[1] + s * layer.dilation[1] - layer.padding[1];
                if (y >= 0 && x >= 0 && y < layer.input.height && x < layer.input.width)
                  seen.add(y * layer.input.width + x);
              }
        if (keptInputs.length > 0) expect(dramBits['ifmap'] ?? 0).toBe(0);
        else expect(dramBits['ifmap']).toBeGreaterThanOrEqual(seen.size * layer.input.channels * fewest);
        expect(dramBits['weight']).toBeGreaterThanOrEqual(
          weights * Math.max(...levels.map((level) => level.weightBits)),
        );
        const outputs = layer.output.channels * layer.output.height * layer.output.width;
        if (output === 'chip') expect(dramBits['ofmap'] ?? 0).toBe(0);
        else expect(dramBits['ofmap']).toBeGreaterThanOrEqual(outputs * fewestAnywhere);
      });
    }
  });
});

describe('simulate', () => {
  it('gives byte-identical results for equal input', async () => {
    const once = async () =>
      JSON.stringify(
        await simulate({
          network: recorded,
          accelerators: machines.slice(2),
          schemes: schemes.slice(1),
          trace,
          images: 2,
        }),
      );
    expect(await once()).toBe(await once());
  });

  it('means are means over images and distributions are nearest-rank over the same images', async () => {
    const rows: number[] = [];
    const accelerators = [machines[2]!];
    const onImage = ({ cycles }: { cycles: number }) => {
      rows.push(cycles);
    };
    const result = await simulate({ network: recorded, accelerators, schemes: ['drq'], trace, images: 5, onImage });
    const { distribution, totals } = runOf(result, 'drq');
    const sorted = [...rows].sort((a, b) => a - b);
    expect(rows).toHaveLength(5);
    expect(new Set(rows).size).toBeGreaterThan(1);
    expect(totals.cycles['total']).toBeCloseTo(sum(rows) / 5, 6);
    expect(distribution.cycles).toEqual({
      mean: sum(rows) / 5,
      min: sorted[0],
      p5: sorted[0],
      p50: sorted[2],
      p95: sorted[4],
      p99: sorted[4],
      max: sorted[4],
    });
  });

  it('a batch shares the weights that the mapping fetches, and its images cost an equal share', async () => {
    const network = builtinNetwork('cifar-resnet20')!;
    const run = async (batch: number) =>
      fitRuns(await simulate({ network, accelerators: [machines[0]!], schemes: ['uniform:8'], images: 4, batch }))[0]!;
    const [single, four] = [await run(1), await run(4)];
    expect(four.images).toBe(4);
    expect(four.totals.macs).toBe(single.totals.macs);
    expect(four.totals.dramBits['weight']).toBeLessThan(single.totals.dramBits['weight']! / 3);
    expect(four.totals.cycles['total']).toBeLessThanOrEqual(single.totals.cycles['total']!);
  });

  it('sorted windows stall less than raster ones under a silhouette, and pay for it with index and gather reads', async () => {
    const network = builtinNetwork('cifar-resnet20')!;
    const run = async (order: string) => {
      const accelerator = await loadAccelerator('region', [parseOverride(`array.order=${order}`)]);
      const result = await simulate({
        network,
        accelerators: [accelerator],
        schemes: ['region:2@50,4@50'],
        trace,
        images: 2,
      });
      return fitRuns(result)[0]!.totals;
    };
    const [raster, sorted] = [await run('raster'), await run('sorted')];
    expect(sorted.cycles['sync']).toBeLessThan(raster.cycles['sync']!);
    expect(raster.sramBits['index'] ?? 0).toBe(0);
    expect(sorted.sramBits['index']).toBeGreaterThan(0);
    expect(sorted.sramBits['gather']).toBeGreaterThan(0);
    expect(sorted.macsByBits).toEqual(raster.macsByBits);
  });

  it('has finished an image before it asks for the next one, so that memory does not grow with their number', async () => {
    const network = builtinNetwork('cifar-resnet20')!;
    let finished = 0;
    const many: Trace = {
      info: { ...trace.info, images: 40 },
      async *images(limit = 40) {
        for await (const image of trace.images(1))
          for (let index = 0; index < limit; index++) {
            expect(finished).toBe(index);
            yield { ...image, index, name: String(index) };
          }
      },
    };
    const onImage = () => {
      finished++;
    };
    const accelerators = [machines[3]!];
    const result = await simulate({ network, accelerators, schemes: ['region:2@50,4@50'], trace: many, onImage });
    expect(fitRuns(result)[0]!.images).toBe(40);
    expect(finished).toBe(40);
  });
});
