import { describe, expect, it } from 'vitest';
import { branchCost, branchCosts, costShares, roundedLike, type BranchCost } from './branch-cost.js';
import { holdSection } from './page.js';

const limit = 120_000;

async function caseOf(network: string, classes: number | undefined): Promise<BranchCost> {
  return (await branchCosts()).find((one) => one.network === network && one.classes === classes)!;
}

describe('the branch that finds a silhouette: MACs as derived, to every digit', () => {
  it.each([
    ['resnet18', undefined],
    ['resnet18', 1000],
    ['cifar-resnet18', 10],
  ])(
    '%s, %s classes',
    async (network, classes) => {
      const { published, macs, macShare } = await caseOf(network, classes);
      expect(roundedLike(published.macs, macs)).toBe(published.macs);
      expect(roundedLike(published.percent, macShare * 100)).toBe(published.percent);
    },
    limit,
  );
});

describe('what it costs on the region machine', () => {
  it(
    'is less than one percent of ResNet-18 in cycles, energy and DRAM bits for the 1×1 branch',
    async () => {
      const { cycles, energy, dramBits } = costShares(await caseOf('resnet18', undefined));
      for (const share of [cycles, energy, dramBits]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(0.01);
      }
    },
    limit,
  );

  it(
    'is more than ten times its share of MACs for the 1×1 branch, whose one filter fills one column',
    async () => {
      const branch = await caseOf('resnet18', undefined);
      expect(costShares(branch).cycles / branch.macShare).toBeGreaterThan(10);
      expect(branch.utilization).toBeLessThan(branch.without.totals.utilization / 10);
    },
    limit,
  );

  it(
    'is more than half of the network in cycles and energy for the 3×3 branch, but less than its share of MACs',
    async () => {
      const branch = await caseOf('resnet18', 1000);
      const { cycles, energy, dramBits } = costShares(branch);
      for (const share of [cycles, energy]) expect(share).toBeGreaterThan(0.5);
      for (const share of [cycles, energy, dramBits]) expect(share).toBeLessThan(branch.macShare);
      expect(branch.utilization).toBeGreaterThan(branch.without.totals.utilization);
    },
    limit,
  );

  it(
    'is all that the run gains in DRAM bits: no neighbour loses its place on chip',
    async () => {
      for (const cost of await branchCosts()) {
        const { total, without } = cost;
        expect(total.totals.dramBits['total']! - without.totals.dramBits['total']!).toBe(cost.dramBits);
        expect(costShares(cost).runCycles).toBeCloseTo(costShares(cost).cycles, 3);
      }
    },
    limit,
  );
});

it(
  'is a section of the page',
  async () => {
    const section = await branchCost();
    await holdSection(section);
    const { body } = section;
    expect(body).toContain('| resnet18 | 1×1 → 1 | 0.20 M | 200704 | 0.011 % | 0.0111 % |');
  },
  limit,
);
