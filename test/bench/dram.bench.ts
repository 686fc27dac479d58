import { bench, describe } from 'vitest';
import { priceOf } from '../../src/cost/price.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork } from '../../src/engine/place-network.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { parseScheme } from '../../src/scheme/registry.js';
import type { ImageTrace } from '../../src/trace/trace.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';

const constantRate = ['model=bandwidth', 'bandwidth=19.2 GB/s', 'burst=64 B', 'energy=15 pJ/bit', 'latency=50 ns'];

const network = builtinNetwork('resnet18')!;
const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 1 });
const images: ImageTrace[] = [];
for await (const image of trace.images()) images.push(image);

/** One image of ResNet-18 with either model of DRAM: `banked` may take five times as long. */
for (const spec of ['uniform:8', 'region:2@50,3@30,4@20'])
  describe(`ResNet-18, region machine, ${spec}`, async () => {
    for (const [name, overrides] of [
      ['bandwidth', constantRate.map((one) => `dram.${one}`)],
      ['banked, ddr4-2400-x16', []],
      ['banked, hbm2', ['dram.part=hbm2']],
    ] as const) {
      const accelerator = await loadAccelerator('region', overrides.map(parseOverride));
      const plan = parseScheme(spec).plan(network, trace.info);
      const placed = placeNetwork(plan, accelerator, 1, { prices: priceOf(accelerator).mapping });
      if (!placed.fits) throw new Error(placed.unfit.reason);
      const fields = plan.masks === 'none' ? plan.layers.map(() => undefined) : batchFields(plan, images);
      bench(name, () => void countNetwork(placed.value, fields));
    }
  });
