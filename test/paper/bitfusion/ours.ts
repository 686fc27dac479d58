import { readFileSync } from 'node:fs';
import {
  buildNetwork,
  parseAccelerator,
  parseOverride,
  parseScheme,
  placeNetwork,
  priceOf,
  type Accelerator,
  type LayerCounts,
  type LayerSpec,
  type MappingPin,
  type SchemePlan,
} from '../../../src/index.js';
import { countNetwork } from '../../../src/engine/network.js';
import { squareLayer } from '../../peers/layer-run.js';
import { tileCounts, type FoundTile, type PaperLayer, type PaperTile } from './rule.js';

/**
 * The authors' simulator has no fill and no drain, and looks for the tiles of the fewest cycles; the rest is the machine as its
 * file has it.
 */
export const asBuilt = ['array.discipline=lockstep(1)', 'mapping.objective=cycles'];

/**
 * What their rule needs of the machine beyond that: ports that are never waited for, single bits in DRAM, and room for what they
 * hold longer than a tile of ours. Whether a tile fits their buffers is left to their rule.
 */
export const theirRules = [
  ...asBuilt,
  ...['ifmap', 'ofmap'].map((buffer) => `buffers.${buffer}.distributed=true`),
  'buffers.ifmap.width=8 bit',
  ...['ifmap', 'weight', 'ofmap'].map((buffer) => `buffers.${buffer}.capacity=1 MiB`),
  'dram.burst=1 bit',
];

function machine(overrides: readonly string[]): Accelerator {
  const path = 'accelerators/bitfusion.yaml';
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  return parseAccelerator(text, path, overrides.map(parseOverride));
}

const machines = new Map<string, Accelerator>();
function machineOf(overrides: readonly string[]): Accelerator {
  const key = overrides.join(' ');
  const known = machines.get(key) ?? machine(overrides);
  machines.set(key, known);
  return known;
}

const layerName = 'layer';
const prices = priceOf(machine(asBuilt));

/** Energy of counts on the machine as its file has it, in pJ. */
export const energyOf = prices.energy;

function run(
  accelerator: Accelerator,
  layer: LayerSpec,
  { batch, activationBits, weightBits }: PaperLayer,
  wide?: { readonly outputs: number; readonly pin: MappingPin },
): LayerCounts {
  const uniform = parseScheme(`uniform:a${String(activationBits)}w${String(weightBits)}`);
  const layers: LayerSpec[] = [layer];
  // A machine whose storage is `dense` stores outputs at the widest bits of the plan: a reader that wants them so wide says how wide.
  if (wide !== undefined) layers.push({ name: 'reader', kind: 'pool', kernel: 1 });
  const network = buildNetwork({ name: layerName, description: 'a row of the table', input: layer.input!, layers });
  const plan = uniform.plan(network, undefined);
  const reader = { ...plan.layers[0]!, levels: [{ activationBits: wide?.outputs ?? 0, weightBits }] };
  const ours: SchemePlan = { ...plan, layers: plan.layers.map((own, i) => (i === 0 ? own : reader)) };
  const placed = placeNetwork(ours, accelerator, batch, {
    prices: prices.mapping,
    ...(wide !== undefined && { pinned: new Map([[layerName, wide.pin]]) }),
  });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  return countNetwork(placed.value, [undefined])[0]!;
}

/** The layer as a user of Silhouette would run it: its own mapping, outputs of as many bits as the activations. */
export function rawCounts(layer: PaperLayer): LayerCounts {
  const im2col = `array.im2col=${layer.unrolled ? 'first' : 'none'}`;
  return run(
    machineOf([...asBuilt, im2col]),
    { ...squareLayer(layerName, layer, layer.stride), name: layerName },
    layer,
  );
}

/** The layer and tile that the simulator really charges: whole tiles, and a matrix of windows where the host unrolls them. */
export function charged(layer: PaperLayer, tile: PaperTile): { readonly layer: PaperLayer; readonly tile: PaperTile } {
  const counts = tileCounts(layer, tile);
  const whole = {
    ...layer,
    size: counts.rows * tile.size,
    channels: counts.channels * tile.channels,
    filters: counts.filters * tile.filters,
  };
  if (!layer.unrolled) return { layer: whole, tile };
  const taps = layer.kernel ** 2;
  return {
    layer: { ...whole, kernel: 1, stride: 1, channels: whole.channels * taps },
    tile: { ...tile, channels: tile.channels * taps },
  };
}

/**
 * The layer by their rules on our engine: {@link charged} layer and tiles, outputs of `outputs` bits, in DRAM of single bits behind
 * ports that are never waited for.
 */
export function sameRuleCounts(layer: PaperLayer, { held, order }: FoundTile, outputs: number): LayerCounts {
  const own = charged(layer, held);
  const pin: MappingPin = {
    order,
    tiles: {
      batch: held.batch,
      rows: held.size,
      cols: held.size,
      channels: own.tile.channels,
      filters: own.tile.filters,
    },
  };
  const spec = { ...squareLayer(layerName, own.layer, own.layer.stride), name: layerName };
  return run(machineOf([...theirRules, 'array.im2col=none']), spec, own.layer, { outputs, pin });
}
