import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../src/core/quantity.js';
import type { Unfit } from '../../../src/core/unfit.js';
import { tileDemand } from '../../../src/engine/mapping/capacity.js';
import { loopNames } from '../../../src/engine/mapping/choice.js';
import { mapLayer } from '../../../src/engine/mapping/mapping.js';
import { noPrices, type MappingRequest } from '../../../src/engine/mapping/request.js';
import { searchMapping } from '../../../src/engine/mapping/search.js';
import { mappingTraffic, totalTraffic } from '../../../src/engine/mapping/traffic.js';
import { bufferNames, objectives, type Accelerator, type BufferName } from '../../../src/machine/accelerator.js';
import { builtinNetwork } from '../../../src/network/builtin.js';
import { isArrayLayer, type ArrayLayer } from '../../../src/network/layer.js';
import { machineOf } from '../../oracle/machines.js';
import { allSizes, bruteForce } from './brute-force.js';
import { randomRequest } from './random-requests.js';

/** More of them, and larger ones: SILHOUETTE_CASES=1000. */
const cases = process.env['SILHOUETTE_CASES'];
const [runs, mostSizes] = cases === undefined ? [200, 200] : [Number(cases), 1000];

describe('the search', () => {
  it.each(objectives)('finds for the objective %s what trying every mapping tile by tile finds', (objective) => {
    let fitting = 0;
    const random = randomRequest(6000)
      .map((request) => ({ ...request, objective }))
      .map((request) => ({ request, sizes: allSizes(request) }));
    fc.assert(
      fc.property(random, ({ request, sizes }) => {
        fc.pre(sizes.length <= mostSizes);
        const found = searchMapping(request);
        const best = bruteForce(request, sizes);
        expect(found.fits).toBe(best !== undefined);
        if (!found.fits || best === undefined) return;
        fitting++;
        expect(found.value).toEqual({ choice: best.choice, dramBits: best.dramBits });
      }),
      { numRuns: runs },
    );
    expect(fitting).toBeGreaterThan(runs / 5);
  });

  it('keeps a layer whole where it fits, and moves nothing twice', () => {
    const layer = vggLayers[0]!;
    const request = requestOf(layer, machineOf(drqArray));
    const found = searchMapping(request);
    if (!found.fits) throw new Error(found.unfit.reason);
    const { height, width } = layer.output;
    const whole = { batch: 1, rows: height, cols: width, groups: 1, filters: 64, channels: 3 };
    const bits = totalTraffic(mappingTraffic(request, { order: loopNames, tiles: whole }));
    expect(found.value).toEqual({ choice: { order: loopNames, tiles: whole }, dramBits: bits });
  });

  it('is asked once for each machine and shape, whatever the layer is called', () => {
    const [layer] = vggLayers as [ArrayLayer];
    const machine = machineOf(drqArray);
    const value = (request: MappingRequest) => {
      const found = searchMapping(request);
      return found.fits ? found.value : undefined;
    };
    const first = value(requestOf(layer, machine));
    expect(value(requestOf({ ...layer, name: 'again', from: ['elsewhere'] }, machine))).toBe(first);
    const other = value(requestOf(layer, machineOf(drqArray)));
    expect(other).not.toBe(first);
    expect(other).toEqual(first);
    const changes: Partial<MappingRequest>[] = [
      { batch: 2 },
      { objective: 'cycles' },
      { inputKept: true },
      { outputKept: true },
      { mask: 'none' },
      { reservedBits: 8 },
      { outputWidths: [6] },
      { levels: [high] },
      { first: true },
      { prices: { ...noPrices, perCycle: 1 } },
    ];
    for (const change of changes) expect(value({ ...requestOf(layer, machine), ...change })).not.toBe(first);
  });
});

const low = { activationBits: 3, weightBits: 2 };
const high = { activationBits: 6, weightBits: 7 };

const drqArray = {
  rows: 32,
  cols: 32,
  unit: 'temporal(4)',
  discipline: 'elastic(4)',
  steps: 'channel-inner',
  order: 'raster',
  drain: 'overlapped',
  edge: 'full',
} as const;

const vggLayers = builtinNetwork('vgg16')!.layers.filter(isArrayLayer);

function requestOf(layer: ArrayLayer, accelerator: Accelerator): MappingRequest {
  const levels = [low, high];
  const laws = levels.map((level) => {
    const law = accelerator.array.unit.law(level);
    if (!law.fits) throw new Error(law.unfit.reason);
    return law.value;
  });
  return {
    layer,
    accelerator,
    levels,
    laws,
    batch: 1,
    first: false,
    mask: 'per-channel',
    outputWidths: [3, 6],
    reservedBits: 0,
    inputKept: false,
    outputKept: false,
    objective: 'dram',
    prices: noPrices,
  };
}

type Capacities = Readonly<Record<BufferName, number>>;

function withBuffers(accelerator: Accelerator, bits: Capacities): Accelerator {
  const buffer = (name: BufferName) => ({ ...accelerator.buffers[name], capacity: quantity<'bit'>(bits[name]) });
  return { ...accelerator, buffers: { ifmap: buffer('ifmap'), weight: buffer('weight'), ofmap: buffer('ofmap') } };
}

function unfitOf(request: MappingRequest): Unfit | undefined {
  const mapping = mapLayer(request);
  return mapping.fits ? undefined : mapping.unfit;
}

/** The buffer and capacity in bits that the first lever names. */
function leverOf(unfit: Unfit | undefined): [BufferName, number] {
  const [, name, kibibytes] = /^--set buffers\.(\w+)\.capacity='(\d+) KiB'$/.exec(unfit?.levers[0] ?? '') ?? [];
  return [name as BufferName, Number(kibibytes) * 8192];
}

describe('a layer that does not fit', () => {
  const machine = machineOf(drqArray);
  const layer = vggLayers[1]!;
  /** Nine taps of one channel in lines of whole words (two planes of 64 bits), with a mask bit each; one filter of them; one sum. */
  const least: Capacities = { ifmap: 3 * (2 * 64 + 3), weight: 9 * 7, ofmap: 6 + 7 + 10 };
  const enough: Capacities = { ifmap: 2 * least.ifmap, weight: 2 * least.weight, ofmap: 2 * least.ofmap };

  it.each(bufferNames)('says that buffers.%s is too small, what it takes and what there is', (name) => {
    const short = { ...enough, [name]: enough[name] - 1 };
    const unfit = unfitOf(requestOf(layer, withBuffers(machine, short)));
    expect(unfit).toMatchObject({ demand: least[name], bound: least[name] - 1, unit: 'bit' });
    expect(unfit?.reason).toMatch(new RegExp(`^layer features\\.2: .* at 6x7 bits .* half of buffers\\.${name}$`));
  });

  it('fits once each capacity is what the first lever says, also beside kept tensors', () => {
    const networks = ['vgg16', 'mobilenetv2', 'inceptionv3'].flatMap((name) => builtinNetwork(name)!.layers);
    for (const own of networks.filter(isArrayLayer).filter((_, i) => i % 7 === 0)) {
      let bits: Capacities = { ifmap: 1, weight: 1, ofmap: 1 };
      const unfit = () => unfitOf({ ...requestOf(own, withBuffers(machine, bits)), reservedBits: 10_000 });
      for (const name of bufferNames) {
        const [short, capacity] = leverOf(unfit());
        expect(short).toBe(name);
        bits = { ...bits, [name]: capacity };
      }
      const last = unfit();
      expect(last?.unit ?? 'tiles').toBe('tiles');
    }
  });

  it('fits by the levers, whatever its buffers', () => {
    fc.assert(
      fc.property(randomRequest(300), (request) => {
        let { accelerator } = request;
        for (let i = 0; i < 3; i++) {
          const unfit = unfitOf({ ...request, accelerator });
          if (unfit === undefined) return;
          expect(unfit.demand).toBeGreaterThan(unfit.bound);
          const [name, capacity] = leverOf(unfit);
          const bits = Object.fromEntries(bufferNames.map((own) => [own, accelerator.buffers[own].capacity as number]));
          accelerator = withBuffers(accelerator, { ...(bits as Record<BufferName, number>), [name]: capacity });
        }
        expect(unfitOf({ ...request, accelerator })).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused where it fits only in more tiles than are worth simulating', () => {
    const unfit = unfitOf(requestOf(layer, withBuffers(machine, enough)));
    expect(unfit).toMatchObject({ demand: 224 * 224 * 64 * 64, bound: 2 ** 20, unit: 'tiles' });
    expect(unfit?.levers.join()).toContain('buffers.ofmap.capacity');
  });

  it('is refused where it has more pixels than memory, before anything is walked', () => {
    const side = 2 ** 15;
    const input = { ...layer.input, height: side, width: side };
    const output = { ...layer.output, height: side, width: side };
    const unfit = unfitOf(requestOf({ ...layer, input, output }, machine));
    expect(unfit).toMatchObject({ demand: 2 ** 30, bound: 2 ** 28, unit: 'pixels' });
  });
});

describe('the tiles of a mapping', () => {
  it('cover the layer once, and are of the sizes that were found', () => {
    const indices = (ranges: readonly { from: number; to: number }[]): number[] =>
      ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
    const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
    fc.assert(
      fc.property(randomRequest(4000), (request) => {
        const mapping = mapLayer(request);
        fc.pre(mapping.fits);
        const { tiling, choice, geometry } = mapping.value;
        const { layer, batch, accelerator } = request;
        expect(indices(tiling.groups)).toEqual(upTo(layer.groups));
        expect(indices(tiling.filters)).toEqual(upTo(layer.filters / layer.groups));
        expect(indices(tiling.channels)).toEqual(upTo(geometry.channels));
        const windows = tiling.windows.reduce((sum, tile) => sum + tile.windows, 0);
        expect(windows).toBe(layer.output.height * layer.output.width * batch);
        const demand = tileDemand(request, choice.tiles);
        for (const name of bufferNames)
          expect(2 * demand[name]).toBeLessThanOrEqual(Math.max(0, accelerator.buffers[name].capacity));
      }),
      { numRuns: 500 },
    );
  });
});
