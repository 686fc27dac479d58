import type { Precision } from '../../core/precision.js';
import { parseSpec } from './array.js';
import { digit, meet, type ActivationPacket, type Lane, type WeightPacket } from './operand.js';

/** What a MAC unit does in one cycle: a part of the sum of its packet's products. */
export type PartialProduct = () => number;

/** A packet in a MAC unit: one part per busy cycle, and the bits of the member that decided how many there are. */
export interface Work {
  readonly products: readonly PartialProduct[];
  readonly bits: Precision;
}

/** An item that is cut into units of work for the rows of a reduce array; all of them take as many cycles. */
export interface SharedWork {
  readonly units: readonly (readonly PartialProduct[])[];
  readonly bits: Precision;
}

/** A MAC unit as its circuit multiplies. */
interface Circuit {
  readonly lanes: number;
  /** What a member asks for, in cycles or in parts of a cycle: the member that asks for most decides. */
  readonly effort: (precision: Precision) => number;
  /** Whether it is wide enough. */
  readonly takes: (precision: Precision) => boolean;
  readonly multiply: (lanes: readonly Lane[]) => PartialProduct[];
  /** Cycles of a packet are independent of each other, so that the rows of a reduce array can share them. */
  readonly sharesCycles: boolean;
}

/** Lanes that work side by side, each for as many cycles as its operands need; shifted products are added. */
function sideBySide(lanes: number, effort: Circuit['effort'], part: (lane: Lane, cycle: number) => number): Circuit {
  return {
    lanes,
    effort,
    takes: () => true,
    multiply(members) {
      const efforts = members.map(({ precision }) => effort(precision));
      return Array.from({ length: Math.max(...efforts) }, (_, cycle) => () => {
        let sum = 0;
        members.forEach((lane, i) => {
          if (cycle < efforts[i]!) sum += part(lane, cycle) * lane.scale;
        });
        return sum;
      });
    },
    sharesCycles: false,
  };
}

/** One multiplier of b × b bits. */
function fixed(b: number): Circuit {
  return {
    ...sideBySide(
      1,
      () => 1,
      ({ value, weight }) => value * weight,
    ),
    takes: ({ activationBits, weightBits }) => activationBits <= b && weightBits <= b,
  };
}

/** One multiplier of b × b bits that takes pairs of digits one after another. */
function temporal(b: number): Circuit {
  const weightDigits = (precision: Precision): number => Math.ceil(precision.weightBits / b);
  return sideBySide(
    1,
    (precision) => Math.ceil(precision.activationBits / b) * weightDigits(precision),
    ({ value, weight, precision }, cycle) => {
      const i = Math.floor(cycle / weightDigits(precision));
      const j = cycle % weightDigits(precision);
      const a = digit(value, precision.activationBits, b, i);
      return a * digit(weight, precision.weightBits, b, j) * 2 ** (b * (i + j));
    },
  );
}

/** One bit of every lane's activation per cycle gates that lane's weight into an adder tree; the top bit is negative. */
function activationSerial(lanes: number): Circuit {
  return sideBySide(
    lanes,
    ({ activationBits }) => activationBits,
    ({ value, weight, precision }, i) => digit(value, precision.activationBits, 1, i) * weight * 2 ** i,
  );
}

/** The same with the bits of the weights. */
function weightSerial(lanes: number): Circuit {
  return sideBySide(
    lanes,
    ({ weightBits }) => weightBits,
    ({ value, weight, precision }, i) => digit(weight, precision.weightBits, 1, i) * value * 2 ** i,
  );
}

/** k bits of every lane's activation and one bit of its weight per cycle. */
function bitSerial(lanes: number, k: number): Circuit {
  return sideBySide(
    lanes,
    ({ activationBits, weightBits }) => Math.ceil(activationBits / k) * weightBits,
    ({ value, weight, precision: { activationBits, weightBits } }, cycle) => {
      const i = Math.floor(cycle / weightBits);
      const j = cycle % weightBits;
      return digit(value, activationBits, k, i) * digit(weight, weightBits, 1, j) * 2 ** (k * i + j);
    },
  );
}

/**
 * (max/min)² bricks of min × min bits. Every member gets as many bricks as the widest product of its packet is composed
 * of; a packet that asks for more bricks than there are takes several cycles.
 */
function spatial(max: number, min: number): Circuit {
  if (!Number.isInteger(Math.log2(max / min))) throw new RangeError('max/min of a spatial unit is a power of two');
  const digits = (bits: number): number => {
    let count = 1;
    while (count * min < bits) count *= 2;
    return count;
  };
  const bricks = (max / min) ** 2;
  const effort = ({ activationBits, weightBits }: Precision): number => digits(activationBits) * digits(weightBits);
  const brick = ({ value, weight, scale, precision }: Lane, n: number): number => {
    const [wide, high] = [digits(precision.activationBits), digits(precision.weightBits)];
    if (n >= wide * high) return 0;
    const [i, j] = [Math.floor(n / high), n % high];
    const a = digit(value, wide * min, min, i);
    return a * digit(weight, high * min, min, j) * 2 ** (min * (i + j)) * scale;
  };
  return {
    lanes: bricks,
    effort,
    takes: () => true,
    multiply(lanes) {
      const each = Math.max(...lanes.map(({ precision }) => effort(precision)));
      return Array.from({ length: Math.ceil((lanes.length * each) / bricks) }, (_, cycle) => () => {
        let sum = 0;
        for (let n = cycle * bricks; n < Math.min((cycle + 1) * bricks, lanes.length * each); n++)
          sum += brick(lanes[Math.floor(n / each)]!, n % each);
        return sum;
      });
    },
    sharesCycles: true,
  };
}

/** Multipliers of b bits for all ordinary members at once, and a wide one that takes the outliers one per cycle. */
function outlier(b: number, lanes: number): Circuit {
  const isOutlier = ({ activationBits }: Precision): boolean => activationBits > b;
  return {
    lanes,
    effort: (precision) => (isOutlier(precision) ? 1 : 0),
    takes: ({ weightBits }) => weightBits <= b,
    multiply(members) {
      const ordinary = members.filter(({ precision }) => !isOutlier(precision));
      const wide = members.filter(({ precision }) => isOutlier(precision));
      return Array.from({ length: Math.max(1, wide.length) }, (_, cycle) => () => {
        let sum = 0;
        for (const lane of [...(cycle === 0 ? ordinary : []), ...wide.slice(cycle, cycle + 1)])
          sum += lane.value * lane.weight * lane.scale;
        return sum;
      });
    },
    sharesCycles: false,
  };
}

const circuits: Readonly<Record<string, { readonly parameters: number; make(a: number, b: number): Circuit }>> = {
  fixed: { parameters: 1, make: fixed },
  temporal: { parameters: 1, make: temporal },
  spatial: { parameters: 2, make: spatial },
  'activation-serial': { parameters: 1, make: activationSerial },
  'weight-serial': { parameters: 1, make: weightSerial },
  'bit-serial': { parameters: 2, make: bitSerial },
  outlier: { parameters: 2, make: outlier },
};

/** The MAC unit of every PE of an array. */
export class MacUnit {
  readonly lanes: number;
  readonly #circuit: Circuit;

  constructor(
    private readonly spec: string,
    private readonly full: Precision,
  ) {
    const { name, parameters } = parseSpec(spec);
    const circuit = circuits[name];
    if (circuit?.parameters !== parameters.length || !parameters.every((value) => value >= 1))
      throw new RangeError(`the reference engine has no unit ${spec}`);
    this.#circuit = circuit.make(parameters[0]!, parameters[1] ?? 0);
    this.lanes = this.#circuit.lanes;
  }

  /** The cycles in which a packet meets its weights. */
  begin(activations: ActivationPacket, weights: WeightPacket): Work {
    return {
      products: this.#circuit.multiply(meet(activations, weights, this.full)),
      bits: this.#slowest(activations),
    };
  }

  /** Cycles of a packet, whatever its weights. */
  service(activations: ActivationPacket): number {
    return this.begin(
      activations,
      activations.map(() => 0),
    ).products.length;
  }

  /** Cuts an item of any number of channels into units of work for the rows of a reduce array. */
  share(activations: ActivationPacket, weights: WeightPacket): SharedWork {
    const lanes = meet(activations, weights, this.full);
    const bits = this.#slowest(activations);
    if (this.#circuit.sharesCycles) return { units: this.#circuit.multiply(lanes).map((product) => [product]), bits };
    const cycles = this.#circuit.effort(bits);
    const units = Array.from({ length: Math.ceil(lanes.length / this.lanes) }, (_, g) => {
      const products = this.#circuit.multiply(lanes.slice(g * this.lanes, (g + 1) * this.lanes));
      return Array.from({ length: cycles }, (__, i) => products[i] ?? (() => 0));
    });
    return { units, bits };
  }

  #slowest(activations: ActivationPacket): Precision {
    const { effort, takes } = this.#circuit;
    let slowest = activations[0]!.precision;
    for (const { precision } of activations) {
      if (!takes(precision))
        throw new RangeError(
          `${this.spec} cannot multiply ${String(precision.activationBits)} × ${String(precision.weightBits)} bits`,
        );
      if (effort(precision) > effort(slowest)) slowest = precision;
    }
    return slowest;
  }
}
