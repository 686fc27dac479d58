import type { Precision } from '../../src/core/precision.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import type { Layer, Network } from '../../src/network/layer.js';
import { parseScheme } from '../../src/scheme/registry.js';
import type { LayerPlan, SchemePlan } from '../../src/scheme/scheme.js';
import type { ImageTrace, MaskArray, RegionSize, TraceInfo } from '../../src/trace/trace.js';
import { arrayLayer, shape } from '../trace/example-network.js';

/** A recorded trace with nothing in it but what is given. */
export function traceInfo(parts: Partial<TraceInfo> = {}): TraceInfo {
  return { source: 'trace.npz', images: 1, masks: [], synthetic: false, accuracy: {}, ...parts };
}

export const withSilhouettes = traceInfo({ silhouettes: { height: 8, width: 8 } });

export function network(name: string): Network {
  const known = builtinNetwork(name);
  if (known === undefined) throw new Error(`no network ${name}`);
  return known;
}

/** The plan of a scheme, layer by layer, under the layers' names. */
export function planned(
  spec: string,
  of: Network,
  trace: TraceInfo | undefined,
): { plan: SchemePlan; layers: Map<string, { layer: Layer; plan: LayerPlan }> } {
  const plan = parseScheme(spec).plan(of, trace);
  const layers = plan.network.layers.map((layer, i) => [layer.name, { layer, plan: plan.layers[i]! }] as const);
  return { plan, layers: new Map(layers) };
}

export const square = (bits: number): Precision => ({ activationBits: bits, weightBits: bits });

/** A stem, two masked convolutions and a classifier. */
export const SMALL: Network = {
  name: 'small',
  description: 'a stem, two masked convolutions and a classifier',
  input: shape(3, 8),
  layers: [
    arrayLayer('stem', 'conv2d', shape(3, 8)),
    arrayLayer('a', 'conv2d', shape(4, 8, 6)),
    arrayLayer('b', 'conv2d', shape(5, 4)),
    arrayLayer('fc', 'linear', shape(9, 1)),
  ],
};

export const TWO_BY_THREE: RegionSize = { rows: 2, cols: 3 };

/** Shape of the masks of a layer of {@link SMALL}. */
export function maskArray(layer: string, region: RegionSize, parts: Partial<MaskArray> = {}): MaskArray {
  const found = SMALL.layers.find(({ name }) => name === layer);
  if (found === undefined || !('input' in found)) throw new Error(`no layer ${layer}`);
  const { channels, height, width } = found.input;
  return {
    layer,
    region,
    channels,
    gridHeight: Math.ceil(height / region.rows),
    gridWidth: Math.ceil(width / region.cols),
    ...parts,
  };
}

export function imageTrace(parts: Partial<ImageTrace> = {}): ImageTrace {
  return { index: 0, name: 'cat', masks: new Map(), ...parts };
}
