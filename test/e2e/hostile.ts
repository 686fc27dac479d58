import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAccelerator } from '../../src/formats/accelerator-file.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { htmlReport } from '../../src/report/html/report.js';
import { liveTrace } from '../../src/report/live/live-data.js';
import { settingsOf } from '../../src/report/live/settings.js';
import { lookAt } from '../../src/report/looks/look.js';
import { layerTimelines } from '../../src/report/looks/layer-timeline.js';
import { simulate } from '../../src/simulate.js';
import { planRuns } from '../../src/simulation/plan.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import { root } from '../house/sources.js';

const attack = (what: string): string =>
  `${what}</script><script>hacked=1</script><img src="x" onerror="hacked=1">'"><b>&amp;<!--`;

/** Names that would be a script if a page took them for markup. */
export const hostile = {
  network: attack('network'),
  layer: attack('layer'),
  image: attack('image'),
  trace: attack('trace'),
  machineFile: attack('file'),
  accelerator: attack('machine'),
  scheme: attack('scheme'),
};

/** A report in which everything that has a name of somebody's own has such a one. */
export async function hostileReport(): Promise<string> {
  const network = builtinNetwork('cifar-resnet20')!;
  const text = await readFile(join(root, 'accelerators/drq.yaml'), 'utf8');
  const machine = parseAccelerator(text, 'drq');
  const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 1 });
  const request = { network, accelerators: [machine], schemes: ['uniform:8', 'drq'], trace };
  const plain = await simulate(request);
  const { running } = planRuns({ ...request, batch: 1 });
  const { scheme, accelerator, network: name } = hostile;
  const runs = plain.runs.map((run) => ({
    ...run,
    network: name,
    accelerator,
    ...(run.scheme === 'drq' && { scheme }),
    ...('layers' in run && {
      layers: run.layers.map((layer, i) => (i === 0 ? { ...layer, name: hostile.layer } : layer)),
    }),
  }));
  const sha256 = '0'.repeat(64);
  const inputs = [hostile.trace, hostile.machineFile].map((path) => ({ path, sha256 }));
  const { whole, plan } = running.find((one) => one.scheme === 'drq')!;
  const run = `${scheme} on ${accelerator}`;
  const images = [];
  const timelines = [];
  for await (const image of trace.images(1)) {
    const { silhouette } = image;
    const look = lookAt(whole, image);
    const levels = whole.levels[plan.layers.findIndex(({ mask }) => mask !== 'none')]!;
    images.push({ name: hostile.image, why: 'the only image', silhouette, looks: [{ run, levels, look }] });
    timelines.push({ run, image: hostile.image, layers: layerTimelines(whole, image, []) });
  }
  return htmlReport({
    result: { ...plain, manifest: { ...plain.manifest, inputs }, runs },
    baseline: 'uniform:8',
    images,
    timelines,
    live: async (bytes) => {
      const carried = await liveTrace(trace, network.name, 1, bytes);
      return {
        data: {
          network: { ...network, name },
          machines: [{ path: hostile.machineFile, text, overrides: [] }],
          schemes: ['drq', scheme],
          batch: 1,
          mappings: [],
          ...(carried !== undefined && { trace: carried }),
        },
        names: [accelerator],
        start: { machine: 0, scheme },
        settings: [settingsOf(machine)],
        command: { trace: hostile.trace, network: name, machines: [hostile.machineFile], flags: {} },
        images: 1,
      };
    },
  });
}
