import { sum } from '../../../src/core/numbers.js';
import { barOf, fit, isBar, meanDeviation, quantities, type FitResult, type Quantity } from './fit.js';
import { form, machineOf, type Form } from './machines.js';
import { generatorCoherence, type Coherence } from './masks.js';
import { frozen, parameterFacts, parameterNames, type Parameters } from './parameters.js';
import { fittedNetworks, machineNames, networkNames, type MachineName, type NetworkName } from './published.js';
import { countsOf, settled, simulatedBars, standard, type FourBars, type Variation } from './simulated.js';

export type Interval = readonly [low: number, high: number];

/** A bar's values at all corners of the parameters' ranges, and as fitted. */
export type Ranges = Record<MachineName, Partial<Record<Quantity, Interval>>>;

/** DRQ's time and energy over those of the standard run. */
export interface Sensitivity {
  readonly network: NetworkName;
  readonly what: string;
  readonly time: number;
  readonly energy: number;
}

export interface NetworkResult {
  readonly bars: FourBars;
  /** Share of DRQ's MACs that are 4 × 4 bit. */
  readonly fourBit: number;
  readonly ranges: Ranges;
}

export interface Results {
  readonly parameters: Parameters;
  readonly networks: Record<NetworkName, NetworkResult>;
  readonly coherence: readonly Sensitivity[];
  readonly fifo: readonly Sensitivity[];
  readonly alternatives: readonly { readonly what: string; readonly fit: FitResult }[];
}

/** Every combination of the ends of the parameters' ranges. */
export function corners(): Parameters[] {
  return parameterNames.reduce<Parameters[]>(
    (all, name) => all.flatMap((one) => parameterFacts[name].range.map((value) => ({ ...one, [name]: value }))),
    [frozen],
  );
}

export async function rangesOf(network: NetworkName): Promise<Ranges> {
  const runs = [await simulatedBars(network, frozen)];
  for (const parameters of corners()) runs.push(await simulatedBars(network, parameters));
  const interval = (machine: MachineName, quantity: Quantity): Interval => {
    const values = runs.map((bars) => barOf(bars[machine], quantity));
    return [Math.min(...values), Math.max(...values)];
  };
  const ranges = machineNames.map((machine) => [
    machine,
    Object.fromEntries(
      quantities
        .filter((quantity) => isBar(machine, quantity))
        .map((quantity) => [quantity, interval(machine, quantity)]),
    ),
  ]);
  return Object.fromEntries(ranges) as Ranges;
}

/** Of DRQ's MACs in the standard run. */
export async function fourBitShare(network: NetworkName): Promise<number> {
  const { macsByBits } = countsOf('drq', network, await machineOf('drq', network, frozen), settled(frozen));
  return macsByBits['4x4']! / sum(Object.values(macsByBits));
}

/** Masks with the same share that lie differently. */
export const coherences: readonly { readonly what: string; readonly coherence: Coherence; readonly image?: number }[] =
  [
    { what: 'another image', coherence: generatorCoherence, image: 1 },
    { what: '1 blob of 0.6 of the side', coherence: { blobs: 1, blobSize: 0.6, scatter: 0 } },
    { what: '30 blobs of 0.1 of the side', coherence: { blobs: 30, blobSize: 0.1, scatter: 0 } },
    { what: '3 blobs of 0.3 of the side', coherence: { ...generatorCoherence, scatter: 0 } },
    { what: 'half of the regions at random', coherence: { ...generatorCoherence, scatter: 0.5 } },
    { what: 'regions at random', coherence: { ...generatorCoherence, scatter: 1 } },
  ];

/** Stall rules; the first is the one that FIFO depths are compared with. */
export const fifoDisciplines = [
  'decoupled',
  'elastic(1)',
  'elastic(2)',
  'elastic(4)',
  'elastic(16)',
  'global',
] as const;
const fifoNetworks: readonly NetworkName[] = ['alexnet', 'resnet18', 'mobilenetv2'];

export async function sensitivity(
  network: NetworkName,
  what: string,
  variation: Variation,
  base: Variation = standard,
): Promise<Sensitivity> {
  const [usual, other] = [await simulatedBars(network, frozen, base), await simulatedBars(network, frozen, variation)];
  return {
    network,
    what,
    time: other.drq.time / usual.drq.time,
    energy: barOf(other.drq, 'energy') / barOf(usual.drq, 'energy'),
  };
}

/** Forms that were tried instead, each with parameters fitted anew. */
export const alternativeForms: readonly { readonly what: string; readonly form: Form }[] = [
  { what: 'as chosen', form },
  { what: '84 windows × 2 filters on Eyeriss, and so on', form: { ...form, windows: 84 } },
  { what: '42 windows × 4 filters on Eyeriss, and so on', form: { ...form, windows: 42 } },
  { what: '12 windows × 14 filters on Eyeriss, and so on', form: { ...form, windows: 12 } },
  { what: 'three buffers of 128 KiB', form: { ...form, buffers: 128 } },
  { what: 'three buffers of 1024 KiB', form: { ...form, buffers: 1024 } },
  { what: 'the buffers of the built-in machines', form: { ...form, buffers: 'own' } },
];

const rounded = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);

/** Everything that the page shows; minutes of work. */
export async function computeResults(): Promise<Results> {
  const networks: Partial<Record<NetworkName, NetworkResult>> = {};
  for (const network of networkNames)
    networks[network] = {
      bars: await simulatedBars(network, frozen),
      fourBit: await fourBitShare(network),
      ranges: await rangesOf(network),
    };
  const coherence: Sensitivity[] = [];
  for (const network of networkNames)
    for (const { what, coherence: own, image = 0 } of coherences)
      coherence.push(await sensitivity(network, what, { ...standard, coherence: own, image }));
  const fifo: Sensitivity[] = [];
  const under = (discipline: string): Variation => ({ ...standard, form: { ...form, discipline } });
  for (const network of fifoNetworks)
    for (const discipline of fifoDisciplines)
      fifo.push(await sensitivity(network, discipline, under(discipline), under(fifoDisciplines[0])));
  const alternatives: Results['alternatives'][number][] = [];
  for (const { what, form: other } of alternativeForms)
    alternatives.push({ what, fit: await fit({ ...standard, form: other }) });
  const results = { parameters: frozen, networks, coherence, fifo, alternatives };
  return JSON.parse(JSON.stringify(results, (_, value: unknown) => rounded(value))) as Results;
}

/** {@link meanDeviation} of stored bars. */
export function deviationOf(results: Results, names: readonly NetworkName[]): number {
  return meanDeviation(new Map(names.map((name) => [name, results.networks[name].bars])));
}

export function isFitted(network: NetworkName): boolean {
  return fittedNetworks.includes(network);
}
