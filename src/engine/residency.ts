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
      const total = (residency: Residency): number | undefined => {
        let sum = 0;
        for (const position of between) {
          const bitsMoved = cost(position, residency);
          if (bitsMoved === undefined) return undefined;
          sum += bitsMoved;
        }
        return sum;
      };
      const [before, after] = [total(kept), total(trial)];
      if (before === undefined || after === undefined || after >= before) continue;
      kept = trial;
      return;
    }
  });
  return kept;
}
