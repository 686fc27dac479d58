import { sum } from '../core/numbers.js';

/** A tensor that a layer makes, as far as keeping it on chip goes. */
export interface Keepable {
  /** Bits of the ifmap buffer that it takes. */
  readonly bits: number;
  /** Positions of the layers that read it, ascending. */
  readonly readers: readonly number[];
}

/** By layer: the last reader until which its output stays on chip, −1 where it does not stay. */
export type Residency = readonly number[];

/** What layer `position` finds: bits that are taken, and which tensors are there. */
export interface LayerResidency {
  readonly reservedBits: number;
  readonly outputKept: boolean;
  /** Some reader comes after the output is gone, and finds it in DRAM. */
  readonly outputStored: boolean;
  readonly inputKept: (maker: number) => boolean;
}

export function layerResidency(tensors: readonly Keepable[], residency: Residency, position: number): LayerResidency {
  let reservedBits = 0;
  for (let maker = 0; maker <= position; maker++)
    if (residency[maker]! >= position) reservedBits += tensors[maker]!.bits;
  const until = residency[position]!;
  const outputKept = until >= 0;
  return {
    reservedBits,
    outputKept,
    outputStored: !outputKept || tensors[position]!.readers.some((reader) => reader > until),
    inputKept: (maker) => residency[maker]! >= position,
  };
}

/** What some layers move, and how many of them do not fit. */
interface TotalCost {
  readonly unfit: number;
  readonly bits: number;
}

function totalCost(positions: readonly number[], cost: (position: number) => number | undefined): TotalCost {
  const costs = positions.map(cost);
  const fitting = costs.filter((bits) => bits !== undefined);
  return { unfit: costs.length - fitting.length, bits: sum(fitting) };
}

/** Bits are compared only where as many layers fit: a layer can need its input on chip, since it has no room to load it. */
function isLess(a: TotalCost, b: TotalCost): boolean {
  return a.unfit < b.unfit || (a.unfit === b.unfit && a.bits < b.bits);
}

/**
 * Which tensors stay on chip (docs/memory-model.md, What stays on chip): in the order in which they are made, each until its
 * last reader if that fits and moves fewer bits, else until an earlier one. `cost` is what a layer moves, undefined
 * where it does not fit.
 */
export function keepTensors(
  tensors: readonly Keepable[],
  capacity: number,
  cost: (position: number, residency: Residency) => number | undefined,
): Residency {
  let kept: Residency = tensors.map(() => -1);
  tensors.forEach(({ bits, readers }, maker) => {
    if (bits > capacity) return;
    for (const until of [...readers].reverse()) {
      const trial = kept.with(maker, until);
      const between = Array.from({ length: until - maker + 1 }, (_, i) => maker + i);
      if (between.some((position) => layerResidency(tensors, trial, position).reservedBits > capacity)) continue;
      const [before, after] = [kept, trial].map((residency) => totalCost(between, (one) => cost(one, residency)));
      if (!isLess(after!, before!)) continue;
      kept = trial;
      return;
    }
  });
  return kept;
}
