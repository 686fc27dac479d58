import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { totalCycles } from '../../src/engine/counts.js';
import { noReaderMasks } from '../../src/engine/masks.js';
import { countVectorLayer, vectorElements, type PlacedVector } from '../../src/engine/vector.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { dramModelOf } from '../../src/machine/dram/registry.js';
import type { VectorLayer } from '../../src/network/layer.js';
import { bitwiseDram, machineOf } from '../oracle/machines.js';
import { stepTimeline, type SteppedTile } from '../oracle/timeline-steps.js';
import { shape } from '../trace/example-network.js';

const base: VectorLayer = {
  name: 'add',
  kind: 'add',
  from: ['a', 'b'],
  inputs: [shape(4, 6), shape(4, 6)],
  output: shape(4, 6),
  parameters: 0,
};

const elementsOf = (parts: Partial<VectorLayer>): number => vectorElements({ ...base, ...parts });

/** A machine of 2 × 3 PEs whose memory moves `bitsPerCycle` in bursts of one bit. */
function machine(bitsPerCycle: number, capacity = 2 ** 20): Accelerator {
  const plain = machineOf({
    rows: 2,
    cols: 3,
    unit: 'fixed(8)',
    discipline: 'global',
    steps: 'channel-inner',
    order: 'raster',
    drain: 'overlapped',
    edge: 'full',
  });
  const buffer = { ...plain.buffers.ifmap, capacity: quantity<'bit'>(capacity) };
  return {
    ...plain,
    buffers: { ifmap: buffer, weight: buffer, ofmap: buffer },
    dram: { ...bitwiseDram, bandwidth: quantity<'bit/s'>(bitsPerCycle * 500e6) },
  };
}

function placed(layer: VectorLayer, accelerator: Accelerator, parts: Partial<PlacedVector> = {}): PlacedVector {
  return {
    layer,
    accelerator,
    dram: dramModelOf(accelerator.dram, accelerator.technology.clock),
    batch: 1,
    inputBits: 8,
    inputsKept: layer.inputs.map(() => false),
    outputKept: false,
    outputStored: true,
    reservedBits: 0,
    ...parts,
  };
}

function count(layer: VectorLayer, accelerator: Accelerator, parts: Partial<PlacedVector> = {}, outputBits = 8 * 144) {
  return countVectorLayer(placed(layer, accelerator, parts), outputBits * (parts.batch ?? 1), noReaderMasks);
}

const tile = (inputs: number, compute: number, store: number): SteppedTile => {
  return { loads: { inputs, mask: 0, weights: 0, sums: 0 }, compute, store, copy: 0, lastOfSums: true };
};

const channel = { cycles: (bits: number) => Math.ceil(bits / 7), latency: 0 };

describe('the elements of a vector layer', () => {
  it('of a pool are those under its windows, or each input once where it has none', () => {
    const inputs = [shape(4, 6)];
    expect(elementsOf({ kind: 'pool', inputs, output: shape(4, 3), kernel: [2, 2] })).toBe(4 * 9 * 4);
    expect(elementsOf({ kind: 'pool', inputs, output: shape(4, 5), kernel: [2, 3] })).toBe(4 * 25 * 6);
    expect(elementsOf({ kind: 'pool', inputs, output: shape(4, 1) })).toBe(4 * 36);
  });

  it('of an addition are one per pair that is added', () => {
    expect(elementsOf({})).toBe(144);
    expect(elementsOf({ inputs: [shape(4, 6), shape(4, 6), shape(4, 6)] })).toBe(2 * 144);
    expect(elementsOf({ kind: 'multiply', inputs: [shape(4, 6), shape(4, 1)] })).toBe(144);
  });

  it('of a concatenation or resize are those it moves', () => {
    expect(elementsOf({ kind: 'concat', output: shape(8, 6) })).toBe(288);
    expect(elementsOf({ kind: 'resize', inputs: [shape(4, 3)] })).toBe(144);
  });
});

describe('the vector unit', () => {
  it('works on one element per array column and cycle, and does no MACs', () => {
    const counts = count(base, machine(Infinity), { batch: 5 });
    expect(totalCycles(counts.cycles)).toBe((5 * 144) / 3);
    expect(counts).toMatchObject({ boundCycles: 240, macsByBits: {}, operations: { vector: 720 } });
    const odd = { ...base, inputs: [shape(1, 1, 4), shape(1, 1, 4)], output: shape(1, 1, 4) };
    expect(totalCycles(count(odd, machine(Infinity)).cycles)).toBe(2);
  });

  it('reads its inputs and writes its outputs once, whatever the buffers', () => {
    for (const capacity of [64, 1000, 2 ** 20])
      expect(count(base, machine(7, capacity), { batch: 2, inputBits: 5 }, 500).dramBits).toMatchObject({
        ifmap: 2 * 2 * 144 * 5,
        ofmap: 1000,
        weight: 0,
        maskRead: 0,
        maskWrite: 0,
      });
  });

  it('waits for memory as long as chunks of half a buffer take on the timeline', () => {
    // 2304 bits in and 1152 out, 48 cycles of work, through halves of 576 bits: four chunks.
    const tiles = Array.from({ length: 4 }, () => tile(576, 12, 288));
    const counts = count(base, machine(7, 1152));
    const expected = stepTimeline(tiles, channel).total;
    expect(totalCycles(counts.cycles)).toBe(expected);
    expect(counts.cycles).toMatchObject({ compute: 48, memory: expected - 48 });
    const whole = [tile(2304, 48, 1152)];
    expect(totalCycles(count(base, machine(7)).cycles)).toBe(stepTimeline(whole, channel).total);
  });

  it('loads and stores nothing of what stays on chip', () => {
    const kept = count(base, machine(7), { inputsKept: [true, false], outputKept: true, outputStored: false });
    expect(kept.dramBits).toMatchObject({ ifmap: 144 * 8, ofmap: 0 });
    expect(kept.keptBits).toEqual({ read: 144 * 8, write: 144 * 8 });
    expect(kept.sramBits).toMatchObject({ ifmapWrite: 2 * 144 * 8, ofmapWrite: 144 * 8, ofmapRead: 144 * 8 });
    expect(kept.compulsoryBits).toBe(3 * 144 * 8);
    const both = count(base, machine(7), { inputsKept: [true, true], outputKept: true });
    expect(both.dramBits).toMatchObject({ ifmap: 0, ofmap: 144 * 8 });
    expect(both.keptBits).toEqual({ read: 2 * 144 * 8, write: 0 });
  });

  it('leaves all PEs idle: at the edge while it works, in memory while it waits', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 7, 64, Infinity), fc.integer({ min: 16, max: 4000 }), (rate, capacity) => {
        const { cycles, peCycles } = count(base, machine(rate, capacity));
        expect(cycles.memory).toBeGreaterThanOrEqual(0);
        expect(peCycles).toEqual({
          busy: 0,
          syncOperand: 0,
          syncRoom: 0,
          fillDrain: 0,
          edge: 6 * cycles.compute,
          memory: 6 * cycles.memory,
        });
      }),
    );
  });
});
