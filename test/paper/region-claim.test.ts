import { beforeAll, describe, expect, it } from 'vitest';
import { parseScheme, type ImageTrace, type Trace } from '../../src/index.js';
import { isArrayLayer } from '../../src/network/layer.js';
import { bestRatio, irregularity, ratio, share8, spread, waiting } from './region-claim/figures.js';
import { findings, waitingReach, type Findings } from './region-claim/findings.js';
import { columns, measure, priced, type Pair, type Setting } from './region-claim/measure.js';
import { holdSection } from './page.js';
import { pairOf, readResults, writeResults, type Results } from './region-claim/results.js';
import { regionClaim } from './region-claim/section.js';
import { machineOf, packets, setting, workloads, type Workloads } from './region-claim/studies.js';

let used: Workloads;
let results: Results;
let found: Findings;

/** `WRITE=1` measures every setting first. */
beforeAll(async () => {
  if (process.env['WRITE'] === '1') await writeResults();
  used = await workloads();
  results = readResults();
  found = findings(results, used);
}, 1_800_000);

const reduce = packets.find(({ machine }) => machine.includes('array.dataflow=reduce'))!.machine;
const sample = (): Setting[] => [
  { workload: used.resnet, machine: [] },
  { workload: used.resnet, machine: setting({ order: 'sorted' }) },
  { workload: used.resnet, machine: machineOf({ discipline: 'global' }) },
  { workload: used.resnet, machine: reduce },
  { workload: used.selfie, machine: [] },
];

describe('the results that are written', () => {
  it('are what is measured, to the last cycle and bit, on a sample of settings', async () => {
    for (const wanted of sample()) {
      const [now, then] = [await measure(wanted), pairOf(results, wanted)];
      for (const scheme of ['drq', 'region'] as const)
        for (const column of columns) {
          const [is, was] = [now[scheme][column], then[scheme][column]];
          const place = `${scheme} ${column}: WRITE=1 npx vitest run test/paper/region-claim.test.ts`;
          if (priced.includes(column)) expect(Math.abs(is - was), place).toBeLessThanOrEqual(1e-6 * Math.abs(was));
          else expect(is, place).toBe(was);
        }
    }
  }, 300_000);

  it('compare equal shares of 8-bit MACs: within 3 points in every setting', () => {
    for (const [key, { drq, region }] of results) {
      expect(drq.macs, key).toBe(region.macs);
      expect(Math.abs(share8(drq) - share8(region)), key).toBeLessThan(0.03);
    }
  });

  it('never beat the even spread of the same work by more than rounding', () => {
    for (const [key, pair] of results)
      for (const row of [pair.drq, pair.region]) {
        expect(spread(row), key).toBeGreaterThan(0.99);
        expect(irregularity(row), key).toBeGreaterThan(1);
      }
  });
});

describe('region against DRQ at equal shares', () => {
  it('has the same cycles as DRQ once DRQ is given one mask for all channels: the channels make the difference', async () => {
    const { resnet } = used;
    const pair = await measure({
      workload: { ...resnet, trace: oneMask(resnet.trace, resnet), name: 'one mask' },
      machine: [],
    });
    expect(pair.drq.macs8).toBe(pair.region.macs8);
    expect(pair.drq.bound).toBe(pair.region.bound);
    expect(pair.drq.cycles / pair.region.cycles).toBeCloseTo(1, 2);
  });

  it('is the slower one on steps of one channel in raster order: the slowest row sets the pace of a fold', () => {
    expect(ratio(found.base)).toBeGreaterThan(1.35);
    expect(ratio(found.base)).toBeLessThan(1.55);
    expect(ratio(found.recorded)).toBeGreaterThan(1.03);
    expect(ratio(found.recorded)).toBeLessThan(1.12);
    expect(found.recorded.region.cycles).toBeGreaterThan(1.1 * found.recorded.drq.cycles);
    expect(spread(found.base.region)).toBeGreaterThan(1.3 * spread(found.base.drq));
  });

  it('hardly waits inside folds, nor does DRQ: FIFOs are not what is short', () => {
    for (const row of [found.base.drq, found.base.region, found.recorded.drq, found.recorded.region])
      expect(waiting(row)).toBeLessThan(1.05);
    const depth = found.knobs.find(({ title }) => title === 'FIFO depth')!;
    for (const scheme of ['drq', 'region'] as const) expect(waitingReach(depth, scheme)).toBeLessThan(1.02);
  });

  it('loses its sync to sorting, which costs DRQ a second reading of its input', () => {
    expect(found.base.region.sync / found.base.region.cycles).toBeGreaterThan(0.2);
    expect(found.sorted.region.sync / found.sorted.region.cycles).toBeLessThan(0.01);
    expect(found.sorted.region.cycles).toBeLessThan(0.82 * found.base.region.cycles);
    expect(found.sorted.region.dramBits).toBe(found.base.region.dramBits);
    expect(found.sorted.drq.dramBits).toBeGreaterThan(1.01 * found.base.drq.dramBits);
    expect(found.sorted.drq.cycles).toBeGreaterThan(0.95 * found.base.drq.cycles);
  });

  it('is still no faster sorted than DRQ unsorted at 20 %', () => {
    expect(found.sorted.region.cycles).toBeGreaterThan(1.05 * found.base.drq.cycles);
  });

  it('pays for sorting on depthwise layers with waits for buffer ports', () => {
    const { region } = found.sortedMobilenet;
    expect(region.ports / region.cycles).toBeGreaterThan(0.3);
    expect(region.cycles).toBeGreaterThan(1.3 * found.mobilenet.region.cycles);
    expect(region.best).toBeLessThanOrEqual(found.mobilenet.region.cycles);
    expect(bestRatio(found.sortedMobilenet)).toBeLessThan(1.03);
  });

  it('waits less where one slow PE stalls them all', () => {
    expect(waiting(found.global.region)).toBeLessThan(0.9 * waiting(found.global.drq));
    expect(ratio(found.global)).toBeLessThan(0.9 * ratio(found.base));
    expect(ratio(found.globalTap)).toBeLessThan(0.95);
  });

  it('is far ahead where a step holds all channels of a tap, as far as masks are mixed: hardly on the recorded ones', () => {
    for (const { region } of [found.reduce, found.reduceRecorded]) expect(spread(region)).toBeLessThan(1.01);
    expect(spread(found.reduce.drq)).toBeGreaterThan(1.6);
    expect(ratio(found.reduce)).toBeLessThan(0.65);
    expect(ratio(found.reduceRecorded)).toBeGreaterThan(0.95);
    expect(ratio(found.reduceRecorded)).toBeLessThan(1);
  });

  it('overtakes DRQ where four images are sorted together', () => {
    expect(found.batched.region.cycles).toBeLessThan(0.97 * found.batchedRaster.drq.cycles);
  });

  it('reads far fewer mask bits on chip, but does not win or lose by masks and predictors', () => {
    expect(found.base.drq.sramMaskBits).toBeGreaterThan(50 * found.base.region.sramMaskBits);
    for (const { drq, region } of [found.base, found.recorded] satisfies Pair[]) {
      expect(drq.predictorPj).toBeGreaterThan(0);
      expect(drq.predictorPj / drq.energyPj).toBeLessThan(0.01);
      expect(region.branchPj / region.allEnergyPj).toBeLessThan(0.02);
      for (const row of [drq, region]) expect(row.allMaskBits / row.allDramBits).toBeLessThan(0.05);
    }
  });

  it('depends most on how many channels share a step', () => {
    expect(found.knobs[0]!.title).toBe('channels in a step');
  });
});

describe('the section', () => {
  it('has a figure in every cell', async () => {
    const section = await regionClaim();
    await holdSection(section);
    const { body } = section;
    expect(body).not.toMatch(/NaN|undefined|Infinity/);
    expect(body.match(/^### /gm)!.length).toBeGreaterThan(10);
  });
});

/** The trace with the levels of region's policy as DRQ's masks. */
function oneMask(trace: Trace, { network, region }: Workloads['resnet']): Trace {
  const plan = parseScheme(region).plan(network, trace.info);
  const masked = plan.network.layers.flatMap((layer, i) =>
    plan.layers[i]!.mask === 'none' || !isArrayLayer(layer) ? [] : [{ layer, i }],
  );
  const size = { rows: 1, cols: 1 };
  const masks = masked.map(({ layer: { name, input } }) => ({
    layer: name,
    region: size,
    channels: 1,
    gridHeight: input.height,
    gridWidth: input.width,
  }));
  return {
    info: { ...trace.info, masks },
    async *images(limit): AsyncGenerator<ImageTrace> {
      for await (const image of trace.images(limit)) {
        const maps = plan.maps(image);
        yield { ...image, masks: new Map([['1x1', new Map(masked.map(({ layer, i }) => [layer.name, maps[i]!]))]]) };
      }
    },
  };
}
