import { describe, expect, it } from 'vitest';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork } from '../../src/engine/place-network.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { parseScheme } from '../../src/scheme/registry.js';
import type { ImageTrace } from '../../src/trace/trace.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';

const bandwidth = ['model=bandwidth', 'bandwidth=19.2 GB/s', 'burst=64 B', 'energy=15 pJ/bit', 'latency=50 ns'];

const network = builtinNetwork('cifar-resnet20')!;
const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 4, silhouette: { height: 32, width: 32 } });
const images: ImageTrace[] = [];
for await (const image of trace.images()) images.push(image);

describe.each([
  ['region', 'region:2@50,4@30,8@20'],
  ['region', 'uniform:4'],
  ['drq', 'drq'],
  ['int8', 'uniform:8'],
  ['olaccel', 'uniform:4'],
])('layers of %s under %s', (machine, spec) => {
  it.each([1, 2])('that are alike are counted once, and as if each were counted: batches of %i', async (batch) => {
    const overrides = bandwidth.map((one) => parseOverride(`dram.${one}`));
    const accelerator = await loadAccelerator(machine, overrides);
    const plan = parseScheme(spec).plan(network, trace.info);
    const placed = placeNetwork(plan, accelerator, batch);
    if (!placed.fits) throw new Error(placed.unfit.reason);
    for (let at = 0; at < images.length; at += batch) {
      const own = images.slice(at, at + batch);
      const fields = plan.masks === 'none' ? plan.layers.map(() => undefined) : batchFields(plan, own);
      const counts = countNetwork(placed.value, fields);
      // Who watches sees every layer.
      expect(counts).toEqual(countNetwork(placed.value, fields, () => undefined));
      // Outliers are drawn layer by layer.
      if (machine !== 'olaccel') expect(new Set(counts).size).toBeLessThan(counts.length);
    }
  });
});
