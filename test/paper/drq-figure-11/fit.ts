import { EYERISS_PES } from './machines.js';
import { simulatedBars, standard, totalOf, type FourBars, type Variation } from './simulated.js';
import { parameterFacts, type Parameters } from './parameters.js';
import {
  energyParts,
  fittedNetworks,
  machineNames,
  published,
  type Bars,
  type MachineName,
  type NetworkName,
} from './published.js';

/** A bar of the figure: a machine's time, a part of its energy, or the sum of the parts. */
export const quantities = ['time', ...energyParts, 'energy'] as const;
export type Quantity = (typeof quantities)[number];

export function barOf(bars: Bars, quantity: Quantity): number {
  if (quantity === 'time') return bars.time;
  return quantity === 'energy' ? totalOf(bars.energy) : bars.energy[quantity];
}

/** Eyeriss's time and its total energy are 1 by definition and say nothing. */
export function isBar(machine: MachineName, quantity: Quantity): boolean {
  return machine !== 'eyeriss' || (quantity !== 'time' && quantity !== 'energy');
}

/** Simulated over published, less 1, of one machine's bars. */
export function errorsOf(network: NetworkName, machine: MachineName, bars: Bars): Partial<Record<Quantity, number>> {
  const entries = quantities
    .filter((quantity) => isBar(machine, quantity))
    .map((quantity) => [quantity, barOf(bars, quantity) / barOf(published[network].bars[machine], quantity) - 1]);
  return Object.fromEntries(entries) as Partial<Record<Quantity, number>>;
}

function deviation(network: NetworkName, machine: MachineName, bars: Bars): { sum: number; count: number } {
  const errors = Object.values(errorsOf(network, machine, bars));
  return { sum: errors.reduce((sum, error) => sum + Math.abs(Math.log(1 + error)), 0), count: errors.length };
}

/** Mean |ln(simulated / published)| over all bars of some networks: what the fit makes least. 0.14 is 15 %. */
export function meanDeviation(bars: ReadonlyMap<NetworkName, FourBars>): number {
  const all = [...bars].flatMap(([network, four]) =>
    machineNames.map((machine) => deviation(network, machine, four[machine])),
  );
  return all.reduce((sum, one) => sum + one.sum, 0) / all.reduce((sum, one) => sum + one.count, 0);
}

/** Bars before they are divided by Eyeriss's, the core apart by what the energy that is fitted multiplies. */
interface Pieces {
  readonly time: number;
  readonly DRAM: number;
  readonly buffer: number;
  readonly core: number;
  readonly corePerUnit: number;
}

/**
 * The simulator's energy is linear in the energy that is fitted, so that two of its runs give it for all values. It reports
 * in units of Eyeriss's total, which changes with it; the pieces are in units of Eyeriss's buffer energy, which does not.
 */
async function piecesOf(
  network: NetworkName,
  shape: Omit<Parameters, 'coreEnergy'>,
  variation: Variation,
): Promise<Record<MachineName, Pieces>> {
  const at = (coreEnergy: number): Promise<FourBars> => simulatedBars(network, { ...shape, coreEnergy }, variation);
  const [one, more] = [await at(1), await at(2)];
  const inBuffers = (four: FourBars, machine: MachineName, part: 'DRAM' | 'buffer' | 'core'): number =>
    four[machine].energy[part] / four.eyeriss.energy.buffer;
  const pieces = machineNames.map((machine): [MachineName, Pieces] => {
    const corePerUnit = inBuffers(more, machine, 'core') - inBuffers(one, machine, 'core');
    return [
      machine,
      {
        time: one[machine].time,
        DRAM: inBuffers(one, machine, 'DRAM'),
        buffer: inBuffers(one, machine, 'buffer'),
        core: inBuffers(one, machine, 'core') - corePerUnit,
        corePerUnit,
      },
    ];
  });
  return Object.fromEntries(pieces) as Record<MachineName, Pieces>;
}

function energyOf({ DRAM, buffer, core, corePerUnit }: Pieces, coreEnergy: number): Bars['energy'] {
  return { DRAM, buffer, core: core + corePerUnit * coreEnergy };
}

function barsAt(pieces: Pieces, eyeriss: Pieces, coreEnergy: number): Bars {
  const unit = totalOf(energyOf(eyeriss, coreEnergy));
  const energy = energyOf(pieces, coreEnergy);
  return {
    time: pieces.time,
    energy: { DRAM: energy.DRAM / unit, buffer: energy.buffer / unit, core: energy.core / unit },
  };
}

export interface FitResult {
  readonly parameters: Parameters;
  /** {@link meanDeviation} on the fitted networks. */
  readonly deviation: number;
}

/** One setting of the parameters that are a machine's own, and its bars' pieces on the fitted networks. */
interface Candidate {
  readonly own: Partial<Parameters>;
  readonly pieces: ReadonlyMap<NetworkName, Pieces>;
}

/**
 * Tries every combination of the grids of the four parameters on AlexNet and ResNet-18 and returns the best. What is Bit Fusion's or DRQ's own
 * enters its own bars alone, so that each is chosen by itself for every core energy. Units that do not fill whole columns of
 * a form are left out.
 */
export async function fit(variation: Variation = standard): Promise<FitResult> {
  const { windows } = variation.form;
  const whole = (units: number): boolean => Number.isInteger((units * EYERISS_PES) / windows);
  const bitFusion = parameterFacts.bitFusionUnits.grid.filter(whole).map((bitFusionUnits) => ({ bitFusionUnits }));
  const drq = parameterFacts.drqUnits.grid
    .filter(whole)
    .flatMap((drqUnits) => parameterFacts.maskScatter.grid.map((maskScatter) => ({ drqUnits, maskScatter })));
  const first = { ...bitFusion[0]!, ...drq[0]! };
  const candidate = async (machine: MachineName, own: Partial<Parameters>): Promise<Candidate> => {
    const pieces = new Map<NetworkName, Pieces>();
    for (const network of fittedNetworks)
      pieces.set(network, (await piecesOf(network, { ...first, ...own }, variation))[machine]);
    return { own, pieces };
  };
  const candidates = new Map<MachineName, Candidate[]>();
  for (const [machine, owns] of [
    ['eyeriss', [{}]],
    ['bitfusion', bitFusion],
    ['olaccel', [{}]],
    ['drq', drq],
  ] as const) {
    const all: Candidate[] = [];
    for (const own of owns) all.push(await candidate(machine, own));
    candidates.set(machine, all);
  }
  const eyeriss = candidates.get('eyeriss')![0]!.pieces;
  const deviationsOf = (machine: MachineName, { pieces }: Candidate, coreEnergy: number) =>
    fittedNetworks
      .map((network) => deviation(network, machine, barsAt(pieces.get(network)!, eyeriss.get(network)!, coreEnergy)))
      .reduce((a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }));
  let best: FitResult | undefined;
  for (const coreEnergy of parameterFacts.coreEnergy.grid) {
    const parts = machineNames.map((machine) =>
      candidates
        .get(machine)!
        .map((one) => ({ own: one.own, ...deviationsOf(machine, one, coreEnergy) }))
        .reduce((a, b) => (b.sum < a.sum ? b : a)),
    );
    const here = parts.reduce((all, { sum }) => all + sum, 0) / parts.reduce((all, { count }) => all + count, 0);
    if (best !== undefined && best.deviation <= here) continue;
    const parameters = Object.assign({ ...first, coreEnergy }, ...parts.map(({ own }) => own)) as Parameters;
    best = { parameters, deviation: here };
  }
  return best!;
}
