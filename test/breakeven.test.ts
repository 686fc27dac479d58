import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakEven, crossingOf, shareGrid, type BreakEven, type BreakEvenRequest } from '../src/breakeven.js';
import { parseNetworkYaml } from '../src/formats/network-file.js';
import type { Accelerator } from '../src/machine/accelerator.js';
import { disciplineFamilies } from '../src/machine/disciplines/registry.js';
import { isFit } from '../src/result.js';
import { simulate } from '../src/simulate.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../src/trace/synth.js';
import { bufferOf, pricedMachine } from './cost/priced-machine.js';
import { problemsOf } from './network/problems-of.js';

const network = parseNetworkYaml(
  `name: three
input: [3, 16, 16]
layers:
  - { name: stem, kind: conv2d, filters: 16, kernel: [3, 3], padding: 1 }
  - { name: wide, kind: conv2d, filters: 16, kernel: [3, 3], padding: 1 }
  - { name: late, kind: conv2d, filters: 24, kernel: [3, 3], padding: 1, stride: 2 }
  - { name: fc, kind: linear, filters: 10 }
`,
  'three.yaml',
);

/** 16 × 16 PEs that never wait for memory: DRAM is free, buffers are spread over the PEs, and no tensor is copied to stay on chip. */
function machine(unit: string, discipline = disciplineFamilies['decoupled']!.make()): Accelerator {
  const spread = (kib: number) => {
    return { ...bufferOf(kib), distributed: true };
  };
  const free = pricedMachine(unit, {
    buffers: { ifmap: spread(64), weight: spread(32), ofmap: spread(16) },
    mapping: { objective: 'dram', keep: false },
  });
  return { ...free, array: { ...free.array, steps: 'tap-inner', discipline } };
}

function found(request: Partial<BreakEvenRequest> = {}): BreakEven {
  const fit = breakEven({
    network,
    accelerator: machine('temporal(4)'),
    family: 'drq',
    shares: shareGrid(4),
    ...request,
  });
  if (!fit.fits) throw new Error(fit.unfit.reason);
  return fit.value;
}

const layerOf = (result: BreakEven, name: string) => result.layers.find((layer) => layer.name === name)!;

describe('a curve', () => {
  const shares = [0, 0.25, 0.5, 1];

  it.each([
    ['below at every share is always cheaper', [1, 2, 3, 4], { kind: 'always', shares: [], monotone: true }],
    ['above at every share never is', [11, 12, 13, 13], { kind: 'never', shares: [], monotone: true }],
    ['that is the baseline is equal', [10, 10, 10, 10], { kind: 'equal', shares: [], monotone: true }],
    ['meets it on the line between two shares', [2, 8, 12, 20], { kind: 'at', shares: [0.375], monotone: true }],
    ['that touches it meets it there', [2, 8, 9, 10], { kind: 'at', shares: [1], monotone: true }],
    ['that stays at it meets it once', [2, 10, 10, 12], { kind: 'at', shares: [0.25], monotone: true }],
    ['that falls says so', [2, 12, 8, 9], { kind: 'at', shares: [0.2, 0.375], monotone: false }],
    ['that is dearer first meets it on its way down', [12, 8, 7, 6], { kind: 'at', shares: [0.125], monotone: false }],
  ] as const)('%s', (_, costs, expected) => {
    expect(crossingOf(shares, costs, 10)).toEqual(expected);
  });

  it('is at the baseline wherever it meets it, and nowhere else changes sides', () => {
    const curve = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(curve, (costs) => {
        const grid = shareGrid(costs.length - 1);
        const { kind, shares: met } = crossingOf(grid, costs, 10);
        const at = (share: number): number => {
          const i = Math.min(costs.length - 2, Math.floor(share * (costs.length - 1) + 1e-9));
          return costs[i]! + (share * (costs.length - 1) - i) * (costs[i + 1]! - costs[i]!);
        };
        for (const share of met) expect(at(share)).toBeCloseTo(10, 9);
        const touched = costs.some((cost) => cost === 10) || new Set(costs.map((cost) => cost < 10)).size > 1;
        expect(met.length > 0 || kind === 'equal').toBe(touched);
        // Between two neighbouring meetings all costs are on one side or at the baseline.
        const ends = [-1, ...met, 2];
        ends.slice(1).forEach((end, i) => {
          const inside = costs.filter((_, j) => grid[j]! > ends[i]! + 1e-9 && grid[j]! < end - 1e-9);
          expect(new Set(inside.map((cost) => Math.sign(cost - 10)).filter((side) => side !== 0)).size).toBeLessThan(2);
        });
      }),
    );
  });
});

describe('where nobody waits', () => {
  it('a network of two-speed pixels is cheaper until all of them are slow', () => {
    const result = found();
    expect(result.network).toEqual({ kind: 'at', shares: [1], monotone: true });
    expect(result.curve.at(-1)!.network.cycles).toBe(result.baselineCosts.cycles);
    // A fold ends with its slowest pixel: a layer may be as slow before all of its pixels are.
    expect(layerOf(result, 'wide').crossing.shares[0]).toBeLessThan(1);
  });

  it('a layer without a mask costs the same at every share', () => {
    const { layers } = found();
    expect(layers.filter(({ masked }) => !masked).map(({ name, crossing }) => [name, crossing.kind])).toEqual([
      ['stem', 'equal'],
      ['fc', 'equal'],
    ]);
  });

  it('precision saves no cycle of a multiplier that takes one whatever its bits', () => {
    expect(found({ accelerator: machine('fixed(8)') }).network.kind).toBe('equal');
  });

  it('a share costs no more than where neighbours step together, who wait wherever their pixels differ', () => {
    const global = machine('temporal(4)', disciplineFamilies['global']!.make());
    const free = found({ family: 'region' });
    const coupled = found({ family: 'region', accelerator: global });
    const wide = coupled.layers.findIndex(({ name }) => name === 'wide');
    const lost = free.curve.map((point, i) => coupled.curve[i]!.layers[wide]!.cycles - point.layers[wide]!.cycles);
    expect(Math.min(...lost)).toBeGreaterThanOrEqual(0);
    // At the ends all pixels are alike: what is lost there is fill.
    expect(lost[2]).toBeGreaterThan(Math.max(lost[0]!, lost[4]!));
    expect(coupled.curve[4]!.layers[wide]!.cycles).toBe(coupled.layers[wide]!.baseline.cycles);
    expect(coupled.network.shares[0]).toBeLessThanOrEqual(free.network.shares[0]!);
  });
});

describe('a break-even', () => {
  it('has a branch in its network that the baseline does without', () => {
    const result = found({ family: 'region' });
    const branch = layerOf(result, 'silhouette');
    expect(branch.baseline).toEqual({ cycles: 0, energyPj: 0, dramBits: 0 });
    expect(branch.crossing.kind).toBe('never');
    expect(result.curve.at(-1)!.network.cycles).toBeGreaterThan(result.baselineCosts.cycles);
    expect(result.network.shares[0]).toBeLessThan(1);
  });

  it.each([
    ['drq', 'drq:4x8', 0.25],
    ['region', 'region:4@75,8@25', 0.25],
    ['region', 'region:4@50,8@50', 0.5],
  ])('of %s rests on what simulate says of %s', async (family, scheme, share) => {
    const accelerator = machine('temporal(4)', disciplineFamilies['elastic']!.make(2));
    const synth = { seed: 'a', images: 2, blobs: 2 };
    const result = found({ family, accelerator, synth });
    const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, ...synth, share });
    const { runs } = await simulate({ network, accelerators: [accelerator], schemes: [scheme, 'uniform:8'], trace });
    const means = runs.filter(isFit).map(({ distribution }) => {
      const { cycles, energyPj, dramBits } = distribution;
      return { cycles: cycles.mean, energyPj: energyPj.mean, dramBits: dramBits.mean };
    });
    const point = result.curve.find((each) => each.share === share)!;
    for (const [ours, theirs] of [
      [point.network, means[0]!],
      [result.baselineCosts, means[1]!],
    ] as const) {
      expect(ours.cycles).toBe(theirs.cycles);
      expect(ours.dramBits).toBe(theirs.dramBits);
      expect(ours.energyPj / theirs.energyPj).toBeCloseTo(1, 12);
    }
    const layers = runs.find(isFit)!.layers.map(({ distribution }) => distribution.cycles.mean);
    expect(point.layers.map(({ cycles }) => cycles)).toEqual(layers);
  });

  it('has none, some, half and all of the MACs of masked layers at the high bits', () => {
    for (const family of ['drq', 'region']) {
      const shares = found({ family }).curve.map((point) => point.highMacShare);
      expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
      expect(shares[2]).toBeGreaterThan(0.35);
      expect(shares[2]).toBeLessThan(0.65);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    }
  });

  it('of DRAM bits and of energy is held against the same quantity', () => {
    for (const quantity of ['dramBits', 'energyPj'] as const) {
      const result = found({ quantity });
      const costs = result.curve.map((point) => point.network[quantity]);
      expect(result.network).toEqual(crossingOf(shareGrid(4), costs, result.baselineCosts[quantity]));
      // Masks are traffic too: with all pixels at 8 bits more moves than without masks.
      expect(costs.at(-1)).toBeGreaterThan(result.baselineCosts[quantity]);
      expect(costs[0]).toBeLessThan(result.baselineCosts[quantity]);
    }
  });

  it('is the same for equal requests, tells every share, and differs with the seed', () => {
    const told: string[] = [];
    const accelerator = machine('temporal(4)', disciplineFamilies['elastic']!.make(1));
    const request = {
      accelerator,
      onProgress: (done: number, total: number) => told.push(`${String(done)}/${String(total)}`),
    };
    const one = found(request);
    expect(told).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    expect(found(request)).toEqual(one);
    expect(found({ accelerator, synth: { seed: '2' } }).curve).not.toEqual(one.curve);
  });

  it('says why a machine cannot run the bits', () => {
    const fit = breakEven({ network, accelerator: machine('fixed(8)'), family: 'region', high: '16' });
    expect(fit).toMatchObject({ fits: false, unfit: { demand: 16, bound: 8, unit: 'bit' } });
  });

  it('names everything that is wrong with a request at once', () => {
    const accelerator = machine('temporal(4)');
    const wrong = { network, accelerator, family: 'uniform', high: '4', low: '8', baseline: 'drq', shares: [0.5, 0.5] };
    const wheres = problemsOf(() => breakEven({ ...wrong, synth: { blobs: 0, images: 0 } })).map(({ where }) => where);
    expect(wheres).toEqual(['family uniform', 'shares', 'low', 'synth blobs', 'synth images', 'baseline drq']);
    for (const shares of [[], [0], [0, 2], [-1, 1], [0, NaN]])
      expect(problemsOf(() => breakEven({ network, accelerator, family: 'drq', shares }))).toMatchObject([
        { where: 'shares' },
      ]);
    expect(
      problemsOf(() => breakEven({ network, accelerator, family: 'drq', high: '17', low: 'x' })).map(
        ({ where }) => where,
      ),
    ).toEqual(['high', 'low']);
  });
});
