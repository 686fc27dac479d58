import { readFileSync } from 'node:fs';
import {
  buildNetwork,
  parseAccelerator,
  parseOverride,
  parseScheme,
  placeNetwork,
  type Accelerator,
  type LayerCounts,
  type LayerSpec,
} from '../../src/index.js';
import { countNetwork } from '../../src/engine/network.js';

/** One layer on a built-in machine, some of whose fields are set as with `--set`. */
export interface LayerRun {
  readonly machine: string;
  /** `array.rows=128` and so on. */
  readonly overrides: readonly string[];
  readonly layer: LayerSpec;
  /** `uniform:a8w4`. */
  readonly scheme: string;
  readonly batch?: number;
}

export interface LayerOutcome {
  readonly counts: LayerCounts;
  /** Bits of a partial sum on its way between the array and the ofmap buffer. */
  readonly sumBits: number;
}

const machines = new Map<string, Accelerator>();

function machineOf(name: string, overrides: readonly string[]): Accelerator {
  const key = [name, ...overrides].join(' ');
  const known = machines.get(key);
  if (known !== undefined) return known;
  const path = `accelerators/${name}.yaml`;
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const machine = parseAccelerator(text, path, overrides.map(parseOverride));
  machines.set(key, machine);
  return machine;
}

/** Counts a network of this one layer, the way of the command: machine file, overrides, scheme, mapping, engine. */
export function runLayer({ machine, overrides, layer, scheme, batch = 1 }: LayerRun): LayerOutcome {
  const network = buildNetwork({
    name: layer.name,
    description: 'a row of a peer',
    input: layer.input!,
    layers: [layer],
  });
  const plan = parseScheme(scheme).plan(network, undefined);
  const placed = placeNetwork(plan, machineOf(machine, overrides), batch);
  if (!placed.fits) throw new Error(`${layer.name} on ${machine}: ${placed.unfit.reason}`);
  const [first] = placed.value.layers;
  if (first?.kind !== 'array') throw new Error(`${layer.name} is not a layer of the array`);
  const [counts] = countNetwork(placed.value, [undefined]);
  return { counts: counts!, sumBits: first.mapped.mapping.sumBits };
}

/** A GEMM of `windows` x `packets` by `packets` x `filters` as a convolution of 1 x 1 pixels. */
export function gemmLayer(name: string, windows: number, filters: number, packets: number): LayerSpec {
  return { name, kind: 'conv2d', input: [packets, 1, windows], filters, kernel: 1 };
}

/** A square convolution with `size` x `size` outputs; its input has what its windows touch, so that it needs no padding. */
export function squareLayer(
  name: string,
  sizes: { readonly channels: number; readonly filters: number; readonly kernel: number; readonly size: number },
  stride = 1,
): LayerSpec {
  const { channels, filters, kernel, size } = sizes;
  const side = (size - 1) * stride + kernel;
  return { name, kind: 'conv2d', input: [channels, side, side], filters, kernel, stride };
}
