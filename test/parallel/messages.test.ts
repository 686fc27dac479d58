import { describe, expect, it } from 'vitest';
import { builtinAcceleratorNames, loadAccelerator } from '../../src/formats/load-accelerator.js';
import { openTrace } from '../../src/formats/trace-file.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { machineData, machineOf } from '../../src/parallel/machine-data.js';
import { packChunk, unpackChunk } from '../../src/parallel/packed-chunk.js';
import { simulate } from '../../src/simulate.js';
import type { Batch } from '../../src/simulation/chunk.js';

describe('what is sent to a thread arrives as it was', () => {
  it('every built-in machine: its data, and what inference costs on it', async () => {
    const network = builtinNetwork('cifar-resnet20')!;
    for (const name of await builtinAcceleratorNames()) {
      const machine = await loadAccelerator(name);
      const data = structuredClone(machineData(machine));
      const arrived = machineOf(data);
      expect(machineData(arrived)).toEqual(data);
      const request = { network, schemes: ['uniform:8'] };
      const [here, there] = [
        await simulate({ ...request, accelerators: [machine] }),
        await simulate({ ...request, accelerators: [arrived] }),
      ];
      expect(JSON.stringify(there)).toBe(JSON.stringify(here));
    }
  });

  it('the images of a trace, with silhouettes and masks', async () => {
    const trace = await openTrace('traces/selfie.npz');
    const chunk: Batch[] = [];
    for await (const image of trace.images(3)) chunk.push({ names: [image.name], traces: [image] });
    const packed = packChunk(chunk);
    const transfer = [packed.values.buffer, packed.levels.buffer, packed.sums.buffer];
    expect(unpackChunk(structuredClone(packed, { transfer }))).toEqual(chunk);
  });

  it('the sums of a trace', () => {
    const sums = { channels: 2, gridHeight: 1, gridWidth: 2, regionHeight: 4, regionWidth: 8 };
    const two = [1, 2].map((from): Batch => {
      const own = { ...sums, sums: Uint32Array.of(from, 7, 70_000, 0) };
      const image = { index: from, name: 'i', masks: new Map(), sums: new Map([['4x8', new Map([['conv', own]])]]) };
      return { names: ['i'], traces: [image] };
    });
    expect(unpackChunk(structuredClone(packChunk(two)))).toEqual(two);
  });

  it('batches that read no trace', () => {
    const chunk = [{ names: ['image 0', 'image 1'], traces: [] }];
    expect(unpackChunk(structuredClone(packChunk(chunk)))).toEqual(chunk);
  });

  it('a machine of a unit that no registry has is refused', async () => {
    const data = machineData(await loadAccelerator('int8'));
    expect(() => machineOf({ ...data, array: { ...data.array, unit: 'quantum(8)' } })).toThrow(
      'no registry has quantum(8)',
    );
    expect(() => machineOf({ ...data, array: { ...data.array, order: 'random' } })).toThrow('no registry has random');
  });
});
