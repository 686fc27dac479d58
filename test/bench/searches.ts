import { priceOf } from '../../dist/cost/price.js';
import { placeNetwork } from '../../dist/engine/place-network.js';
import { loadAccelerator } from '../../dist/formats/load-accelerator.js';
import { parseOverride } from '../../dist/formats/override.js';
import { builtinNetwork } from '../../dist/network/builtin.js';
import { parseScheme } from '../../dist/scheme/registry.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../dist/trace/synth.js';
import type { Candidate, Prepared } from './scenario.js';
import { bandwidth, floorCandidate, workload } from './workload.js';

async function search(name: string, machine: string, scheme: string, objective: string): Promise<Candidate> {
  const network = builtinNetwork(name)!;
  const { info } = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 1 });
  const plan = parseScheme(scheme).plan(network, info);
  const loaded = await loadAccelerator(machine, [parseOverride(`mapping.objective=${objective}`)]);
  let accelerator = loaded;
  return {
    name: `${name} on ${machine}, ${objective}`,
    images: 1,
    // A copy has nothing remembered.
    next: () => (accelerator = { ...loaded }),
    run: () => placeNetwork(plan, accelerator, 1, { prices: priceOf(accelerator).mapping }),
  };
}

/** Searches beside a loop whose work never changes: the floor of a region scheme. */
export async function mappingSearches(): Promise<Prepared> {
  const scheme = 'region:2@50,3@30,4@20';
  const work = await workload({ network: 'resnet50', machine: 'region', overrides: bandwidth, scheme, images: 1 });
  const main = await search('resnet18', 'int8', 'uniform:8', 'energy');
  return {
    candidates: [
      floorCandidate('floor of region', work),
      main,
      await search('resnet50', 'region', scheme, 'energy'),
      await search('resnet50', 'region', scheme, 'dram'),
      await search('mobilenetv2', 'drq', 'uniform:8', 'cycles'),
    ],
    base: 'floor of region',
    main: main.name,
  };
}
