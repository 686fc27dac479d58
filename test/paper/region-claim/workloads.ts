import { fileURLToPath } from 'node:url';
import {
  builtinNetwork,
  isFit,
  loadAccelerator,
  openTrace,
  parseScheme,
  simulate,
  SYNTH_DEFAULTS,
  syntheticTrace,
  type Network,
  type RegionSize,
  type Trace,
} from '../../../src/index.js';

/** A network with masks for DRQ and silhouettes for region, at the same share of 8-bit work. */
export interface Workload {
  readonly name: string;
  readonly network: Network;
  readonly trace: Trace;
  readonly images: number;
  /** Region's policy: DRQ's bits, in the same shares. */
  readonly region: string;
}

export const drqScheme = 'drq:high=8,low=4';

/** `region:4@80,8@20` for 0.2: weights at the bits of their activations in both schemes, as the thesis has it. */
export function regionScheme(share: number): string {
  const high = Math.round(1000 * share) / 10;
  return `region:4@${String(Math.round(10 * (100 - high)) / 10)},8@${String(high)}`;
}

function networkOf(name: string): Network {
  const network = builtinNetwork(name);
  if (network === undefined) throw new Error(`no network ${name}`);
  return network;
}

/** Regions as DRQ's Table III has them for the network. */
const regionSizes: Readonly<Record<string, RegionSize>> = {
  resnet18: { rows: 4, cols: 16 },
  mobilenetv2: { rows: 2, cols: 4 },
};

export interface SyntheticOptions {
  readonly blobs?: number;
  readonly blobSize?: number;
  readonly seed?: string;
  readonly images?: number;
  readonly region?: RegionSize;
}

/** Masks and silhouettes from the generator, around the same spots of the same image. */
export function synthetic(name: string, share: number, options: SyntheticOptions = {}): Workload {
  const network = networkOf(name);
  const { images = 1, region = regionSizes[name]! } = options;
  const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, ...options, share, images, region });
  const given = Object.entries(options).map(([key, value]: [string, string | number | RegionSize]) => {
    const text = typeof value === 'object' ? `${String(value.rows)}x${String(value.cols)}` : String(value);
    return ` ${key}=${text}`;
  });
  const title = `${name} ${String(Math.round(100 * share))}%${given.join('')}`;
  return { name: title, network, trace, images, region: regionScheme(share) };
}

const recordedFile = fileURLToPath(new URL('../../../traces/selfie.npz', import.meta.url));

/**
 * Masks and silhouettes that were recorded from a real network. Region's policy has the share that DRQ's masks make of the 8-bit MACs
 * of the layers that both treat, over the same images.
 */
export function recorded(images: number): Promise<Workload> {
  const found = known.get(images) ?? fromRecording(images);
  known.set(images, found);
  return found;
}

const known = new Map<number, Promise<Workload>>();

async function fromRecording(images: number): Promise<Workload> {
  const network = networkOf('selfie-segmentation');
  const trace = await openTrace(recordedFile);
  const workload = { name: `selfie recorded images=${String(images)}`, network, trace, images };
  const common = new Set(commonLayers({ ...workload, region: regionScheme(0.5) }));
  const accelerators = [await loadAccelerator('drq')];
  const { runs } = await simulate({ network, trace, images, accelerators, schemes: [drqScheme] });
  const layers = runs.filter(isFit).flatMap((run) => run.layers.filter(({ name }) => common.has(name)));
  const high = layers.reduce((sum, { macsByBits }) => sum + (macsByBits['8x8'] ?? 0), 0);
  const all = layers.reduce((sum, { macs }) => sum + macs, 0);
  return { ...workload, region: regionScheme(high / all) };
}

/**
 * Layers that run on masks in both schemes: convolutions behind region's branch, except the first of the network, on maps
 * larger than 1×1. All others run at 8 bits in both and say nothing about masks.
 */
export function commonLayers({ network, trace, region }: Workload): readonly string[] {
  const masked = (spec: string): string[] => {
    const plan = parseScheme(spec).plan(network, trace.info);
    return plan.network.layers.filter((_, i) => plan.layers[i]!.mask !== 'none').map(({ name }) => name);
  };
  const drq = new Set(masked(drqScheme));
  return masked(region).filter((name) => drq.has(name));
}

/** Share of DRQ's masks, one per image, layer and channel, whose regions are all sensitive or all insensitive. */
export async function evenMasks({ trace, images, network, region }: Workload): Promise<number> {
  const common = commonLayers({ name: '', network, trace, images, region });
  let [even, all] = [0, 0];
  for await (const { masks } of trace.images(images)) {
    const [set] = masks.values();
    for (const name of common) {
      const { channels, levels } = set!.get(name)!;
      const cells = levels.length / channels;
      for (let c = 0; c < channels; c++) {
        const own = levels.subarray(c * cells, (c + 1) * cells);
        all++;
        if (own.every((level) => level === own[0])) even++;
      }
    }
  }
  return even / all;
}
