import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { totalCycles } from '../../src/engine/counts.js';
import { copyCycles, portCycles } from '../../src/engine/ports.js';
import type { TimelineObserver } from '../../src/engine/timeline.js';
import type { BufferConfig } from '../../src/machine/accelerator.js';
import type { BandwidthDram } from '../../src/machine/dram/bandwidth.js';
import { finding, memoryCases, type MemoryCase } from '../oracle/memory-case.js';
import { walkMemory } from '../oracle/memory-walk.js';
import { randomAnyCase } from '../oracle/random-layers.js';
import { stepTimeline, type SteppedTile } from '../oracle/timeline-steps.js';

/** What an observer saw of one layer. */
interface Seen {
  readonly transfers: { what: string; tile: number; bits: number; write: boolean }[];
  readonly computed: number[];
}

const seen: Seen = { transfers: [], computed: [] };

/** Cases are counted one at a time: what was seen is that of the last. */
const watched = (): TimelineObserver => {
  seen.transfers.length = 0;
  seen.computed.length = 0;
  return {
    transfer: (what, tile, { bursts, write }) => seen.transfers.push({ what, tile, bits: bursts, write }),
    compute: (_, start, end) => seen.computed.push(end - start),
    copy: () => undefined,
  };
};

function check(claim: (counted: MemoryCase, seen: Seen) => void, numRuns: number): void {
  fc.assert(
    fc.property(memoryCases(randomAnyCase, watched), (counted) => {
      claim(counted, seen);
    }),
    { numRuns },
  );
}

/** The channel of a case in plain integers, at 500 MHz. */
function channelOf({ walked, mapped }: MemoryCase) {
  const dram = mapped.accelerator.dram as BandwidthDram;
  const bitsPerCycle = dram.bandwidth / 500e6;
  const bursts = (bits: number): number => Math.ceil(bits / walked.burstBits) * walked.burstBits;
  return {
    cycles: (bits: number) => (bitsPerCycle === Infinity ? 0 : Math.ceil(bursts(bits) / bitsPerCycle)),
    latency: Math.ceil(dram.latency / 2),
  };
}

describe('a layer on its timeline', () => {
  it('moves, tile by tile and in order, what the walk through memory moves, and takes what stepping takes', () => {
    check((counted, { transfers, computed }) => {
      const { walked, mapped, counts } = counted;
      const { ifmap, ofmap } = mapped.accelerator.buffers;
      const walk = walkMemory(walked);
      const width = (buffer: BufferConfig): number => Math.max(1, Math.floor(buffer.banks / 2)) * buffer.width;
      const tiles = walk.tiles.map((tile, i): SteppedTile => {
        const { inputs, mask, weights, sums, store, copy, lastOfSums } = tile;
        const cycles = Math.ceil(copy / Math.min(width(ifmap), width(ofmap)));
        return { loads: { inputs, mask, weights, sums }, compute: computed[i]!, store, copy: cycles, lastOfSums };
      });
      const maps = 2 * walked.readerMasks.flat().reduce((sum, { levels }) => sum + levels.length, 0);
      const prologue = [
        { bits: finding.maskWriteBits, write: true },
        { bits: finding.silhouetteReadBits, write: false },
        { bits: maps, write: false },
      ].filter(({ bits }) => bits > 0);
      const stepped = stepTimeline(tiles, channelOf(counted), prologue);
      expect(totalCycles(counts.cycles)).toBe(stepped.total);
      expect(transfers.map(({ what, tile }) => [what, tile])).toEqual(
        stepped.transfers.map(({ kind, tile }) => [kind, tile]),
      );
      for (const [i, { bits }] of transfers.entries())
        expect(bits * walked.burstBits).toBe(
          Math.ceil(stepped.transfers[i]!.bits / walked.burstBits) * walked.burstBits,
        );
    }, 600);
  });

  it('waits for its ports, where it is one tile, as long as the slowest buffer takes longer than the array', () => {
    let starved = 0;
    check(({ mapped, walked, counts }, { computed }) => {
      if (computed.length !== 1) return;
      const { buffers } = mapped.accelerator;
      const { sramBits, memoryStalls, cycles } = counts;
      const array = totalCycles(cycles) - cycles.memory;
      const cyclesOf = (buffer: BufferConfig, reads: number, writes: number): number => {
        if (buffer.distributed) return 0;
        const bits = buffer.ports === 1 ? reads + writes : Math.max(reads, writes);
        return Math.ceil(bits / (Math.max(1, Math.floor(buffer.banks / 2)) * buffer.width));
      };
      const { ifmapRead, gatherRead, indexRead, maskRead, weightRead, sumRead, sumWrite, ofmapWrite } = sramBits;
      // The masks of readers are looked up on the way out, not by the array: two bits for each output pixel, or output.
      const { output, filters } = walked.layer;
      const lookUps = walked.readerMasks.flat().map(({ channels }) => (channels === 1 ? 1 : filters));
      const lookedUp = 2 * output.height * output.width * lookUps.reduce((sum, one) => sum + one, 0);
      const slowest = Math.max(
        cyclesOf(buffers.ifmap, ifmapRead + gatherRead + indexRead + maskRead - lookedUp, 0),
        cyclesOf(buffers.weight, weightRead, 0),
        cyclesOf(buffers.ofmap, sumRead, sumWrite + ofmapWrite),
      );
      const least = Math.max(0, slowest - array);
      expect(memoryStalls.sram).toBe(least);
      if (least > 0) starved++;
    }, 1500);
    expect(starved).toBeGreaterThan(3);
  });
});

function buffer(parts: Partial<BufferConfig>): BufferConfig {
  const bit = quantity<'bit'>;
  return { capacity: bit(8192), width: bit(64), banks: 4, ports: 1, distributed: false, ...parts };
}

describe('the ports of a buffer', () => {
  const traffic = { arrayReads: 1000, arrayWrites: 200, fills: 500, drains: 300 };

  it('serve the array alone where there are two banks or more: half of the banks, each a word per cycle', () => {
    expect(portCycles(buffer({ banks: 2 }), traffic)).toBe(Math.ceil(1200 / 64));
    expect(portCycles(buffer({ banks: 4 }), traffic)).toBe(Math.ceil(1200 / 128));
    expect(portCycles(buffer({ banks: 5 }), traffic)).toBe(Math.ceil(1200 / 128));
  });

  it('are shared with the channel where there is one bank: fills and drains are in the way', () => {
    expect(portCycles(buffer({ banks: 1 }), traffic)).toBe(Math.ceil(2000 / 64));
  });

  it('read and write side by side where a bank has two', () => {
    expect(portCycles(buffer({ banks: 4, ports: 2 }), traffic)).toBe(Math.ceil(1000 / 128));
    expect(portCycles(buffer({ banks: 1, ports: 2 }), traffic)).toBe(Math.ceil(1300 / 64));
    expect(portCycles(buffer({ banks: 1, ports: 2 }), { ...traffic, fills: 5000 })).toBe(Math.ceil(5200 / 64));
  });

  it('never limit a buffer that is spread over the PEs', () => {
    expect(portCycles(buffer({ banks: 1, distributed: true }), traffic)).toBe(0);
  });

  it('copy kept outputs at the width of the narrower buffer', () => {
    const buffers = { ifmap: buffer({ banks: 2 }), weight: buffer({}), ofmap: buffer({ banks: 8 }) };
    expect(copyCycles(buffers, 1000)).toBe(Math.ceil(1000 / 64));
  });
});
