import { coldStarts } from './command-line.js';
import { dataset } from './dataset.js';
import { kernelMixed, kernelShared } from './kernel.js';
import { scalingScenarios } from './scaling.js';
import type { Scenario } from './scenario.js';
import { mappingSearches } from './searches.js';
import { engines } from './small-layer.js';
import { againstFloor, bandwidth, engineCandidate, workload } from './workload.js';

const region = {
  network: 'resnet50',
  machine: 'region',
  scheme: 'region:2@50,4@30,8@20',
  images: 200,
};
const drq = { network: 'resnet50', machine: 'drq', scheme: 'drq', images: 6, masks: true };
const square = ['array.rows=32', 'array.cols=32'];
const steps = (order: string): string[] => [...square, `array.steps=${order}`, ...bandwidth];

/** Everything that is measured; `npm run bench -- --only NAME` measures some. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'region',
    title: 'ResNet-50, elastic(4) os 32×32, channel-inner, one silhouette per image, services 1, 4 and 16',
    unit: 'image',
    prepare: () => againstFloor({ ...region, overrides: steps('channel-inner') }),
  },
  {
    name: 'region-tap-inner',
    title: 'the same with tap-inner',
    unit: 'image',
    prepare: () => againstFloor({ ...region, overrides: steps('tap-inner') }),
  },
  {
    name: 'drq',
    title: 'ResNet-50, elastic(4) os 32×32, tap-inner, masks of 4×8 regions per channel',
    unit: 'image',
    prepare: () => againstFloor({ ...drq, overrides: steps('tap-inner') }),
  },
  {
    name: 'drq-channel-inner',
    title: 'the same with channel-inner',
    unit: 'image',
    prepare: () => againstFloor({ ...drq, overrides: steps('channel-inner') }),
  },
  {
    name: 'kernel-shared',
    title: 'a fold of 32 rows, 9 taps and 256 channels that share their levels, elastic(4)',
    unit: 'fold',
    unsteady: true,
    prepare: () => Promise.resolve(kernelShared()),
  },
  {
    name: 'kernel-mixed',
    title: 'the same, channels with levels of their own',
    unit: 'fold',
    unsteady: true,
    prepare: () => Promise.resolve(kernelMixed()),
  },
  ...['elastic(4)', 'global', 'decoupled'].map((discipline): Scenario => ({
    name: `reference-${discipline.replace(/\W.*/, '')}`,
    title: `a 3×3 layer of 16 channels and 16×16 pixels, masks per channel, os 16×16, ${discipline}`,
    unit: 'run',
    prepare: () => Promise.resolve(engines(discipline)),
  })),
  {
    name: 'dram',
    title: 'ResNet-18 on the region machine, region:2@50,3@30,4@20, with either model of DRAM',
    unit: 'image',
    prepare: async () => {
      const spec = { network: 'resnet18', machine: 'region', scheme: 'region:2@50,3@30,4@20', images: 20 };
      const rate = await workload({ ...spec, overrides: bandwidth });
      const banked = await workload({ ...spec, overrides: [] });
      const stacked = await workload({ ...spec, overrides: ['dram.part=hbm2'] });
      return {
        candidates: [
          engineCandidate('bandwidth', rate),
          engineCandidate('ddr4-2400', banked),
          engineCandidate('hbm2', stacked),
        ],
        base: 'bandwidth',
        main: 'ddr4-2400',
      };
    },
  },
  {
    name: 'mapping',
    title: 'searching the mappings of a network, nothing remembered',
    unit: 'run',
    prepare: mappingSearches,
  },
  ...scalingScenarios,
  {
    name: 'command-line',
    title: 'from the start of a process to its end',
    unit: 'run',
    effort: { leastMs: 0 },
    prepare: () => Promise.resolve(coldStarts()),
  },
  {
    name: 'dataset',
    title: `${dataset.images.toLocaleString('en')} silhouettes through ResNet-50 as in region, from the command line, ${String(dataset.threads)} threads`,
    unit: 'image',
    effort: { rounds: 1, warmUpMs: 0 },
    long: true,
    prepare: dataset.prepare,
  },
];
