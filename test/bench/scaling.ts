import { countNetwork, batchFields } from '../../dist/engine/network.js';
import { expandLevels } from '../../src/engine/levels.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import { levelsAt } from '../../dist/scheme/section.js';
import { SYNTH_DEFAULTS, synthSilhouette } from '../../dist/trace/synth.js';
import { countAlone, placeAlone } from '../oracle/placed.js';
import type { Candidate, Prepared, Scenario } from './scenario.js';
import { bandwidth, engineCandidate, workload } from './workload.js';

const network = { network: 'resnet50', machine: 'region', scheme: 'region:2@50,4@30,8@20', images: 32 };
const square = ['array.rows=32', 'array.cols=32', ...bandwidth];
const inner = 'array.steps=channel-inner';

/** Time of so many images, one after another. */
async function byImages(): Promise<Prepared> {
  const { plan, placed, images } = await workload({ ...network, overrides: [...square, inner] });
  const candidates = [1, 2, 4, 8, 16, 32].map((count): Candidate => {
    const some = images.slice(0, count);
    return {
      name: String(count),
      images: 1,
      run: () => {
        for (const image of some) countNetwork(placed, batchFields(plan, [image]));
      },
    };
  });
  return { candidates, base: '1', main: '32' };
}

/** Time of an image by how many columns the array has. */
async function byColumns(): Promise<Prepared> {
  const candidates: Candidate[] = [];
  for (const cols of [8, 16, 32, 64, 128]) {
    const overrides = ['array.rows=32', `array.cols=${String(cols)}`, inner, ...bandwidth];
    candidates.push(engineCandidate(String(cols), await workload({ ...network, overrides, images: 8 })));
  }
  return { candidates, base: '8', main: '128' };
}

/** A 3×3 layer on 28×28 pixels with so many input channels. */
function layerOf(channels: number): ArrayLayer {
  const size = { height: 28, width: 28 };
  return {
    name: `of ${String(channels)} channels`,
    kind: 'conv2d',
    from: ['input'],
    parameters: 0,
    input: { channels, ...size },
    output: { channels: 64, ...size },
    filters: 64,
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups: 1,
  };
}

/** Time of a layer by its input channels, which share one map. */
async function byChannels(steps: string): Promise<Prepared> {
  const accelerator = await loadAccelerator('region', [...square, `array.steps=${steps}`].map(parseOverride));
  const levels = [2, 4, 8].map((bits) => ({ activationBits: bits, weightBits: bits }));
  const side = 28;
  const values = levelsAt(synthSilhouette(SYNTH_DEFAULTS, 0), [0.5, 0.3, 0.2], side, side, false);
  const map = { channels: 1, gridHeight: side, gridWidth: side, regionHeight: 1, regionWidth: 1, levels: values };
  const candidates = [32, 64, 128, 256, 512, 1024].map((channels): Candidate => {
    const layer = layerOf(channels);
    const placed = placeAlone(layer, accelerator, levels, { mask: 'shared' });
    if (!placed.fits) throw new Error(placed.unfit.reason);
    return {
      name: String(channels),
      images: 1,
      run: () => countAlone(placed.value, [expandLevels(map, layer.input)]),
    };
  });
  return { candidates, base: '32', main: '1024' };
}

/** What cost grows with; every candidate's name is its place on the horizontal axis. */
export const scalingScenarios: readonly Scenario[] = [
  { name: 'scaling-images', title: 'time by images, ResNet-50 as in region', unit: 'run', prepare: byImages },
  {
    name: 'scaling-channels',
    title: 'time by channels that share a map, a 3×3 layer on 28×28 pixels with 64 filters, channel-inner',
    unit: 'run',
    prepare: () => byChannels('channel-inner'),
  },
  {
    name: 'scaling-channels-tap-inner',
    title: 'the same with tap-inner',
    unit: 'run',
    prepare: () => byChannels('tap-inner'),
  },
  {
    name: 'scaling-columns',
    title: 'time by array columns, ResNet-50 as in region',
    unit: 'image',
    prepare: byColumns,
  },
];
