import { expect, test } from 'vitest';
import { priceOf } from '../../src/cost/price.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork } from '../../src/engine/place-network.js';
import { stallMap } from '../../src/engine/stall-map.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import type { ImageTrace } from '../../src/trace/trace.js';

const network = builtinNetwork('cifar-resnet20')!;

async function mapsOf(machine: string, scheme: string, set: readonly string[], images = 1) {
  const accelerator = await loadAccelerator(machine, set.map(parseOverride));
  const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images, region: { rows: 2, cols: 2 } });
  const plan = parseScheme(scheme).plan(network, trace.info);
  const placed = placeNetwork(plan, accelerator, images, { prices: priceOf(accelerator).mapping });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  const all: ImageTrace[] = [];
  for await (const image of trace.images()) all.push(image);
  const fields = batchFields(plan, all);
  const counts = countNetwork(placed.value, fields);
  return placed.value.layers.map((layer, i) => {
    return { kind: layer.kind, map: stallMap(placed.value, i, fields), counts: counts[i]! };
  });
}

test.each([
  ['region', 'region:2@50,4@30,8@20', [], 1],
  ['region', 'region:2@50,4@30,8@20', ['array.order=sorted'], 1],
  ['region', 'region:2@50,4@30,8@20', ['array.edge=clipped', 'array.discipline=elastic(1)'], 3],
  ['drq', 'drq:2x2', [], 1],
  ['drq', 'drq:2x2', ['array.discipline=global', 'array.steps=channel-inner'], 2],
] as const)(
  'on %s, %s with %j, what folds lose sums to the sync of the layer',
  async (machine, scheme, set, images) => {
    const layers = await mapsOf(machine, scheme, set, images);
    let waits = 0;
    for (const { kind, map, counts } of layers) {
      if (kind === 'vector') expect(map).toBeUndefined();
      else {
        expect(map!.total).toBe(counts.cycles.sync);
        expect(map!.cycles).toHaveLength(images * map!.height * map!.width);
        expect(Math.max(...map!.cycles) > 0).toBe(map!.total > 0);
        waits += map!.total;
      }
    }
    expect(waits).toBeGreaterThan(0);
  },
);

test('no map where folds are no sets of windows', async () => {
  for (const set of [['array.folds=pipelined'], ['array.dataflow=ws']]) {
    const layers = await mapsOf('region', 'region:2@50,4@30,8@20', set);
    expect(layers.every(({ map }) => map === undefined)).toBe(true);
  }
});

test('a decoupled array waits nowhere', async () => {
  const layers = await mapsOf('region', 'region:2@50,4@30,8@20', ['array.discipline=decoupled']);
  for (const { kind, map } of layers) if (kind === 'array') expect(map!.total).toBe(0);
});
