import { throwIfAny } from '../core/errors.js';
import { quantity, type Quantity } from '../core/quantity.js';
import { totalCycles, totalDramBits, type LayerCounts } from '../engine/counts.js';
import type { MappingPrices } from '../engine/mapping/request.js';
import { bufferNames, type Accelerator, type BufferName } from '../machine/accelerator.js';
import { assumptionsOf, type Constant, type NamedConstant } from './constant.js';
import { SYNTHESIS_MHZ } from './data/mac-units.js';
import {
  predictorAdd,
  predictorCompare,
  registerHop,
  requantizeOutput,
  resizePixel,
  vectorElement,
} from './data/operations.js';
import { dramPrice } from './dram-price.js';
import { macProblems, multiplierConstants, multiplierName, shiftAddConstants } from './mac.js';
import { sramConstants, sramProblems, type SramConstants } from './sram.js';
import { scalingTo, technologyProblems, type Scaling } from './technology.js';

export const energyPartNames = [
  'mac',
  'hop',
  'sramIfmap',
  'sramWeight',
  'sramOfmap',
  'sramMask',
  'sramIndex',
  'dram',
  'dramActivate',
  'dramRead',
  'dramWrite',
  'dramRefresh',
  'dramBackground',
  'vector',
  'requantize',
  'predictor',
  'resize',
  'leakage',
] as const;

/** Energy in pJ by what it is spent on; every part is there, also when it is 0. */
export type EnergyParts = Record<(typeof energyPartNames)[number], number>;

/** Area in mm². */
export type AreaParts = Record<'mac' | 'sramIfmap' | 'sramWeight' | 'sramOfmap', number>;

/** What counts cost on one machine. */
export interface Price {
  /** Linear in the counts, which may be means. */
  energy(counts: LayerCounts): EnergyParts;
  readonly area: AreaParts;
  /** What mappings are compared by. */
  readonly mapping: MappingPrices;
  /** What the numbers rest on beyond measured and published constants: sentences without a full stop. */
  readonly assumptions: readonly string[];
  /** Every constant that enters, before scaling to the machine's node and voltage; the factors are among them. */
  readonly constants: readonly NamedConstant[];
}

/** Sum of the parts, in the order of their sorted names so that equal parts give equal bits: pJ of energy, mm² of area. */
export function totalEnergy(parts: Readonly<Record<string, number>>): Quantity<'pJ'> {
  return quantity<'pJ'>(sumSorted(parts));
}

/** See {@link totalEnergy}. */
export function totalArea(parts: Readonly<Record<string, number>>): Quantity<'mm2'> {
  return quantity<'mm2'>(sumSorted(parts));
}

function sumSorted(parts: Readonly<Record<string, number>>): number {
  let total = 0;
  for (const key of Object.keys(parts).sort()) total += parts[key]!;
  return total;
}

/** One MAC unit of a machine at 45 nm: area in um2, energy in pJ per busy cycle, leakage in uW. */
function unitConstants({ array }: Accelerator): { area: number; energy: number; leakage: number } {
  const { multipliers, shiftAdd } = array.unit.composition;
  const total = { area: 0, energy: 0, leakage: 0 };
  for (const part of multipliers) {
    const mac = multiplierConstants(part);
    const overhead = shiftAdd ? shiftAddConstants() : undefined;
    total.area += part.count * (mac.area.value + (overhead?.area.value ?? 0));
    total.energy += part.count * (mac.energy.value + (overhead?.energy.value ?? 0));
    total.leakage += part.count * mac.leakage.value;
  }
  return total;
}

/**
 * Area of all MAC units of the array with their shifters, at the machine's node; buffers, FIFOs and control are not in
 * it. Throws a SilhouetteError when node or unit have no price.
 */
export function macArea(accelerator: Accelerator): Quantity<'um2'> {
  const { array, technology } = accelerator;
  throwIfAny([...technologyProblems(technology), ...macProblems(array.unit.composition)]);
  const unit = unitConstants(accelerator).area * scalingTo(technology).area.value;
  return quantity<'um2'>(array.rows * array.cols * unit);
}

function named(prefix: string, constants: Readonly<Record<string, Constant>>): NamedConstant[] {
  return Object.entries(constants).map(([name, constant]) => ({ name: `${prefix} ${name}`, constant }));
}

function constantsOf(
  accelerator: Accelerator,
  scaling: Scaling,
  sram: Readonly<Record<BufferName, SramConstants>>,
): NamedConstant[] {
  const { multipliers, shiftAdd } = accelerator.array.unit.composition;
  const factors = named('scaling of', { ...scaling }).filter(({ constant }) => constant.value !== 1);
  return [
    ...multipliers.flatMap((part) => {
      const { area, leakage, energy } = multiplierConstants(part);
      return named(multiplierName(part), { area, leakage, energy });
    }),
    ...(shiftAdd ? named('shift-add', { ...shiftAddConstants() }) : []),
    { name: 'register hop', constant: registerHop },
    { name: 'vector element', constant: vectorElement },
    { name: 'requantized output', constant: requantizeOutput },
    { name: 'predictor add', constant: predictorAdd },
    { name: 'predictor compare', constant: predictorCompare },
    { name: 'resize pixel', constant: resizePixel },
    ...factors,
    ...bufferNames.flatMap((buffer) => named(`${buffer} buffer`, { ...sram[buffer] })),
  ];
}

/** What holds for every price, whatever the constants. */
function standingAssumptions({ technology, buffers }: Accelerator): string[] {
  const clockMhz = technology.clock / 1e6;
  return [
    'MAC area, leakage and energy are published synthesis results whose table is not identified; their supply is taken to be 0.9 V',
    ...(clockMhz === SYNTHESIS_MHZ
      ? []
      : [`energy per MAC cycle at ${String(clockMhz)} MHz is taken to be that at ${String(SYNTHESIS_MHZ)} MHz`]),
    'SRAM is priced at 360 K and the nominal voltage of its node; technology.voltage does not scale it',
    ...(bufferNames.some((name) => buffers[name].ports > 1)
      ? ['a bank with two ports is priced as one with one: the table has no other']
      : []),
    ...(bufferNames.some((name) => buffers[name].distributed)
      ? ['a buffer that is spread over the PEs is priced as the banks that its file names']
      : []),
    'a PE that is not busy costs leakage only, and nothing is power-gated',
    'FIFOs, control and wiring have no area or energy of their own beyond register hops',
  ];
}

/** What the machine's own file, or an override, assumes. */
function machineAssumptions({ name, sources }: Accelerator): string[] {
  return Object.entries(sources)
    .filter(([, { status }]) => status === 'assumed' || status === 'scaled')
    .map(([path, { status, note }]) => `${name} ${path}: ${status}${note === undefined ? '' : ` (${note})`}`);
}

/**
 * Prices of a machine, computed once. Energy is Σ count × energy per action plus leakage × time; DRAM is priced by the
 * machine's own `dram.energy`, or command by command where it has commands. Throws one SilhouetteError with everything that has no price: node, voltage, clock, unit,
 * buffers.
 */
export function priceOf(accelerator: Accelerator): Price {
  const { array, buffers, dram, technology } = accelerator;
  throwIfAny([
    ...technologyProblems(technology),
    ...macProblems(array.unit.composition),
    ...bufferNames.flatMap((name) => sramProblems(`buffers.${name}`, buffers[name], technology)),
  ]);

  const scaling = scalingTo(technology);
  const scaled = (constant: Constant): number => constant.value * scaling.energy.value;
  const sramOf = (name: BufferName): SramConstants => sramConstants(`buffers.${name}`, buffers[name], technology);
  const sram = { ifmap: sramOf('ifmap'), weight: sramOf('weight'), ofmap: sramOf('ofmap') };
  const access = (of: SramConstants, readBits: number, writtenBits: number): number =>
    readBits * of.read.value + writtenBits * of.write.value;

  const unit = unitConstants(accelerator);
  const busyPj = unit.energy * scaling.energy.value;
  const sramLeakageMw = sram.ifmap.leakage.value + sram.weight.leakage.value + sram.ofmap.leakage.value;
  const leakagePjPerSecond = array.rows * array.cols * unit.leakage * scaling.energy.value * 1e6 + sramLeakageMw * 1e9;
  const leakagePj = leakagePjPerSecond / technology.clock;

  const ofDram = dramPrice(dram);
  const constants = [...constantsOf(accelerator, scaling, sram), ...ofDram.constants];
  return {
    energy: ({ peCycles, hopBits, sramBits, dramBits, dramActivity, operations, cycles }) => ({
      mac: peCycles.busy * busyPj,
      hop: hopBits * scaled(registerHop),
      sramIfmap: access(sram.ifmap, sramBits.ifmapRead + sramBits.gatherRead, sramBits.ifmapWrite),
      sramWeight: access(sram.weight, sramBits.weightRead, sramBits.weightWrite),
      sramOfmap: access(sram.ofmap, sramBits.ofmapRead + sramBits.sumRead, sramBits.ofmapWrite + sramBits.sumWrite),
      sramMask: access(sram.ifmap, sramBits.maskRead, sramBits.maskWrite),
      sramIndex: access(sram.ifmap, sramBits.indexRead, sramBits.indexWrite),
      ...ofDram.energy(totalDramBits(dramBits), dramActivity),
      vector: operations.vector * scaled(vectorElement),
      requantize: operations.requantize * scaled(requantizeOutput),
      predictor:
        operations.predictorAdds * scaled(predictorAdd) + operations.predictorCompares * scaled(predictorCompare),
      resize: operations.resizePixels * scaled(resizePixel),
      leakage: totalCycles(cycles) * leakagePj,
    }),
    area: {
      mac: macArea(accelerator) / 1e6,
      sramIfmap: sram.ifmap.area.value,
      sramWeight: sram.weight.area.value,
      sramOfmap: sram.ofmap.area.value,
    },
    mapping: {
      dramPerBit: ofDram.perBit,
      read: { ifmap: sram.ifmap.read.value, weight: sram.weight.read.value, ofmap: sram.ofmap.read.value },
      write: { ifmap: sram.ifmap.write.value, weight: sram.weight.write.value, ofmap: sram.ofmap.write.value },
      perCycle: leakagePj,
    },
    assumptions: [...assumptionsOf(constants), ...standingAssumptions(accelerator), ...machineAssumptions(accelerator)],
    constants,
  };
}
