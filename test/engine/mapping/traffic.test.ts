import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tileDemand } from '../../../src/engine/mapping/capacity.js';
import { loopOrders } from '../../../src/engine/mapping/choice.js';
import { layerCut } from '../../../src/engine/mapping/cuts.js';
import { firstLoadBits, mappingCycles } from '../../../src/engine/mapping/cycles.js';
import { bufferTraffic } from '../../../src/engine/mapping/energy.js';
import { mappingShape } from '../../../src/engine/mapping/shape.js';
import { loopCounts, mappingTraffic, passesOf } from '../../../src/engine/mapping/traffic.js';
import { randomArray } from '../../oracle/random-layers.js';
import { randomRequest, randomSizes } from './random-requests.js';
import { walk, walkedCycles, walkedDemand } from './walk.js';

const randomMapping = randomRequest(2000).chain((request) =>
  fc.record({ request: fc.constant(request), tiles: randomSizes(request), order: fc.constantFrom(...loopOrders) }),
);

describe('in closed form', () => {
  it('DRAM traffic is that of a walk from tile to tile, operand by operand and to the burst', () => {
    fc.assert(
      fc.property(randomMapping, ({ request, ...choice }) => {
        expect(mappingTraffic(request, choice)).toEqual(walk(request, choice).traffic);
      }),
      { numRuns: 2000 },
    );
  });

  it('what half a buffer must hold is the most that any tile needs', () => {
    fc.assert(
      fc.property(randomMapping, ({ request, tiles }) => {
        expect(tileDemand(request, tiles)).toEqual(walkedDemand(request, tiles));
      }),
      { numRuns: 2000 },
    );
  });

  it('buffer traffic is what the tiles move, and the first load what the first one waits for', () => {
    fc.assert(
      fc.property(randomMapping, ({ request, ...choice }) => {
        const shape = mappingShape(request);
        const cut = layerCut(shape, choice.tiles);
        const passes = passesOf(shape, choice.order, loopCounts(cut), cut.groups.tiles);
        const walked = walk(request, choice);
        expect(bufferTraffic(shape, cut, passes)).toEqual(walked.buffers);
        expect(firstLoadBits(shape, cut)).toBe(walked.firstLoad);
      }),
      { numRuns: 2000 },
    );
  });

  it('array cycles are those of the engine, tile by tile, for all dataflows and disciplines with barriers', () => {
    const barrier = randomArray.map((array) => ({ ...array, folds: 'barrier' as const }));
    const random = randomRequest(2000, barrier).chain((request) =>
      fc.record({ request: fc.constant(request), tiles: randomSizes(request) }),
    );
    fc.assert(
      fc.property(random, ({ request, tiles }) => {
        expect(mappingCycles(request, tiles)).toBe(walkedCycles(request, tiles));
      }),
      { numRuns: 3000 },
    );
  });

  it('array cycles of pipelined folds are exact where all of them occupy the whole array and all packets are alike', () => {
    const pipelined = randomArray
      .filter(({ folds }) => folds === 'pipelined')
      .map((array) => ({ ...array, edge: 'full' as const, unit: 'temporal(2)' }));
    const random = randomRequest(2000, pipelined).chain((request) =>
      fc.record({ request: fc.constant(request), tiles: randomSizes(request) }),
    );
    fc.assert(
      fc.property(random, ({ request, tiles }) => {
        expect(mappingCycles(request, tiles)).toBe(walkedCycles(request, tiles));
      }),
      { numRuns: 300 },
    );
  });
});
