import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalCycles, totalDramBits } from '../../src/engine/counts.js';
import { macs } from '../../src/network/layer.js';
import { finding, memoryCases, type MemoryCase } from '../oracle/memory-case.js';
import { walkMemory } from '../oracle/memory-walk.js';
import { randomAnyCase } from '../oracle/random-layers.js';

const cases = memoryCases(randomAnyCase);

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

function check(claim: (counted: MemoryCase) => void, numRuns = 300): void {
  fc.assert(fc.property(cases, claim), { numRuns });
}

/** Without what is 0. */
function some(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}

/** Bits of the prologue, and what they take in bursts. */
function prologue({ walked: { burstBits, readerMasks } }: MemoryCase) {
  const burst = (bits: number): number => Math.ceil(bits / burstBits) * burstBits;
  const maps = 2 * readerMasks.flat().reduce((total, { levels }) => total + levels.length, 0);
  const wanted = finding.maskWriteBits + finding.silhouetteReadBits + maps;
  const read = burst(finding.silhouetteReadBits) + burst(maps);
  return { wanted, read, written: burst(finding.maskWriteBits) };
}

describe('DRAM traffic', () => {
  it('equals what walking tiles touches, element by element: moved, lost in bursts, compulsory, kept', () => {
    check((counted) => {
      const { walked, counts } = counted;
      const walk = walkMemory(walked);
      const before = prologue(counted);
      expect(counts.dramBits).toEqual({
        ...walk.dramBits,
        maskRead: walk.dramBits.maskRead + before.read,
        maskWrite: before.written,
      });
      const mask = (walk.packingBits['mask'] ?? 0) + before.read + before.written - before.wanted;
      expect(some(counts.packingBits)).toEqual(some({ ...walk.packingBits, mask }));
      expect(counts.compulsoryBits).toBe(walk.compulsoryBits + before.wanted);
      expect(counts.keptBits).toEqual(walk.keptBits);
    }, 1500);
  });

  it('is compulsory bits, less what is kept, and what is moved again or lost in bursts: neither is negative', () => {
    check(({ counts }) => {
      const packing = sum(counts.packingBits);
      const again = totalDramBits(counts.dramBits) - packing - counts.compulsoryBits + sum({ ...counts.keptBits });
      expect(packing).toBeGreaterThanOrEqual(0);
      expect(again).toBeGreaterThanOrEqual(0);
    });
  });

  it('meets several tiles in every dimension, sums that are spilled, and layers that are loaded more than once', () => {
    const drawn = fc.sample(cases, { numRuns: 600, seed: 1 });
    const often = (what: string, meets: (one: MemoryCase) => boolean): void => {
      expect(drawn.filter(meets).length, what).toBeGreaterThan(20);
    };
    for (const dimension of ['groups', 'windows', 'filters', 'channels'] as const)
      often(dimension, ({ mapped }) => mapped.mapping.tiling[dimension].length > 1);
    often('spilled sums', ({ counts }) => counts.dramBits.sumWrite > 0);
    often(
      'reloaded weights',
      ({ walked, counts }) => counts.dramBits.weight > (2 * walkMemory(walked).usefulBits.weight) / 2,
    );
    often('kept inputs', ({ counts }) => counts.keptBits.read > 0);
    often('kept outputs', ({ counts }) => counts.keptBits.write > 0);
    often('starved edges', ({ counts }) => counts.memoryStalls.sram > 0);
    often('searched mappings', ({ mapped, walked }) => mapped.mapping.choice === walked.choice);
  });
});

describe('the counts of a layer', () => {
  it('hold each MAC of each image at exactly one precision', () => {
    check(({ counts: { macsByBits }, walked: { layer, batch, levels } }) => {
      expect(sum(macsByBits)).toBe(macs(layer) * batch);
      const names = levels.map(({ activationBits, weightBits }) => `${String(activationBits)}x${String(weightBits)}`);
      for (const name of Object.keys(macsByBits)) expect(names).toContain(name);
    });
  });

  it('put every PE in one state in every cycle, and every memory stall under DRAM or ports', () => {
    check(({ counts: { cycles, peCycles, memoryStalls }, array }) => {
      expect(sum({ ...peCycles })).toBe(array.rows * array.cols * totalCycles(cycles));
      expect(memoryStalls.dram + memoryStalls.sram).toBe(cycles.memory);
      for (const count of [cycles, peCycles, memoryStalls].flatMap((parts) => Object.values<number>({ ...parts })))
        expect(count).toBeGreaterThanOrEqual(0);
    });
  });

  it('keep the PEs busy for each MAC as long as its precision takes', () => {
    check(({ counts: { macsByBits, peCycles }, walked: { levels }, mapped: { laws, accelerator } }) => {
      const { array } = accelerator;
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
    check(({ counts: { cycles, boundCycles, peCycles }, array }) => {
      expect(totalCycles(cycles)).toBeGreaterThanOrEqual(boundCycles);
      expect(boundCycles * array.rows * array.cols).toBeGreaterThanOrEqual(peCycles.busy);
    });
  });
});
