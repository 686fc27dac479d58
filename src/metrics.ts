import { sum } from './core/numbers.js';
import { uncertaintyOf } from './cost/constant.js';
import { totalArea, totalEnergy, type Price } from './cost/price.js';
import { powerDensityWarning } from './cost/power-density.js';
import { areaMm2, energyLedger } from './cost/term.js';
import { totalCycles, totalDramBits, type LayerCounts } from './engine/counts.js';
import type { Accelerator } from './machine/accelerator.js';
import { peakBitsPerSecond } from './machine/dram/registry.js';
import type { FitRun, MachineResult, Metrics, Numbers, Totals } from './result.js';

/** Sorted keys, no zeros; `total` stays even where it is zero. */
function numbers(values: Readonly<Record<string, number>>): Numbers {
  const entries = Object.entries(values).filter(([key, value]) => value !== 0 || key === 'total');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Prices counts, which may be means, and names their units. */
export function metricsOf(counts: LayerCounts, accelerator: Accelerator, price: Price): Metrics {
  const { cycles, dramBits, sramBits, peCycles, macsByBits } = counts;
  const { array, technology } = accelerator;
  const total = totalCycles(cycles);
  const energy = price.energy(counts);
  const moved = totalDramBits(dramBits);
  const kept = counts.keptBits.read + counts.keptBits.write;
  const packing = sum(Object.values(counts.packingBits));
  const { activate, precharge, read, write, refresh } = counts.dramActivity;
  const sram = {
    ifmap: sramBits.ifmapRead + sramBits.ifmapWrite,
    weight: sramBits.weightRead + sramBits.weightWrite,
    ofmap: sramBits.ofmapRead + sramBits.ofmapWrite,
    partialSum: sramBits.sumRead + sramBits.sumWrite,
    mask: sramBits.maskRead + sramBits.maskWrite,
    index: sramBits.indexRead + sramBits.indexWrite,
    gather: sramBits.gatherRead,
  };
  return {
    macs: sum(Object.values(macsByBits)),
    macsByBits: numbers(macsByBits),
    cycles: numbers({ total, ...cycles }),
    peCycles: numbers({ ...peCycles }),
    boundCycles: counts.boundCycles,
    utilization: total === 0 ? 0 : peCycles.busy / (array.rows * array.cols * total),
    timeNs: (total / technology.clock) * 1e9,
    energyPj: numbers({ total: totalEnergy(energy), ...energy }),
    memoryStalls: numbers({ ...counts.memoryStalls }),
    dramBits: numbers({
      total: moved,
      ifmap: dramBits.ifmap,
      weight: dramBits.weight,
      ofmap: dramBits.ofmap,
      partialSum: dramBits.sumRead + dramBits.sumWrite,
      mask: dramBits.maskRead + dramBits.maskWrite,
    }),
    compulsoryBits: counts.compulsoryBits,
    keptBits: numbers({ total: kept, ...counts.keptBits }),
    refetchedBits: moved - counts.compulsoryBits + kept - packing,
    packingBits: numbers({ total: packing, ...counts.packingBits }),
    dramCommands: numbers({ activate, precharge, read, write, refresh }),
    sramBits: numbers({ total: sum(Object.values(sram)), ...sram }),
  };
}

/** What the ceilings of a machine are made of. */
export function machineResult({ array, technology, dram }: Accelerator): MachineResult {
  const dramBits = peakBitsPerSecond(dram) / technology.clock;
  return {
    rows: array.rows,
    cols: array.cols,
    dataflow: array.dataflow.name,
    unit: array.unit.spec,
    discipline: array.discipline.spec,
    steps: array.steps,
    folds: array.folds,
    clockHz: technology.clock,
    dramBitsPerCycle: Number.isFinite(dramBits) ? dramBits : null,
  };
}

/** What only a whole run has: area, power as energy over time, and how its energy came about. */
export function wholeRun(
  counts: LayerCounts,
  accelerator: Accelerator,
  price: Price,
): Pick<FitRun, 'totals' | 'energyTerms' | 'areaTerms' | 'constants' | 'warnings'> {
  const totals = totalsOf(counts, accelerator, price);
  const { terms, constants } = energyLedger(price.terms, counts);
  const warning = powerDensityWarning(onChipPower(totals), totals.areaMm2);
  const inEnergy = new Set(constants.map(({ name }) => name));
  const ofArea = new Map(price.areaTerms.flatMap(({ factors }) => factors).map((one) => [one.name, one]));
  const onlyOfArea = [...ofArea.values()].filter(({ name }) => !inEnergy.has(name));
  return {
    totals,
    energyTerms: terms,
    areaTerms: price.areaTerms.map((term) => ({
      part: term.part,
      action: term.action,
      count: term.count,
      areaMm2: areaMm2(term),
      factors: term.factors.map(({ name }) => name),
    })),
    constants: [...constants, ...onlyOfArea.map((one) => ({ ...one, energyPj: 0 }))].map(
      ({ name, constant, energyPj }) => {
        const { value, unit, status, source, node, conditions } = constant;
        const share = energyPj / totals.energyPj['total']!;
        const uncertainty = uncertaintyOf(constant);
        return { name, value, unit, status, uncertainty, source, node, conditions, energyPj, share };
      },
    ),
    warnings: warning === undefined ? [] : [warning],
  };
}

/** mW without those of DRAM, which is another chip. */
function onChipPower({ energyPj, timeNs }: Totals): number {
  if (timeNs === 0) return 0;
  const dram = sum(Object.entries(energyPj).map(([part, energy]) => (part.startsWith('dram') ? energy : 0)));
  return (energyPj['total']! - dram) / timeNs;
}

function totalsOf(counts: LayerCounts, accelerator: Accelerator, price: Price): Totals {
  const metrics = metricsOf(counts, accelerator, price);
  return {
    ...metrics,
    energyIntervalPj: energyLedger(price.terms, counts).interval,
    areaMm2: totalArea(price.area),
    areaPartsMm2: numbers({ ...price.area }),
    powerMw: metrics.timeNs === 0 ? 0 : metrics.energyPj['total']! / metrics.timeNs,
  };
}

export interface ImageCosts {
  readonly cycles: number;
  readonly energyPj: number;
  readonly dramBits: number;
}

/** The quantities that are reported over images, not only as means. */
export function imageCosts(counts: LayerCounts, price: Price): ImageCosts {
  return {
    cycles: totalCycles(counts.cycles),
    energyPj: price.energyTotal(counts),
    dramBits: totalDramBits(counts.dramBits),
  };
}
