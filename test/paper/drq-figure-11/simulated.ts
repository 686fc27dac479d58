import { priceOf } from '../../../src/cost/price.js';
import { addCounts, noCounts, totalCycles, type LayerCounts } from '../../../src/engine/counts.js';
import { batchFields, countNetwork } from '../../../src/engine/network.js';
import { placeNetwork } from '../../../src/engine/place-network.js';
import type { Accelerator } from '../../../src/machine/accelerator.js';
import { builtinNetwork } from '../../../src/network/builtin.js';
import { isArrayLayer } from '../../../src/network/layer.js';
import { parseScheme } from '../../../src/scheme/registry.js';
import type { Scheme } from '../../../src/scheme/scheme.js';
import { form, machineOf, type Form } from './machines.js';
import { generatorCoherence, maskedThroughout, type Coherence } from './masks.js';
import type { Parameters } from './parameters.js';
import {
  machineNames,
  published,
  type Bars,
  type EnergyPartName,
  type MachineName,
  type NetworkName,
} from './published.js';

/** What of a run may differ beside the parameters. */
export interface Variation {
  readonly form: Form;
  readonly coherence: Coherence;
  /** Which of the generator's images DRQ runs on. */
  readonly image: number;
}

export const standard: Variation = { form, coherence: generatorCoherence, image: 0 };

function schemeOf(name: MachineName, network: NetworkName, { coherence, image }: Variation): Scheme {
  if (name === 'eyeriss') return parseScheme('uniform:16');
  if (name === 'bitfusion') return parseScheme('uniform:8');
  if (name === 'olaccel') return parseScheme('uniform:4');
  const { fourBit, region } = published[network];
  return maskedThroughout(fourBit.drq, region, coherence, image);
}

/** Counts of all convolutions and linear layers; pooling and additions are left out, as the figure's machines have no unit for them. */
function countArrayLayers(name: MachineName, network: NetworkName, machine: Accelerator, variation: Variation) {
  const plan = schemeOf(name, network, variation).plan(builtinNetwork(network)!, undefined);
  const fit = placeNetwork(plan, machine, 1, { prices: priceOf(machine).mapping });
  if (!fit.fits) throw new Error(`${network} on ${name}: ${fit.unfit.reason}`);
  const image = { index: 0, name: '0', masks: new Map() };
  const fields = plan.masks === 'none' ? plan.layers.map(() => undefined) : batchFields(plan, [image]);
  const total = noCounts();
  countNetwork(fit.value, fields).forEach((counts, i) => {
    if (isArrayLayer(plan.network.layers[i]!)) addCounts(total, counts);
  });
  return total;
}

const known = new Map<string, LayerCounts>();

/** Counts do not depend on prices, since mappings are chosen by cycles and DRAM bits: they are found once for a machine's shape. */
export function countsOf(
  name: MachineName,
  network: NetworkName,
  machine: Accelerator,
  variation: Variation,
): LayerCounts {
  const { rows, cols, discipline } = machine.array;
  const drq = name === 'drq' ? [discipline.spec, variation.coherence, variation.image] : [];
  const key = JSON.stringify([name, network, rows, cols, variation.form.buffers, ...drq]);
  const counts = known.get(key) ?? countArrayLayers(name, network, machine, variation);
  known.set(key, counts);
  return counts;
}

/** Time in ns, energy in pJ. */
function costs(counts: LayerCounts, machine: Accelerator): Bars {
  const energy = priceOf(machine).energy(counts);
  const of = (parts: readonly (keyof typeof energy)[]): number => parts.reduce((sum, part) => sum + energy[part], 0);
  const dram = of(['dram', 'dramActivate', 'dramRead', 'dramWrite', 'dramRefresh', 'dramBackground']);
  const buffer = of(['sramIfmap', 'sramWeight', 'sramOfmap', 'sramMask', 'sramIndex']);
  const total = Object.values(energy).reduce((sum, part) => sum + part, 0);
  return {
    time: (totalCycles(counts.cycles) / machine.technology.clock) * 1e9,
    energy: { DRAM: dram, buffer, core: total - dram - buffer },
  };
}

export function totalOf(energy: Bars['energy']): number {
  return energy.DRAM + energy.buffer + energy.core;
}

/** The variation with the scatter that the parameters have, unless it says another. */
export function settled(parameters: Parameters, variation: Variation = standard): Variation {
  const { coherence } = variation;
  return { ...variation, coherence: { ...coherence, scatter: coherence.scatter ?? parameters.maskScatter } };
}

export type FourBars = Readonly<Record<MachineName, Bars>>;

/** The figure's bars of a network, simulated: Eyeriss takes 1 and spends 1. */
export async function simulatedBars(
  network: NetworkName,
  parameters: Parameters,
  variation: Variation = standard,
): Promise<FourBars> {
  const absolute = await Promise.all(
    machineNames.map(async (name) => {
      const machine = await machineOf(name, network, parameters, variation.form);
      return costs(countsOf(name, network, machine, settled(parameters, variation)), machine);
    }),
  );
  const [eyeriss] = absolute;
  const unit = totalOf(eyeriss!.energy);
  const scaled = absolute.map(({ time, energy }): Bars => {
    const part = (name: EnergyPartName): number => energy[name] / unit;
    return {
      time: time / eyeriss!.time,
      energy: { DRAM: part('DRAM'), buffer: part('buffer'), core: part('core') },
    };
  });
  return Object.fromEntries(machineNames.map((name, i) => [name, scaled[i]!])) as Record<MachineName, Bars>;
}
