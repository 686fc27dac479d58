import type { Distribution, Distributions, Metrics, Numbers, Totals } from '../../result.js';

/** Of the values as they stand in a result; what is counted has none. */
export type Unit = 'ns' | 'pJ' | 'mm²' | 'mW' | '';

/** A figure of two runs. */
export interface Figure {
  /** As `explain` and the CSV call it: `energy`, `energy.mac`, `cycles.p95`. */
  readonly name: string;
  /** What it is a part of: `energy`, `cycles over images`. */
  readonly group: string;
  readonly unit: Unit;
  /** Shown unless everything is asked for. */
  readonly main: boolean;
  readonly before: number;
  readonly after: number;
}

interface Quantity {
  readonly name: string;
  readonly unit: Unit;
  readonly main: boolean;
}

const main = (name: string, unit: Unit = ''): Quantity => ({ name, unit, main: true });
const minor = (name: string, unit: Unit = ''): Quantity => ({ name, unit, main: false });

/** Everything that totals hold, in the order in which it is shown. */
const quantities: Readonly<Record<keyof Totals, Quantity>> = {
  timeNs: main('time', 'ns'),
  cycles: main('cycles'),
  boundCycles: main('boundCycles'),
  utilization: main('utilization'),
  energyPj: main('energy', 'pJ'),
  dramBits: main('dramBits'),
  areaMm2: main('area', 'mm²'),
  areaPartsMm2: main('area', 'mm²'),
  powerMw: main('power', 'mW'),
  macs: main('macs'),
  macsByBits: main('macs'),
  memoryStalls: minor('memoryStalls'),
  compulsoryBits: minor('compulsoryBits'),
  keptBits: minor('keptBits'),
  refetchedBits: minor('refetchedBits'),
  packingBits: minor('packingBits'),
  dramCommands: minor('dramCommands'),
  sramBits: minor('sramBits'),
  peCycles: minor('peCycles'),
  energyIntervalPj: minor('energyInterval', 'pJ'),
};

const distributed = new Set<string>(['cycles', 'energyPj', 'dramBits'] satisfies (keyof Distributions)[]);
const percentiles = ['mean', 'min', 'p5', 'p50', 'p95', 'p99', 'max'] as const satisfies (keyof Distribution)[];
const mainPercentiles = ['p50', 'p95'];

/** What figures are read from: of a layer, or of a run. */
export interface Measured {
  readonly metrics: Metrics | Totals;
  readonly distribution: Distributions;
}

const valuesOf = ({ metrics }: Measured, key: string): number | Numbers | undefined =>
  (metrics as unknown as Readonly<Record<string, number | Numbers | undefined>>)[key];

const numbersOf = (value: number | Numbers | undefined): Numbers =>
  typeof value === 'number' ? { total: value } : (value ?? {});

/** The parts of two sums that differ in what they have; what one lacks is 0 there. The total comes first, then the largest difference. */
export function partsOf(before: Numbers, after: Numbers): { part: string; before: number; after: number }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((part) => ({ part, before: before[part] ?? 0, after: after[part] ?? 0 }))
    .sort(
      (a, b) =>
        Number(b.part === 'total') - Number(a.part === 'total') ||
        Math.abs(b.after - b.before) - Math.abs(a.after - a.before) ||
        (a.part < b.part ? -1 : 1),
    );
}

/** Every figure of two runs, or layers, that either has: the main ones first, a part behind what it is part of, the largest difference first. */
export function figuresOf(before: Measured, after: Measured): Figure[] {
  const all = Object.entries(quantities).flatMap(([key, quantity]): Figure[] => {
    const { name, unit } = quantity;
    const parts = partsOf(numbersOf(valuesOf(before, key)), numbersOf(valuesOf(after, key)));
    const own = parts.map(({ part, ...values }) => ({
      ...quantity,
      ...values,
      name: part === 'total' ? name : `${name}.${part}`,
      group: name,
    }));
    if (!distributed.has(key)) return own;
    const of = ({ distribution }: Measured): Distribution => distribution[key as keyof Distributions];
    // Where all images cost the same, percentiles say nothing that the mean does not.
    const spread = [before, after].some((measured) => of(measured).min !== of(measured).max);
    const over = percentiles.map((part) => ({
      name: `${name}.${part}`,
      group: `${name} over images`,
      unit,
      main: spread && mainPercentiles.includes(part),
      before: of(before)[part],
      after: of(after)[part],
    }));
    return [...own, ...over];
  });
  return [...all.filter((one) => one.main), ...all.filter((one) => !one.main)];
}

export const changed = ({ before, after }: { readonly before: number; readonly after: number }): boolean =>
  before !== after;
