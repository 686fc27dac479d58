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

/** Bars before they are divided by Eyeriss's, apart by what the two energies that are fitted multiply. */
interface Pieces {
  readonly time: number;
  readonly dramPerUnit: number;
  readonly buffer: number;
  readonly core: number;
  readonly corePerUnit: number;
}

/**
 * The simulator's energy is linear in both energies that are fitted, so that two of its runs give it for all their values. It reports
 * in units of Eyeriss's total, which changes with them; the pieces are in units of Eyeriss's buffer energy, which does not.
 */
async function piecesOf(
  network: NetworkName,
  units: Pick<Parameters, 'bitFusionUnits' | 'drqUnits'>,
  variation: Variation,
): Promise<Record<MachineName, Pieces>> {
  const at = (dramEnergy: number, coreEnergy: number): Promise<FourBars> =>
    simulatedBars(network, { ...units, dramEnergy, coreEnergy }, variation);
  const [one, more] = [await at(1, 1), await at(1, 2)];
  const inBuffers = (four: FourBars, machine: MachineName, part: 'DRAM' | 'buffer' | 'core'): number =>
    four[machine].energy[part] / four.eyeriss.energy.buffer;
  const pieces = machineNames.map((machine): [MachineName, Pieces] => {
    const corePerUnit = inBuffers(more, machine, 'core') - inBuffers(one, machine, 'core');
    return [
      machine,
      {
        time: one[machine].time,
        dramPerUnit: inBuffers(one, machine, 'DRAM'),
        buffer: inBuffers(one, machine, 'buffer'),
        core: inBuffers(one, machine, 'core') - corePerUnit,
        corePerUnit,
      },
    ];
  });
  return Object.fromEntries(pieces) as Record<MachineName, Pieces>;
}

type Energies = Pick<Parameters, 'dramEnergy' | 'coreEnergy'>;

function energyOf(pieces: Pieces, { dramEnergy, coreEnergy }: Energies): Bars['energy'] {
  return {
    DRAM: pieces.dramPerUnit * dramEnergy,
    buffer: pieces.buffer,
    core: pieces.core + pieces.corePerUnit * coreEnergy,
  };
}

function barsAt(pieces: Pieces, eyeriss: Pieces, energies: Energies): Bars {
  const unit = totalOf(energyOf(eyeriss, energies));
  const energy = energyOf(pieces, energies);
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

/**
 * Tries every combination of the grids of the four parameters on AlexNet and ResNet-18 and returns the best. Units of Bit Fusion and DRQ
 * enter their own bars alone, so that each is chosen by itself for every pair of energies. Units that do not fill whole columns of
 * a form are left out.
 */
export async function fit(variation: Variation = standard): Promise<FitResult> {
  const { windows } = variation.form;
  const whole = (units: number): boolean => Number.isInteger((units * EYERISS_PES) / windows);
  const [bitFusion, drq] = [
    parameterFacts.bitFusionUnits.grid.filter(whole),
    parameterFacts.drqUnits.grid.filter(whole),
  ];
  const runs: { network: NetworkName; pieces: Map<string, Pieces> }[] = [];
  for (const network of fittedNetworks) {
    const pieces = new Map<string, Pieces>();
    for (let i = 0; i < Math.max(bitFusion.length, drq.length); i++) {
      const [bitFusionUnits, drqUnits] = [bitFusion[i] ?? bitFusion[0]!, drq[i] ?? drq[0]!];
      const own = await piecesOf(network, { bitFusionUnits, drqUnits }, variation);
      for (const machine of machineNames) {
        const units = { eyeriss: 0, olaccel: 0, bitfusion: bitFusionUnits, drq: drqUnits }[machine];
        pieces.set(`${machine} ${String(units)}`, own[machine]);
      }
    }
    runs.push({ network, pieces });
  }
  const sumOf = (machine: MachineName, units: number, energies: Energies): { sum: number; count: number } =>
    runs
      .map(({ network, pieces }) =>
        deviation(
          network,
          machine,
          barsAt(pieces.get(`${machine} ${String(units)}`)!, pieces.get('eyeriss 0')!, energies),
        ),
      )
      .reduce((a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }));
  const bestUnits = (machine: MachineName, grid: readonly number[], energies: Energies) =>
    grid.map((units) => ({ units, ...sumOf(machine, units, energies) })).reduce((a, b) => (b.sum < a.sum ? b : a));
  let best: FitResult | undefined;
  for (const dramEnergy of parameterFacts.dramEnergy.grid)
    for (const coreEnergy of parameterFacts.coreEnergy.grid) {
      const energies = { dramEnergy, coreEnergy };
      const parts = [
        bestUnits('eyeriss', [0], energies),
        bestUnits('bitfusion', bitFusion, energies),
        bestUnits('olaccel', [0], energies),
        bestUnits('drq', drq, energies),
      ];
      const sum = parts.reduce((all, part) => all + part.sum, 0);
      const deviationHere = sum / parts.reduce((all, part) => all + part.count, 0);
      if (best !== undefined && best.deviation <= deviationHere) continue;
      best = {
        parameters: { bitFusionUnits: parts[1]!.units, drqUnits: parts[3]!.units, ...energies },
        deviation: deviationHere,
      };
    }
  return best!;
}
