import { beforeAll, describe, expect, it } from 'vitest';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import type { ImageRow, Result } from '../../src/result.js';
import { simulate, type Executor, type Simulation, type SimulationState } from '../../src/simulate.js';
import { ChunkCounter, countChunk } from '../../src/simulation/chunk.js';
import { planRuns } from '../../src/simulation/plan.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import type { Trace } from '../../src/trace/trace.js';

const network = builtinNetwork('cifar-resnet20')!;
const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 37, silhouette: { height: 8, width: 8 } });
let request: Simulation;
let result: Result;
let rows: ImageRow[];
const states: SimulationState[] = [];

beforeAll(async () => {
  const accelerators = [await loadAccelerator('region'), await loadAccelerator('int8')];
  request = { network, accelerators, schemes: ['uniform:8', 'region:4@70,8@30', 'uniform:16'], trace, batch: 3 };
  rows = [];
  result = await simulate({
    ...request,
    onImage: (row) => rows.push(row),
    onChunk: (state) => {
      states.push(structuredClone(state()));
    },
  });
});

/** Counts in this thread, but answers later chunks first. */
function hasty(capacity: number): Executor {
  const counter = new ChunkCounter(planRuns(request).running);
  let waiting = Promise.resolve();
  let left = 5;
  return {
    capacity,
    count: (chunk) => {
      const counts = countChunk(counter, chunk);
      waiting = new Promise((resolve) => setTimeout(resolve, 5 * left--));
      return waiting.then(() => counts);
    },
  };
}

describe('a simulation', () => {
  it('gives the same result and rows when an executor counts, whatever chunk is done first', async () => {
    for (const capacity of [1, 2, 5]) {
      const own: ImageRow[] = [];
      const progress: number[] = [];
      const there = await simulate({
        ...request,
        executor: hasty(capacity),
        onImage: (row) => own.push(row),
        onProgress: (done) => {
          progress.push(done);
        },
      });
      expect(JSON.stringify(there)).toBe(JSON.stringify(result));
      expect(own).toEqual(rows);
      expect(progress).toEqual([...Array.from({ length: 12 }, (_, i) => 3 * (i + 1)), 37]);
    }
  });

  it('tells its state after every chunk of whole batches', () => {
    expect(states.map(({ images }) => images)).toEqual([15, 30, 37]);
  });

  it('gives the same result and the rows that were missing when it goes on from any of its states', async () => {
    const runs = request.accelerators.length * request.schemes.length - 1; // int8 cannot run uniform:16
    for (const state of states)
      for (const executor of [undefined, hasty(2)]) {
        const own: ImageRow[] = [];
        const resumed = await simulate({
          ...request,
          resume: structuredClone(state),
          ...(executor && { executor }),
          onImage: (row) => own.push(row),
        });
        expect(JSON.stringify(resumed)).toBe(JSON.stringify(result));
        expect(own).toEqual(rows.slice(runs * state.images));
      }
  });

  it('refuses the state of another one', async () => {
    const [state] = states;
    const resume = structuredClone(state!);
    const wrong = [
      { ...request, resume, batch: 2 },
      { ...request, resume, images: 10 },
      { ...request, resume, schemes: ['uniform:8'] },
      { ...request, resume, network: builtinNetwork('resnet18')! },
    ];
    for (const simulation of wrong)
      await expect(simulate(simulation)).rejects.toThrow('resume: is the state of another simulation');
  });

  it('ends between two batches when its signal says so, with the reason', async () => {
    for (const executor of [undefined, hasty(3)]) {
      const controller = new AbortController();
      const reason = new Error('enough');
      let last = 0;
      const run = simulate({
        ...request,
        ...(executor && { executor }),
        signal: controller.signal,
        onProgress: (done) => {
          last = done;
          if (done >= 18) controller.abort(reason);
        },
      });
      await expect(run).rejects.toBe(reason);
      expect(last).toBeLessThan(37);
    }
  });

  it('throws what is wrong with the earliest image, also where later ones are counted or read first', async () => {
    const counting = hasty(4);
    const broken: Trace = {
      info: trace.info,
      async *images(limit) {
        for await (const image of trace.images(limit)) {
          if (image.index === 33) throw new Error('cannot be read on');
          yield image;
        }
      },
    };
    const failing = (at: number): Executor => {
      let chunk = 0;
      return {
        capacity: 4,
        count: (batches) => {
          const own = chunk++;
          return own >= at
            ? new Promise((_, reject) =>
                setTimeout(
                  () => {
                    reject(new Error(`chunk ${String(own)}`));
                  },
                  20 * (4 - own),
                ),
              )
            : counting.count(batches);
        },
      };
    };
    await expect(simulate({ ...request, trace: broken, executor: failing(0) })).rejects.toThrow('chunk 0');
    await expect(simulate({ ...request, trace: broken, executor: failing(1) })).rejects.toThrow('chunk 1');
    await expect(simulate({ ...request, trace: broken, executor: failing(9) })).rejects.toThrow('cannot be read on');
  });
});
