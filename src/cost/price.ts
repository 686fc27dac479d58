import { throwIfAny } from '../core/errors.js';
import { quantity, type Quantity } from '../core/quantity.js';
import { noCounts, totalCycles, type LayerCounts } from '../engine/counts.js';
import type { MappingPrices } from '../engine/mapping/request.js';
import { bufferNames, type Accelerator, type BufferName } from '../machine/accelerator.js';
import { arrayAreaTerms, arrayTerms, fifoBits, scaling } from './array-terms.js';
import { componentAreaTerms, componentTerms } from './components.js';
import { assumptionsOf, type Constant, type NamedConstant } from './constant.js';
import { SYNTHESIS_MHZ } from './data/mac-units.js';
import { predictorAdd, predictorCompare, requantizeOutput, resizePixel, vectorElement } from './data/operations.js';
import { BASE_NODE_NM } from './data/scaling.js';
import { dramPrice } from './dram-price.js';
import { macProblems } from './mac.js';
import { sramConstants, sramProblems, type SramConstants } from './sram.js';
import { technologyProblems } from './technology.js';
import {
  areaMm2,
  areaPartNames,
  energyPartNames,
  perCount,
  type AreaPart,
  type AreaTerm,
  type EnergyPart,
  type EnergyTerm,
} from './term.js';

export { energyPartNames };

/** Energy in pJ by what it is spent on; every part is there, also when it is 0. */
export type EnergyParts = Record<EnergyPart, number>;

/** Area in mm². */
export type AreaParts = Record<AreaPart, number>;

/** What counts cost on one machine. */
export interface Price {
  /** Linear in the counts, which may be means. */
  energy(counts: LayerCounts): EnergyParts;
  /** pJ: {@link totalEnergy} of those parts, bit for bit, but without an object for them, as is wanted for every layer of every image. */
  energyTotal(counts: LayerCounts): Quantity<'pJ'>;
  /** What that energy is the sum of. */
  readonly terms: readonly EnergyTerm[];
  readonly area: AreaParts;
  /** What that area is the sum of. */
  readonly areaTerms: readonly AreaTerm[];
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

/**
 * Area of all MAC units of the array with what composes their products, at the machine's node; buffers, FIFOs and control are not in
 * it. Throws a SilhouetteError when node or unit have no price.
 */
export function macArea(accelerator: Accelerator): Quantity<'um2'> {
  const { array, technology } = accelerator;
  throwIfAny([...technologyProblems(technology), ...macProblems(array.unit.composition)]);
  const terms = arrayAreaTerms(accelerator).filter(({ part }) => part === 'mac');
  return quantity<'um2'>(terms.reduce((sum, term) => sum + areaMm2(term) * 1e6, 0));
}

type SramOf = Readonly<Record<BufferName, SramConstants>>;

/** Accesses of the buffers by what they are for, and what the buffers leak. */
function sramTerms({ technology }: Accelerator, sram: SramOf): EnergyTerm[] {
  const nanoseconds = 1e9 / technology.clock;
  const access = (
    part: EnergyPart,
    buffer: BufferName,
    action: 'read' | 'write',
    bits: string,
    count: EnergyTerm['count'],
  ): EnergyTerm => ({
    part,
    action: bits,
    count,
    factors: [{ name: `${buffer} buffer ${action}`, constant: sram[buffer][action] }],
  });
  return [
    access(
      'sramIfmap',
      'ifmap',
      'read',
      'bits read, gathered ones among them',
      (c) => c.sramBits.ifmapRead + c.sramBits.gatherRead,
    ),
    access('sramIfmap', 'ifmap', 'write', 'bits written', (c) => c.sramBits.ifmapWrite),
    access('sramWeight', 'weight', 'read', 'bits read', (c) => c.sramBits.weightRead),
    access('sramWeight', 'weight', 'write', 'bits written', (c) => c.sramBits.weightWrite),
    access(
      'sramOfmap',
      'ofmap',
      'read',
      'bits read, of waiting sums among them',
      (c) => c.sramBits.ofmapRead + c.sramBits.sumRead,
    ),
    access(
      'sramOfmap',
      'ofmap',
      'write',
      'bits written, of waiting sums among them',
      (c) => c.sramBits.ofmapWrite + c.sramBits.sumWrite,
    ),
    access('sramMask', 'ifmap', 'read', 'mask bits read', (c) => c.sramBits.maskRead),
    access('sramMask', 'ifmap', 'write', 'mask bits written', (c) => c.sramBits.maskWrite),
    access('sramIndex', 'ifmap', 'read', 'index bits read', (c) => c.sramBits.indexRead),
    access('sramIndex', 'ifmap', 'write', 'index bits written', (c) => c.sramBits.indexWrite),
    ...bufferNames.map((buffer): EnergyTerm => ({
      part: 'leakage',
      action: `ns × ${buffer} buffer`,
      count: ({ cycles }) => totalCycles(cycles) * nanoseconds,
      factors: [{ name: `${buffer} buffer leakage`, constant: sram[buffer].leakage }],
    })),
  ];
}

/** Operations outside of the array. */
function operationTerms(accelerator: Accelerator): EnergyTerm[] {
  const scaled = scaling(accelerator, BASE_NODE_NM, 'energy');
  const term = (
    part: EnergyPart,
    name: string,
    constant: Constant,
    action: string,
    count: EnergyTerm['count'],
  ): EnergyTerm => ({
    part,
    action,
    count,
    factors: [{ name, constant }, ...scaled],
  });
  return [
    term('vector', 'vector element', vectorElement, 'elements', (c) => c.operations.vector),
    term('requantize', 'requantized output', requantizeOutput, 'outputs', (c) => c.operations.requantize),
    term('predictor', 'predictor add', predictorAdd, 'additions', (c) => c.operations.predictorAdds),
    term('predictor', 'predictor compare', predictorCompare, 'comparisons', (c) => c.operations.predictorCompares),
    term('resize', 'resize pixel', resizePixel, 'pixels', (c) => c.operations.resizePixels),
  ];
}

/** A term with its price, and where its part stands in {@link sortedParts}. */
interface PricedTerm {
  readonly part: EnergyPart;
  readonly position: number;
  readonly count: EnergyTerm['count'];
  readonly pj: number;
}

const sortedParts = [...energyPartNames].sort();

/** See {@link Price.energyTotal}: parts add up over the terms in their order, then in the order of their sorted names. */
function energyTotal(priced: readonly PricedTerm[]): Price['energyTotal'] {
  const parts = new Float64Array(sortedParts.length);
  return (counts) => {
    parts.fill(0);
    for (const { position, count, pj } of priced) parts[position]! += count(counts) * pj;
    let total = 0;
    for (const part of parts) total += part;
    return quantity<'pJ'>(total);
  };
}

/** Every constant of terms once, in order. */
function distinct(constants: readonly NamedConstant[]): NamedConstant[] {
  return [...new Map(constants.map((one) => [one.name, one])).values()];
}

/** What holds for every price, whatever the constants. */
function standingAssumptions(accelerator: Accelerator, sram: SramOf): string[] {
  const { technology, buffers } = accelerator;
  const clockMhz = technology.clock / 1e6;
  const slow = bufferNames.filter((name) => sram[name].access.value > 1e9 / technology.clock);
  return [
    'the synthesis that prices the MAC units does not name its node and supply, which are taken to be 45 nm and 0.9 V',
    ...(clockMhz === SYNTHESIS_MHZ
      ? []
      : [`energy per MAC cycle at ${String(clockMhz)} MHz is taken to be that at ${String(SYNTHESIS_MHZ)} MHz`]),
    ...slow.map(
      (name) =>
        `an access of the ${name} buffer takes ${String(Number(sram[name].access.value.toPrecision(3)))} ns, more than a cycle: it is taken to be pipelined`,
    ),
    'SRAM is priced at 360 K and the nominal voltage of its node; technology.voltage does not scale it',
    ...(bufferNames.some((name) => buffers[name].ports > 1)
      ? ['a bank with two ports is priced as one with one: the table has no other']
      : []),
    ...(bufferNames.some((name) => buffers[name].distributed)
      ? ['a buffer that is spread over the PEs is priced as the banks that its file names']
      : []),
    'a PE that is not busy costs leakage and the clock of its FIFOs, and nothing is power-gated',
    ...(fifoBits(accelerator) > 0
      ? [
          'an entry of a FIFO holds operands as wide as the multipliers, or twice as wide where products are composed over time',
        ]
      : []),
    'control, clock tree and wiring have no area or energy of their own; MAC units are priced alone, not as placed in an array',
    'vector unit, requantiser, mask predictor and resizer have energies and neither area nor leakage',
    'a hop costs one flip-flop per bit, although the synthesis of the MAC units may have that register already',
  ];
}

/** What the machine's own file, or an override, assumes. */
function machineAssumptions({ name, sources }: Accelerator): string[] {
  return Object.entries(sources)
    .filter(([, { status }]) => status === 'assumed' || status === 'scaled')
    .map(([path, { status, note }]) => `${name} ${path}: ${status}${note === undefined ? '' : ` (${note})`}`);
}

/**
 * Prices of a machine, computed once. Energy is a sum of products, Σ count × energy per action and Σ time × power; DRAM is priced by the
 * machine's own `dram.energy`, or command by command where it has commands. Throws one SilhouetteError with everything that has no price: node, voltage, clock, unit,
 * buffers.
 */
export function priceOf(accelerator: Accelerator): Price {
  const { array, buffers, dram, sources, technology } = accelerator;
  throwIfAny([
    ...technologyProblems(technology),
    ...macProblems(array.unit.composition),
    ...bufferNames.flatMap((name) => sramProblems(`buffers.${name}`, buffers[name], technology)),
  ]);

  const sramOf = (name: BufferName): SramConstants => sramConstants(`buffers.${name}`, buffers[name], technology);
  const sram = { ifmap: sramOf('ifmap'), weight: sramOf('weight'), ofmap: sramOf('ofmap') };
  const bufferArea = (name: BufferName): NamedConstant => ({ name: `${name} buffer area`, constant: sram[name].area });
  const ofDram = dramPrice(dram, sources['dram.energy']);
  const terms = [
    ...arrayTerms(accelerator),
    ...sramTerms(accelerator, sram),
    ...ofDram.terms,
    ...operationTerms(accelerator),
    ...componentTerms(accelerator),
  ];
  const priced = terms.map((term): PricedTerm => {
    const { part, count } = term;
    return { part, position: sortedParts.indexOf(part), count, pj: perCount(term) };
  });
  const areaTerms: AreaTerm[] = [
    ...arrayAreaTerms(accelerator).filter(({ count }) => count > 0),
    { part: 'sramIfmap', action: 'ifmap buffer', count: 1, factors: [bufferArea('ifmap')] },
    { part: 'sramWeight', action: 'weight buffer', count: 1, factors: [bufferArea('weight')] },
    { part: 'sramOfmap', action: 'ofmap buffer', count: 1, factors: [bufferArea('ofmap')] },
    ...componentAreaTerms(accelerator),
  ];
  const area = Object.fromEntries(areaPartNames.map((part) => [part, 0])) as AreaParts;
  for (const term of areaTerms) area[term.part] += areaMm2(term);
  const oneCycle = noCounts();
  oneCycle.cycles.compute = 1;
  const constants = distinct([...terms, ...areaTerms].flatMap(({ factors }) => factors));
  return {
    energy: (counts) => {
      const parts = Object.fromEntries(energyPartNames.map((part) => [part, 0])) as EnergyParts;
      for (const { part, count, pj } of priced) parts[part] += count(counts) * pj;
      return parts;
    },
    energyTotal: energyTotal(priced),
    terms,
    area,
    areaTerms,
    mapping: {
      dramPerBit: ofDram.perBit,
      read: { ifmap: sram.ifmap.read.value, weight: sram.weight.read.value, ofmap: sram.ofmap.read.value },
      write: { ifmap: sram.ifmap.write.value, weight: sram.weight.write.value, ofmap: sram.ofmap.write.value },
      perCycle: priced.reduce((sum, { count, pj }) => sum + count(oneCycle) * pj, 0),
    },
    assumptions: [
      ...assumptionsOf(constants),
      ...standingAssumptions(accelerator, sram),
      ...machineAssumptions(accelerator),
    ],
    constants,
  };
}
